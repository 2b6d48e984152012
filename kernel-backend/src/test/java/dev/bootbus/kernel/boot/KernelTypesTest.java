package dev.bootbus.kernel.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.bootbus.kernel.boot.BootPlan.Entry;
import dev.bootbus.kernel.catalogue.Architecture;
import dev.bootbus.kernel.catalogue.Kernel;
import dev.bootbus.kernel.catalogue.Kernel.Sources;
import dev.bootbus.kernel.catalogue.KernelType;
import dev.bootbus.kernel.catalogue.Provision;
import dev.bootbus.kernel.node.Machine;
import dev.bootbus.kernel.node.Sighting;
import dev.bootbus.kernel.node.Stage;
import dev.bootbus.kernel.node.Status;
import dev.bootbus.schema.FileRequest.Protocol;
import dev.bootbus.schema.MacAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Every type of kernel in the language of every loader. `-Dgolden.update` writes the golden files.
class KernelTypesTest {
  private static final BootUrl URL = BootUrl.parse("http://192.168.77.1/");
  private static final Map<String, String> DISK = Map.of("installDisk", "/dev/sda");

  private static Machine machine(Architecture arch, Map<String, String> options) {
    return new Machine(
        MacAddress.parse("52:54:00:12:34:56"),
        "brave-otter",
        arch,
        "",
        true,
        null,
        Stage.COMMISSIONING,
        Status.UNKNOWN,
        List.of(),
        false,
        List.of(),
        options,
        Sighting.NONE);
  }

  private static Kernel kernel(KernelType type, Architecture arch) {
    String folder = type.key() + "/${version}/";
    boolean linux =
        switch (type) {
          case LINUX, ALPINE, K3OS, TALOS, FLATCAR, COREOS, DEBIAN, UBUNTU, FEDORA, NIXOS -> true;
          case FREEBSD, SANBOOT, MEMDISK, LOCAL, CHAIN, MENU -> false;
        };
    String file =
        switch (type) {
          case FREEBSD -> folder + "loader.efi";
          case CHAIN -> "https://boot.netboot.xyz/ipxe/netboot.xyz.efi";
          case SANBOOT, LOCAL, MENU -> "";
          case MEMDISK -> "memdisk";
          case LINUX, ALPINE, K3OS, TALOS, FLATCAR, COREOS, DEBIAN, UBUNTU, FEDORA, NIXOS ->
              folder + "vmlinuz";
        };
    return new Kernel(
        type.key(),
        "1.2",
        arch,
        type,
        file,
        linux ? List.of(folder + "initrd") : List.of(),
        new Sources(
            folder + "modloop",
            type == KernelType.COREOS ? folder + "rootfs.img" : "",
            folder + "disc.iso",
            "",
            folder + "repo/"),
        linux ? "console=ttyS0" : "",
        Map.of(),
        Map.of(),
        new Provision(Map.of(), List.of("ssh-ed25519 AAAA ops@example"), "base.apkovl.tar.gz"));
  }

  private static Stream<Arguments> all() {
    List<Arguments> all = new ArrayList<>();
    for (KernelType type : KernelType.values()) {
      for (Architecture arch : List.of(Architecture.X86_64, Architecture.AARCH64)) {
        boolean there = arch.equals(Architecture.X86_64) || type != KernelType.MEMDISK;
        if (there && type != KernelType.MENU) {
          all.add(arguments(type, arch));
        }
      }
    }
    return all.stream();
  }

  private static BootPlan plan(KernelType type, Architecture arch) throws CannotLoadException {
    return Golden.plan(machine(arch, DISK), kernel(type, arch), URL);
  }

  @ParameterizedTest
  @MethodSource("all")
  void ipxe(KernelType type, Architecture arch) throws Exception {
    String script = IpxeScript.of(plan(type, arch), URL);
    Golden.is("types/%s-%s.ipxe".formatted(type.key(), arch), script);
    assertThat(script).doesNotContain("undefined", "=null", "${version}", "//192.168.77.1//");
  }

