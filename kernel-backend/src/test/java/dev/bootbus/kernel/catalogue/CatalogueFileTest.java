package dev.bootbus.kernel.catalogue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bootbus.kernel.Lab;
import dev.bootbus.kernel.catalogue.Catalogue.Choice;
import dev.bootbus.kernel.lease.Ipv4;
import dev.bootbus.kernel.lease.Subnet;
import dev.bootbus.kernel.node.Machine;
import dev.bootbus.schema.MacAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

public class CatalogueFileTest {
  private static final String GOOD =
      """
      kernels:
        - name: alpine
          arch: x86_64
          kernel: alpine/vmlinuz-lts
          initrd: alpine/initramfs-lts
          cmdline: console=ttyS0 ip=dhcp
        - name: debian
          arch: aarch64
          kernel: http://mirror.example/debian/linux
          initrd: [debian/initrd.gz, /debian/firmware.cpio]
        - {name: memtest, kernel: memtest}

      default:
        x86_64: alpine
        aarch64: debian

      nodes:
        - mac: 52:54:00:12:34:56
          hostname: storage-1
          address: 192.168.77.50
          kernel: memtest
        - mac: 08-00-27-29-4E-67
          netboot: false
      """;

  private static final String WIDE =
      """
      kernels:
        - name: a
          version: "1.2"
          type: alpine
          kernel: k-${version}
          initrd: i
          modloop: m
          repo: r/
          archive: http://x.example/
          checksums: {m: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef}
          options: {a: b}
          installs: true
          config: {user-data: "a\\nb"}
          ssh-keys: [k]
      default: a
      rules:
        - {arch: x86_64, vendor-class: P, subnet: 10.0.0.0/8, circuit: c, mac: 52:54, group: g, kernel: a}
      nodes:
        - mac: 52:54:00:00:00:01
          macs: [52:54:00:00:00:02]
          uuid: 564D4C41-4200-4077-8000-000000000010
          groups: [storage, rack-7]
          control-node: true
          netboot: true
          options: {installDisk: /dev/sda}
      """;

  @Test
  void readsAllOfANodeAndARule() throws CatalogueException {
    Catalogue catalogue = CatalogueFile.read("c.yaml", WIDE);
    MacAddress mac = MacAddress.parse("52:54:00:00:00:01");
    MacAddress other = MacAddress.parse("52:54:00:00:00:02");
    assertThat(catalogue.nodes())
        .isEqualTo(
            Map.of(
                mac,
                new Declared(
                    mac,
                    List.of(other),
                    "564d4c41-4200-4077-8000-000000000010",
                    "",
                    null,
                    "",
                    true,
                    List.of("storage", "rack-7"),
                    true,
                    Map.of("installDisk", "/dev/sda"),
                    Provision.NONE)));
    assertThat(catalogue.origins().nodes())
        .containsEntry(mac, new Origin.File("c.yaml", 19))
        .containsEntry(other, new Origin.File("c.yaml", 20));
    assertThat(catalogue.defaults().rules())
        .containsExactly(
            new DefaultRule(
                Architecture.X86_64, "P", Subnet.parse("10.0.0.0/8"), "c", "5254", "g", "a"));
  }

