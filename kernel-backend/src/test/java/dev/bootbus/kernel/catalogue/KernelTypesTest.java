package dev.bootbus.kernel.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class KernelTypesTest {
  private static final String SUM = "0123456789abcdef".repeat(4);

  @Test
  void everyFieldIsRead() throws CatalogueException {
    Kernel kernel =
        CatalogueFile.read(
                "c.yaml",
                """
                kernels:
                  - name: alpine
                    version: 3.22.1
                    arch: aarch64
                    type: alpine
                    archive: http://dl-cdn.example/alpine
                    kernel: v3.22/netboot-${version}/vmlinuz
                    initrd: [v3.22/initramfs, "http://other.example/firmware"]
                    modloop: /v3.22/modloop
                    repo: v3.22/main/
                    apkovl: overlays/default.apkovl.tar.gz
                    cmdline: v=${version} mac=${net0/mac} not=$${version}
                    checksums: {"v3.22/netboot-${version}/vmlinuz": %s, /v3.22/modloop: %s}
                    options: {installDisk: /dev/sda, empty: ""}
                    installs: true
                    config: {user-data: "#cloud-config\\n{}\\n"}
                    ssh-keys: [ssh-ed25519 AAAA me]
                """
                    .formatted(SUM.toUpperCase(Locale.ROOT), SUM))
            .kernels()
            .get("alpine");
    assertThat(kernel)
        .isEqualTo(
            new Kernel(
                "alpine",
                "3.22.1",
                Architecture.AARCH64,
                KernelType.ALPINE,
                "v3.22/netboot-3.22.1/vmlinuz",
                List.of("v3.22/initramfs", "http://other.example/firmware"),
                new Kernel.Sources(
                    "/v3.22/modloop", "", "", "http://dl-cdn.example/alpine/", "v3.22/main/"),
                "v=3.22.1 mac=${net0/mac} not=$${version}",
                Map.of("v3.22/netboot-3.22.1/vmlinuz", SUM, "/v3.22/modloop", SUM),
                Map.of("installDisk", "/dev/sda", "empty", ""),
                new Provision(
                    Map.of(ConfigFile.USER_DATA, "#cloud-config\n{}\n"),
                    List.of("ssh-ed25519 AAAA me"),
                    "overlays/default.apkovl.tar.gz"),
                true));
    assertThat(kernel.direct())
        .returns("http://dl-cdn.example/alpine/v3.22/netboot-3.22.1/vmlinuz", Kernel::kernel)
        .returns(
            List.of(
                "http://dl-cdn.example/alpine/v3.22/initramfs", "http://other.example/firmware"),
            Kernel::initrds)
        .returns(
            new Kernel.Sources(
                "http://dl-cdn.example/alpine/v3.22/modloop",
                "",
                "",
                "http://dl-cdn.example/alpine/",
                "http://dl-cdn.example/alpine/v3.22/main/"),
            Kernel::sources)
        .returns(kernel.cmdline(), Kernel::cmdline)
        .returns("overlays/default.apkovl.tar.gz", direct -> direct.provision().apkovl());
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "type: linux, kernel: k |",
        "kernel: k, initrd: [a, b], modloop: m, rootfs: r, iso: i, repo: p, apkovl: o, cmdline: c |",
        "type: alpine, kernel: k, initrd: i, modloop: m, repo: r |",
        "type: alpine, kernel: k, initrd: i, repo: r"
            + " | modloop: missing; a kernel of type alpine needs kernel, initrd, modloop, repo",
        "type: alpine, kernel: k, initrd: i, modloop: m"
            + " | repo: missing; a kernel of type alpine needs kernel, initrd, modloop, repo",
        "type: alpine, kernel: k, initrd: i, modloop: m, repo: r, iso: x"
            + " | iso: a kernel of type alpine has no use for it",
        "type: k3os, kernel: k, initrd: i, iso: x |",
        "type: k3os, kernel: k, initrd: i"
            + " | iso: missing; a kernel of type k3os needs kernel, initrd, iso",
        "type: talos, kernel: k, initrd: i |",
        "type: talos, kernel: k | initrd: missing; a kernel of type talos needs kernel, initrd",
        "type: flatcar, kernel: k, initrd: i, config: {ignition: `a\\nb`} |",
        "type: flatcar, kernel: k, initrd: i, config: {kickstart: `a\\nb`}"
            + " | config: a kernel of type flatcar reads no kickstart",
        "type: linux, kernel: k, config: {kickstart: `a\\nb`} |",
        "type: coreos, kernel: k, initrd: i, rootfs: r |",
        "type: coreos, kernel: k, initrd: i"
            + " | rootfs: missing; a kernel of type coreos needs kernel, initrd, rootfs",
        "type: debian, kernel: k, initrd: i, config: {preseed: `a\\nb`} |",
        "type: ubuntu, kernel: k, initrd: i, iso: x, config: {autoinstall: `a\\nb`} |",
        "type: ubuntu, kernel: k, initrd: i"
            + " | iso: missing; a kernel of type ubuntu needs kernel, initrd, iso",
        "type: fedora, kernel: k, initrd: i, repo: r, rootfs: s, config: {kickstart: `a\\nb`} |",
        "type: fedora, kernel: k, initrd: i"
            + " | repo: missing; a kernel of type fedora needs kernel, initrd, repo",
        "type: nixos, kernel: k, initrd: i, cmdline: init=/nix/store/x/init |",
        "type: nixos, kernel: k, initrd: i, cmdline: quiet"
            + " | cmdline: no init=: NixOS is started by its path in the store",
        "type: freebsd, kernel: loader.efi, rootfs: mfsroot.gz |",
        "type: freebsd, rootfs: mfsroot"
            + " | kernel: missing; a kernel of type freebsd needs kernel",
        "type: sanboot, iso: i |",
        "type: sanboot, kernel: k | kernel: a kernel of type sanboot has no use for it",
        "type: sanboot | iso: missing; a kernel of type sanboot needs iso",
        "type: memdisk, iso: i |",
        "type: memdisk, iso: i, arch: aarch64 | arch: memdisk is for PCs with a BIOS",
        "type: local |",
        "type: local, kernel: k | kernel: a kernel of type local has no use for it",
        "type: chain, kernel: `http://x.example/menu.ipxe` |",
        "type: chain | kernel: missing; a kernel of type chain needs kernel",
        "type: menu, options: {kernels: a b} |",
        "type: menu | options: no kernels: names of what there is to choose",
        "type: alpin, kernel: k | type: unknown type alpin; did you mean alpine?",
        "type: plan9, kernel: k | type: unknown type plan9; there are linux, alpine, k3os, talos,"
            + " flatcar, coreos, debian, ubuntu, fedora, nixos, freebsd, sanboot, memdisk, local,"
            + " chain, menu",
        "kernel: `a/${version}` | version: missing; ${version} stands for it",
        "kernel: a, version: 1 2 | version: letters, digits and . _ + ~ - only: 1 2",
        "kernel: a, archive: alpine/ | archive: not a URL such as"
            + " https://mirror.example/alpine/: alpine/",
        "type: local, archive: `http://x.example/` | archive: no path of this kernel is below it",
        "kernel: vmlinuz, checksums: {vmlinuz: 12}"
            + " | checksums: of vmlinuz: not 64 hex digits of SHA-256",
        "kernel: vmlinuz, checksums: {vmlinux: %s}"
            + " | checksums: this kernel has no file vmlinux; did you mean vmlinuz?",
        "kernel: k, checksums: [a] | checksums: not a mapping of names to values",
        "kernel: k, options: {1a: b} | options: not a name of an option: 1a",
        "kernel: k, options: {a: `b\\nc`} | options: has a line break or control character in it",
        "kernel: k, installs: yes | installs: neither true nor false",
      })
  void aTypeSaysWhatIsMissingOrUseless(String fields, String complaint) {
    String yaml = "kernels:\n  - {name: a, " + fields.replace("%s", SUM).replace('`', '"') + "}\n";
    if (complaint == null) {
      assertThat(read(yaml).kernels()).containsOnlyKeys("a");
    } else {
      assertThatExceptionOfType(CatalogueException.class)
          .isThrownBy(() -> CatalogueFile.read("c.yaml", yaml))
          .withMessage("c.yaml:2: kernels[0]." + complaint);
    }
  }

  private static Catalogue read(String yaml) {
    try {
      return CatalogueFile.read("c.yaml", yaml);
    } catch (CatalogueException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatInstallsIsSaidByTheTypeOrByTheKernel() {
    Catalogue catalogue =
        read(
            """
            kernels:
              - {name: a, type: debian, kernel: k, initrd: i}
              - {name: b, type: debian, kernel: k, initrd: i, installs: false}
              - {name: c, type: linux, kernel: k}
              - {name: d, type: linux, kernel: k, installs: true}
            """);
    assertThat(catalogue.kernels().values().stream().filter(Kernel::installs).map(Kernel::name))
        .containsExactlyInAnyOrder("a", "d");
  }

  /// The table of types in README.md is what the code says.
  @ParameterizedTest
  @EnumSource
  void theReadmeSaysWhatATypeNeeds(KernelType type) throws IOException {
    assertThat(Files.readString(Path.of("README.md")))
        .contains(
            "| `%s` | %s | %s | %s |"
                .formatted(
                    type.key(),
                    parts(type, true),
                    parts(type, false),
                    type.installs() ? "yes" : "no"));
  }

  private static String parts(KernelType type, boolean needed) {
    String parts =
        Arrays.stream(KernelPart.values())
            .filter(part -> needed ? type.needs(part) : type.allows(part) && !type.needs(part))
            .map(KernelPart::key)
            .collect(Collectors.joining(", "));
    return parts.isEmpty() ? "-" : parts;
  }

  @Test
  void theReadmeNamesEveryField() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    assertThat(KernelSection.FIELDS).allSatisfy(field -> assertThat(readme).contains("`" + field));
  }
}