  /// What a loader cannot do is in the golden file too.
  @ParameterizedTest
  @MethodSource("all")
  void others(KernelType type, Architecture arch) throws Exception {
    BootPlan plan = plan(type, arch);
    StringBuilder all = new StringBuilder();
    all.append("==== PXELINUX\n").append(said(plan, one -> PxelinuxConfig.of(one, false)));
    all.append("==== GRUB\n").append(said(plan, GrubConfig::of));
    all.append("==== U-Boot\n").append(said(plan, UBootScript::script));
    Golden.is("types/%s-%s.txt".formatted(type.key(), arch), all.toString());
  }

  private interface Language {
    String of(LoadPlan plan) throws CannotLoadException;
  }

  private static String said(BootPlan plan, Language language) {
    try {
      return language.of(LoadPlan.of(plan, plan.only(), URL, Protocol.TFTP));
    } catch (CannotLoadException e) {
      return "cannot: " + e.sentence() + "\n";
    }
  }

  @Test
  void aMenu() throws Exception {
    Machine machine = machine(Architecture.X86_64, DISK);
    List<Entry> entries = new ArrayList<>();
    for (KernelType type :
        List.of(KernelType.ALPINE, KernelType.SANBOOT, KernelType.LOCAL, KernelType.MEMDISK)) {
      entries.add(Golden.entry(machine, kernel(type, Architecture.X86_64), URL));
    }
    BootPlan plan = new BootPlan(machine, entries, "local", true, Duration.ofSeconds(10));
    Golden.is("menu.ipxe", IpxeScript.of(plan, URL));
    List<LoadPlan> loads = new ArrayList<>();
    for (Entry entry : List.of(entries.get(0), entries.get(2), entries.get(3))) {
      loads.add(LoadPlan.of(plan, entry, URL, Protocol.TFTP));
    }
    Golden.is("menu-pxelinux.cfg", PxelinuxConfig.menu(plan, loads, false));
    Golden.is("menu-grub.cfg", GrubConfig.menu(plan, loads));
    BootPlan patient = new BootPlan(machine, entries, "local", true, Duration.ZERO);
    assertThat(IpxeScript.of(patient, URL)).doesNotContain("choose --timeout");
    assertThat(GrubConfig.menu(patient, loads)).contains("set timeout=-1\n");
    assertThat(PxelinuxConfig.menu(patient, loads, false)).contains("TIMEOUT 0\n");
  }

  @Test
  void toTheDiskOfAMachineThatIsProvisioned() throws Exception {
    Machine machine = machine(Architecture.X86_64, Map.of());
    String reason = "brave-otter has its system ; tell ${it} to reinstall";
    Golden.is("disk-sanboot.ipxe", IpxeScript.of(BootPlanner.disk(machine, true, reason), URL));
    Golden.is("disk-exit.ipxe", IpxeScript.of(BootPlanner.disk(machine, false, reason), URL));
  }