  @Test
  void reads() throws CatalogueException {
    Catalogue catalogue = CatalogueFile.read("c.yaml", GOOD);
    assertThat(catalogue.kernels().values())
        .containsExactlyInAnyOrder(
            new Kernel(
                "alpine",
                Architecture.X86_64,
                "alpine/vmlinuz-lts",
                List.of("alpine/initramfs-lts"),
                "console=ttyS0 ip=dhcp"),
            new Kernel(
                "debian",
                Architecture.AARCH64,
                "http://mirror.example/debian/linux",
                List.of("debian/initrd.gz", "/debian/firmware.cpio"),
                ""),
            new Kernel("memtest", Architecture.ANY, "memtest", List.of(), ""));
    assertThat(catalogue.defaults().byArch())
        .isEqualTo(Map.of(Architecture.X86_64, "alpine", Architecture.AARCH64, "debian"));
    MacAddress first = MacAddress.parse("52:54:00:12:34:56");
    MacAddress second = MacAddress.parse("08:00:27:29:4e:67");
    assertThat(catalogue.nodes())
        .isEqualTo(
            Map.of(
                first,
                new Declared(first, "storage-1", Ipv4.parse("192.168.77.50"), "memtest", true),
                second,
                new Declared(second, "", null, "", false)));
    assertThat(catalogue.fixedAddresses()).isEqualTo(Set.of(Ipv4.parse("192.168.77.50")));
    assertThat(catalogue.nodeAt(Ipv4.parse("192.168.77.50"))).contains(first);
  }