  private static Stream<Path> grubFiles() throws Exception {
    try (Stream<Path> files = Files.list(Path.of("src/test/resources/golden"))) {
      return files.filter(file -> file.toString().endsWith("grub.cfg")).toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("grubFiles")
  void grubReadsItsMenus(Path file) throws Exception {
    LoadersTest.grubReads(file);
  }

  @ParameterizedTest(name = "{0} without {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "ALPINE  | modloop | alpine is of type alpine and has no modloop: give it one",
        "ALPINE  | repo    | alpine is of type alpine and has no repo: give it one",
        "K3OS    | iso     | k3os is of type k3os and has no iso: give it one",
        "K3OS    | options.installDisk | k3os needs options.installDisk: set it for the node",
        "COREOS  | rootfs  | coreos is of type coreos and has no rootfs: give it one",
        "UBUNTU  | iso     | ubuntu is of type ubuntu and has no iso: give it one",
        "FEDORA  | repo    | fedora is of type fedora and has no repo: give it one",
        "LINUX   | kernel  | linux is of type linux and has no kernel: give it one",
        "FREEBSD | kernel  | freebsd is of type freebsd and has no kernel: give it one",
        "MEMDISK | iso     | memdisk is of type memdisk and has no iso: give it one",
        "CHAIN   | kernel  | chain is of type chain and has no kernel: give it one",
      })
  void whatIsMissingIsNamed(KernelType type, String value, String sentence) {
    Kernel bare =
        new Kernel(
            type.key(),
            "",
            Architecture.ANY,
            type,
            value.equals("kernel") ? "" : "k",
            List.of(),
            new Sources(
                value.equals("modloop") ? "" : "m",
                "",
                value.equals("iso") ? "" : "i",
                "",
                value.equals("repo") ? "" : "r"),
            "",
            Map.of(),
            Map.of(),
            Provision.NONE);
    assertThatExceptionOfType(CannotLoadException.class)
        .isThrownBy(
            () ->
                Golden.plan(
                    machine(Architecture.ANY, value.startsWith("options.") ? Map.of() : DISK),
                    bare,
                    URL))
        .satisfies(e -> assertThat(e.missing()).isEqualTo(value))
        .withMessageStartingWith(sentence);
  }

  private static String cmdline(Kernel kernel, Map<String, String> options)
      throws CannotLoadException {
    Entry entry = Golden.entry(machine(Architecture.ANY, options), kernel, URL);
    return ((Start.Linux) entry.start()).cmdline();
  }

  @Test
  void theOperatorsWordGoesBeforeTheTypes() throws Exception {
    Kernel kernel = kernel(KernelType.ALPINE, Architecture.ANY);
    assertThat(cmdline(kernel.withCmdline("modloop=http://x/m quiet"), Map.of()))
        .containsOnlyOnce("modloop=")
        .endsWith(" modloop=http://x/m quiet");
  }

  /// False and 0 are values.
  @Test
  void options() throws Exception {
    Kernel kernel = kernel(KernelType.K3OS, Architecture.ANY).withCmdline("x=${options.n}");
    assertThat(cmdline(kernel, Map.of("installDisk", "/dev/vda", "silent", "false", "n", "0")))
        .contains("k3os.install.silent=false ", "k3os.install.device=/dev/vda ")
        .endsWith(" x=0");
  }

  @ParameterizedTest
  @CsvSource({
    "'a b', options.installDisk is not one word: a b",
    "'a\"b', options.installDisk is not one word",
    "'${ip}', options.installDisk has ${ or a control character",
    "'a\nb', options.installDisk has ${ or a control character",
  })
  void anOptionCannotBecomeACommand(String value, String complaint) {
    Kernel kernel = kernel(KernelType.K3OS, Architecture.ANY);
    assertThatExceptionOfType(CannotLoadException.class)
        .isThrownBy(() -> cmdline(kernel, Map.of("installDisk", value)))
        .withMessageContaining(complaint);
  }

  @ParameterizedTest
  @CsvSource({
    "${options.x}, 'options.x', the command line of linux has ${options.x} in it",
    "${token}, token, 10.0.0.9 is not known to be brave-otter",
    "${options.my-password}, options.my-password, 10.0.0.9 is not known to be brave-otter",
  })
  void aPlaceWithoutAValueIsNamed(String cmdline, String value, String sentence) {
    Kernel kernel = kernel(KernelType.LINUX, Architecture.ANY).withCmdline(cmdline);
    assertThatExceptionOfType(CannotLoadException.class)
        .isThrownBy(() -> cmdline(kernel, Map.of()))
        .satisfies(e -> assertThat(e.missing()).isEqualTo(value))
        .withMessageContaining(sentence);
  }
}