  @ParameterizedTest
  @CsvSource({"''", "'# nothing yet'", "'{}'", "'kernels: []'", "'kernels:'", "'default:'"})
  void readsNothing(String text) throws CatalogueException {
    assertThat(CatalogueFile.read("c.yaml", text)).isEqualTo(Catalogue.EMPTY);
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        fault("kernls: []", "c.yaml:1: kernls: unknown field; did you mean kernels?"),
        fault(
            "kernels:\n  - name: a\n    kernel: k\n    cmdlien: x\n",
            "c.yaml:4: kernels[0].cmdlien: unknown field; did you mean cmdline?"),
        fault(
            "pool: x",
            "c.yaml:1: pool: unknown field; there are kernels, menu, default, rules, nodes, subnets"),
        fault(
            "\"a\\nb\": x",
            "c.yaml:1: a?b: unknown field; there are kernels, menu, default, rules, nodes, subnets"),
        fault(
            "kernels:\n  - {name: a, kernel: k, config: {userdata: x}}\n",
            "c.yaml:2: kernels[0].config.userdata: unknown field; did you mean user-data?"),
        fault(
            "kernels:\n  - {name: a, kernel: k, config: {user-data: no/such}}\n",
            "c.yaml:2: kernels[0].config.user-data: no/such cannot be read: no such file"),
        fault(
            "kernels:\n  - {name: a, kernel: k, ssh-keys: [\"a\\nb\"]}\n",
            "c.yaml:2: kernels[0].ssh-keys: not one line of ASCII"),
        fault(
            "kernels:\n  - {name: a, kernel: k, apkovl: a b}\n",
            "c.yaml:2: kernels[0].apkovl: has a space in it, write it as %20: a b"),
        fault(
            "kernels:\n  - {name: a, kernel: k, apkovl: \"http://x/y\"}\n",
            "c.yaml:2: kernels[0].apkovl: not a path below the root: http://x/y"),
        fault("kernels:\n  - kernel: k\n", "c.yaml:2: kernels[0].name: missing"),
        fault(
            "kernels:\n  - name: a\n    kernel:\n",
            "c.yaml:3: kernels[0].kernel: missing; a kernel of type linux needs kernel"),
        fault(
            "kernels:\n  - {name: a, kernel: k}\n  - {name: b}\n",
            "c.yaml:3: kernels[1].kernel: missing; a kernel of type linux needs kernel"),
        fault(
            "kernels:\n  - name: a\n    kernel: k\n    arch: mips\n",
            "c.yaml:4: kernels[0].arch: not x86_64, aarch64 or any: mips"),
        fault(
            "kernels:\n  - {name: a, kernel: k}\n  - name: a\n    kernel: l\n",
            "c.yaml:3: kernels[1].name: there is another kernel a, declared in c.yaml, line 2"),
        fault(
            "kernels:\n  - name: a b\n    kernel: l\n",
            "c.yaml:2: kernels[0].name: letters, digits, '.', '_' and '-' only: a b"),
        fault(
            "kernels:\n  - name: a\n    kernel: my kernel\n",
            "c.yaml:3: kernels[0].kernel: has a space in it, write it as %20: my kernel"),
        fault(
            "kernels:\n  - name: a\n    kernel: k\n    initrd:\n      - a\n      - {b: c}\n",
            "c.yaml:4: kernels[0].initrd: not a list of single values"),
        fault(
            "kernels:\n  - name: a\n    kernel: k\n    cmdline: |\n      one\n      two\n",
            "c.yaml:4: kernels[0].cmdline: has a line break or control character in it"),
        fault(
            "kernels: [{name: a, kernel: k}]\nmenu: {kernels: [b]}\n",
            "c.yaml:2: menu.kernels: there is no kernel b; did you mean a?"),
        fault("menu: {timeout: 10}\n", "c.yaml:1: menu.kernels: name 1 to 32 kernels"),
        fault(
            "kernels: [{name: a, kernel: k}]\nmenu: {kernels: [a], default: b}\n",
            "c.yaml:2: menu.default: not one of the menu's kernels: b"),
        fault(
            "kernels: [{name: a, kernel: k}]\nmenu: {kernels: [a], timeout: 1h}\n",
            "c.yaml:2: menu.timeout: seconds, 0 (for ever) to 3600: 1h"),
        fault(
            "kernels: [{name: menu, kernel: k}]\nmenu: {kernels: [menu]}\n",
            "c.yaml:2: menu: there is another kernel menu, declared in c.yaml, line 1"),
        fault("kernels: alpine", "c.yaml:1: kernels: not a list"),
        fault("kernels:\n  - alpine", "c.yaml:2: kernels[0] is not a mapping of fields"),
        fault("- a", "c.yaml:1: the file is not a mapping of fields"),
        fault("default: alpine", "c.yaml:1: default: there is no kernel alpine"),
        fault(
            "kernels:\n  - {name: a, kernel: k, arch: x86_64}\ndefault:\n  aarch64: a\n",
            "c.yaml:4: default.aarch64: a is for x86_64"),
        fault(
            "kernels:\n  - {name: a, kernel: k}\ndefault:\n  mips: a\n",
            "c.yaml:4: default.mips: unknown field; there are x86_64, aarch64, any"),
        fault("default: [a]", "c.yaml:1: default: not a single value"),
        fault("nodes:\n  - hostname: a\n", "c.yaml:2: nodes[0].mac: missing"),
        fault(
            "nodes:\n  - mac: 52:54\n    mac: 1\n",
            "c.yaml:3: mac is given twice, first in line 2"),
        fault("nodes:\n  - mac: hello\n", "c.yaml:2: nodes[0].mac: not a hardware address: hello"),
        fault(
            "nodes:\n  - {mac: '5254'}\n  - {mac: '52:54'}\n",
            "c.yaml:3: nodes[1].mac: there is another node 52:54, declared in c.yaml, line 2"),
        fault(
            "nodes:\n  - mac: 5254\n    address: 10.0.0\n",
            "c.yaml:3: nodes[0].address: not an IPv4 address: 10.0.0"),
        fault(
            "nodes:\n  - {mac: 5254, address: 10.0.0.1}\n  - {mac: 5255, address: 10.0.0.1}\n",
            "c.yaml:3: nodes[1].address: another node has 10.0.0.1, declared in c.yaml, line 2"),
        fault(
            "nodes:\n  - {mac: 5254, hostname: a_b}\n",
            "c.yaml:2: nodes[0].hostname: not a host name: a_b"),
        fault(
            "nodes:\n  - {mac: 5254, hostname: a}\n  - {mac: 5255, hostname: a}\n",
            "c.yaml:3: nodes[1].hostname: another node is called a, declared in c.yaml, line 2"),
        fault(
            "nodes:\n  - {mac: 5254, kernel: nope}\n",
            "c.yaml:2: nodes[0].kernel: there is no kernel nope"),
        fault(
            "nodes:\n  - {mac: 5254}\n  - {mac: 5255, macs: ['52:54']}\n",
            "c.yaml:3: nodes[1].macs: another node has 52:54, declared in c.yaml, line 2"),
        fault("nodes:\n  - {mac: 5254, uuid: x}\n", "c.yaml:2: nodes[0].uuid: not a UUID: x"),
        fault(
            "nodes:\n  - {mac: 5254, groups: [a b]}\n",
            "c.yaml:2: nodes[0].groups: letters, digits, '.', '_' and '-' only: a b"),
        fault(
            "nodes:\n  - {mac: 5254, control-node: maybe}\n",
            "c.yaml:2: nodes[0].control-node: neither true nor false"),
        fault(
            "nodes:\n  - {mac: 5254, netboot: yes}\n",
            "c.yaml:2: nodes[0].netboot: neither true nor false"),
        fault("nodes: &n []\nkernels: *n\n", "c.yaml:2: aliases are not read: write the value out"),
        fault("{}\n---\n{}\n", "c.yaml:3: a second document; one is read"),
        fault("nodes: [[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]", "c.yaml:1: nested deeper than 16"));
  }

  private static Arguments fault(String yaml, String complaint) {
    return Arguments.of(complaint, yaml);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void refuses(String complaint, String yaml) {
    assertThatExceptionOfType(CatalogueException.class)
        .isThrownBy(() -> CatalogueFile.read("c.yaml", yaml))
        .withMessage(complaint);
  }

  @ParameterizedTest
  @CsvSource({"'kernels: [', 1", "'nodes:\n  - a: b\n c: d', 3", "'a: \"b', 1", "'\t- x', 1"})
  void refusesWhatIsNotYaml(String text, int line) {
    assertThatExceptionOfType(CatalogueException.class)
        .isThrownBy(() -> CatalogueFile.read("c.yaml", text))
        .withMessageStartingWith("c.yaml:" + line + ": not YAML: ")
        .withMessageNotContaining("\n");
  }

  @Test
  void refusesAFileThatIsNotThereOrNotText(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("c.yaml");
    assertThatExceptionOfType(CatalogueException.class)
        .isThrownBy(() -> CatalogueFile.read(file))
        .withMessage(file + ": no such file");
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    assertThatExceptionOfType(CatalogueException.class)
        .isThrownBy(() -> CatalogueFile.read(file))
        .withMessage(file + ": not UTF-8");
  }

  @Test
  void brokenFilesRaiseOneExceptionOnly() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 4_000; i++) {
      byte[] bytes = (i % 2 == 0 ? GOOD : WIDE).getBytes(UTF_8);
      for (int hits = random.nextInt(1, 4); hits > 0; hits--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(128);
      }
      String text = new String(bytes, UTF_8);
      try {
        assertThat(CatalogueFile.read("c.yaml", text)).isNotNull();
      } catch (CatalogueException e) {
        assertThat(e.getMessage()).startsWith("c.yaml:").doesNotContain("\n");
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ", file\n" + text, e);
      }
    }
  }

  @ParameterizedTest(name = "kernel \"{0}\" on {1}: {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "''      | x86_64  | alpine",
        "''      | aarch64 | debian",
        "''      | any     | no kernel for brave-otter: name one for 52:54:00:00:00:01"
            + " under nodes, or under default, in the catalogue",
        "memtest | aarch64 | memtest",
        "alpine  | any     | alpine",
        "alpine  | aarch64 | the kernel alpine is for x86_64, and brave-otter is aarch64",
        "gone    | x86_64  | the kernel of brave-otter is not in the catalogue: gone",
      })
  void chooses(String kernel, String arch, String chosen) throws CatalogueException {
    Machine machine =
        new Machine(Lab.mac(1), "brave-otter", new Architecture(arch), kernel, true, null);
    Choice choice = CatalogueFile.read("c.yaml", GOOD).choose(machine);
    assertThat(
            switch (choice) {
              case Choice.Boot(Kernel it) -> it.name();
              case Choice.None(String reason) -> reason;
            })
        .isEqualTo(chosen);
  }
}
