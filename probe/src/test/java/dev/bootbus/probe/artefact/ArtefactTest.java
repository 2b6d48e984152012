package dev.bootbus.probe.artefact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArtefactTest {

  static Artefact examined(byte[] file) {
    Examiner examiner = new Examiner();
    for (int at = 0; at < file.length; at += 1500) {
      int end = Math.min(file.length, at + 1500);
      examiner.take(ByteBuffer.wrap(file, at, end - at));
    }
    return examiner.artefact();
  }

  static Stream<Arguments> samples() {
    byte[] gzip = Samples.gzip(new byte[100_000]);
    byte[] badSum = gzip.clone();
    badSum[gzip.length - 6] ^= 1;
    byte[] script = Samples.uBootScript("echo a");
    byte[] badImage = script.clone();
    badImage[script.length - 1] ^= 1;
    return Stream.of(
        Arguments.of("an EFI program for x86_64", "", Samples.pe(0x8664, 10, "")),
        Arguments.of("an EFI program for arm64", "", Samples.pe(0xaa64, 10, "")),
        Arguments.of("an EFI program for riscv64", "", Samples.pe(0x5064, 10, "")),
        Arguments.of("an EFI program for loong64", "", Samples.pe(0x6264, 10, "")),
        Arguments.of("a Windows program for i386", "", Samples.pe(0x14c, 3, "")),
        Arguments.of(
            "an EFI program for x86_64 (GRUB)", "", Samples.pe(0x8664, 10, "Welcome to GRUB!")),
        Arguments.of(
            "an EFI program for x86_64 (iPXE)", "", Samples.pe(0x8664, 10, "http://ipxe.org/%08x")),
        Arguments.of(
            "an EFI program for x86_64 (shim)", "", Samples.pe(0x8664, 10, "UEFI SHIM\n$Version")),
        Arguments.of(
            "an EFI program for x86_64 (FreeBSD's loader)",
            "",
            Samples.pe(0x8664, 10, "FreeBSD/amd64 EFI loader")),
        Arguments.of(
            "an EFI program for x86_64 (systemd-boot)",
            "",
            Samples.pe(0x8664, 10, "#### LoaderInfo: systemd-boot 252")),
        Arguments.of(
            "an EFI program for x86_64 (a unified kernel image)",
            "",
            Samples.pe(0x8664, 10, "#### LoaderInfo: systemd-stub 252")),
        Arguments.of("a bzImage for x86_64 (Linux)", "", Samples.bzImage()),
        Arguments.of("a bzImage for i386 (memdisk)", "", Samples.memdisk()),
        Arguments.of("a kernel image for arm64 (Linux)", "", Samples.arm64Image()),
        Arguments.of("a kernel image for riscv64 (Linux)", "", Samples.riscvImage()),
        Arguments.of("a zImage for arm32 (Linux)", "", Samples.zImage()),
        Arguments.of("an ELF program for x86_64", "", Samples.elf(62, true)),
        Arguments.of("an ELF program for arm64", "", Samples.elf(183, true)),
        Arguments.of("an ELF program for riscv32", "", Samples.elf(243, false)),
        Arguments.of("gzip data", "", gzip),
        Arguments.of("gzip data", "file-corrupt", badSum),
        Arguments.of("gzip data", "file-truncated", Arrays.copyOf(gzip, gzip.length / 2)),
        Arguments.of("xz data", "", Samples.text("\u00fd7zXZ\0....")),
        Arguments.of("zstd data", "", Samples.text("\u0028\u00b5\u002f\u00fd....")),
        Arguments.of("bzip2 data", "", Samples.text("BZh91AY")),
        Arguments.of("lz4 data", "", Samples.text("\u0002\u0021\u004c\u0018....")),
        Arguments.of("a cpio archive", "", Samples.cpio()),
        Arguments.of("a cpio archive", "file-truncated", Arrays.copyOf(Samples.cpio(), 200)),
        Arguments.of("an ISO 9660 disc", "", Samples.iso(20)),
        Arguments.of("an ISO 9660 disc", "file-truncated", Samples.iso(400_000)),
        Arguments.of("a squashfs", "", Samples.squashfs(512)),
        Arguments.of("a squashfs", "file-truncated", Samples.squashfs(1L << 40)),
        Arguments.of("a tar archive", "", Samples.tar()),
        Arguments.of("a device tree", "", Samples.deviceTree(128)),
        Arguments.of("a device tree", "file-truncated", Samples.deviceTree(129)),
        Arguments.of("a U-Boot image for arm64", "", script),
        Arguments.of("a U-Boot image for arm64", "file-corrupt", badImage),
        Arguments.of("a U-Boot image for arm64", "file-truncated", Arrays.copyOf(script, 70)),
        Arguments.of("a program for a BIOS (PXELINUX)", "", Samples.bootSector("PXELINUX 6.04")),
        Arguments.of("a program for a BIOS (iPXE)", "", Samples.bootSector("UNDI code segment ")),
        Arguments.of("an iPXE script", "", Samples.text("#!ipxe\nboot\n")),
        Arguments.of("a page for a browser", "", Samples.text("\n<!DOCTYPE HTML><title>404")),
        Arguments.of(
            "a page for a browser",
            "",
            Samples.text("<?xml version=\"1.0\"?><Error><Code>NoSuchKey")),
        Arguments.of("text", "", Samples.text("DEFAULT linux\n")),
        Arguments.of("empty", "", new byte[0]),
        Arguments.of("of no format that is known", "", new byte[] {1, 2, 3}));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("samples")
  void tellsWhatAFileIs(String title, String damage, byte[] file) {
    Artefact artefact = examined(file);
    assertThat(artefact.title()).isEqualTo(title);
    assertThat(artefact.damage().stream().map(f -> f.cause().code()).toList())
        .isEqualTo(damage.isEmpty() ? List.of() : List.of(damage));
    assertThat(artefact.size()).isEqualTo(file.length);
    assertThat(Artefact.of(file, file.length).title()).isEqualTo(title);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/usr/lib/ipxe/ipxe.efi | an EFI program for x86_64 (iPXE)",
        "/usr/lib/ipxe/snponly.efi | an EFI program for x86_64 (iPXE)",
        "/usr/lib/ipxe/undionly.kpxe | a program for a BIOS (iPXE)",
        "/usr/lib/ipxe/ipxe.pxe | a program for a BIOS (iPXE)",
        "/usr/lib/ipxe/ipxe.lkrn | a bzImage for i386",
        "/usr/lib/ipxe/ipxe.iso | an ISO 9660 disc",
        "/usr/lib/PXELINUX/pxelinux.0 | a program for a BIOS (PXELINUX)",
        "/usr/lib/PXELINUX/lpxelinux.0 | a program for a BIOS (PXELINUX)",
        "/usr/lib/SYSLINUX.EFI/efi64/syslinux.efi | an EFI program for x86_64 (SYSLINUX for UEFI)",
        "/usr/lib/SYSLINUX.EFI/efi32/syslinux.efi | an EFI program for i386 (SYSLINUX for UEFI)",
        "/usr/lib/syslinux/memdisk | a bzImage for i386 (memdisk)",
        "/usr/lib/syslinux/modules/bios/menu.c32 | an ELF program for i386 (a module of SYSLINUX)",
        "/usr/lib/syslinux/modules/bios/ldlinux.c32 | an ELF program for i386 (a module of SYSLINUX)",
        "/usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed | an EFI program for x86_64 (GRUB)",
        "/usr/lib/shim/shimx64.efi.signed | an EFI program for x86_64 (shim)",
        "/usr/lib/u-boot/qemu_arm64/u-boot.bin | of no format that is known (U-Boot)",
      })
  void knowsTheRealOnes(Path path, String title) throws IOException {
    assumeTrue(Files.isReadable(path), () -> path + " is not installed");
    byte[] file = Files.readAllBytes(path);
    Artefact artefact = examined(file);
    assertThat(artefact.title()).startsWith(title);
    assertThat(artefact.damage()).isEmpty();
    boolean says =
        !(artefact.format() instanceof Format.BootSector
            || artefact.format() instanceof Format.Unknown
            || artefact.format() instanceof Format.BzImage image && image.version() < 0x204);
    if (says) {
      assertThat(examined(Arrays.copyOf(file, file.length / 2)).damage())
          .extracting(Finding::cause)
          .contains(Cause.FILE_TRUNCATED);
    }
  }

  @ParameterizedTest(name = "{0} as {1} for {2}")
  @CsvSource(
      nullValues = "fits",
      value = {
        // what the firmware starts (RFC 5970 §3.3: option 93)
        "pe-x64, PROGRAM, 7, fits",
        "pe-x64, PROGRAM, 9, fits",
        "pe-x64, PROGRAM, 16, fits",
        "pe-x64, PROGRAM, 6, wrong-architecture",
        "pe-x64, PROGRAM, 15, wrong-architecture",
        "pe-x64, PROGRAM, 11, wrong-architecture",
        "pe-x64, PROGRAM, 0, wrong-firmware",
        "pe-x64, PROGRAM, 20, wrong-firmware",
        "pe-ia32, PROGRAM, 6, fits",
        "pe-ia32, PROGRAM, 7, wrong-architecture",
        "pe-arm64, PROGRAM, 11, fits",
        "pe-arm64, PROGRAM, 19, fits",
        "pe-arm64, PROGRAM, 22, fits",
        "pe-arm64, PROGRAM, 10, wrong-architecture",
        "pe-riscv, PROGRAM, 27, fits",
        "pe-riscv, PROGRAM, 7, wrong-architecture",
        "pe-windows, PROGRAM, 7, not-a-program",
        "bios, PROGRAM, 0, fits",
        "bios, PROGRAM, 7, wrong-firmware",
        "bios, PROGRAM, 11, wrong-firmware",
        "bzImage, PROGRAM, 7, fits",
        "bzImage, PROGRAM, 0, not-a-program",
        "script, PROGRAM, 0, not-a-program",
        "script, PROGRAM, 7, not-a-program",
        "html, PROGRAM, 7, html-instead-of-file",
        "empty, PROGRAM, 0, file-empty",
        "large, PROGRAM, 0, not-a-program",
        // what a loader fetches
        "script, CHAIN, 7, fits",
        "pe-x64, CHAIN, 7, fits",
        "pe-x64, CHAIN, 0, wrong-firmware",
        "bzImage, CHAIN, 0, fits",
        "gzip, CHAIN, 7, fits",
        "cpio, CHAIN, 7, not-a-program",
        "bzImage, KERNEL, 0, fits",
        "bzImage, KERNEL, 7, fits",
        "bzImage, KERNEL, 6, wrong-architecture",
        "bzImage, KERNEL, 11, wrong-architecture",
        "memdisk, KERNEL, 0, fits",
        "memdisk, KERNEL, 7, wrong-firmware",
        "arm64, KERNEL, 11, fits",
        "arm64, KERNEL, 22, fits",
        "arm64, KERNEL, 7, wrong-architecture",
        "cpio, KERNEL, 7, not-a-kernel",
        "iso, KERNEL, 0, not-a-kernel",
        "text, KERNEL, 7, not-a-kernel",
        "html, KERNEL, 7, html-instead-of-file",
        "gzip, INITRD, 7, fits",
        "cpio, INITRD, 0, fits",
        "iso, INITRD, 0, fits",
        "bzImage, INITRD, 7, not-an-initrd",
        "html, INITRD, 7, html-instead-of-file",
        "fdt, DEVICE_TREE, 22, fits",
        "text, DEVICE_TREE, 22, not-a-device-tree",
        "iso, DISC, 0, fits",
        "cpio, DISC, 0, not-a-disc",
        "html, SCRIPT, 7, html-instead-of-file",
        "text, SCRIPT, 7, fits",
        "html, ANY, 7, fits",
      })
  void tellsWhetherItFits(String file, Fits.Role role, int architecture, String cause) {
    byte[] bytes =
        switch (file) {
          case "pe-x64" -> Samples.pe(0x8664, 10, "");
          case "pe-ia32" -> Samples.pe(0x14c, 10, "");
          case "pe-arm64" -> Samples.pe(0xaa64, 10, "");
          case "pe-riscv" -> Samples.pe(0x5064, 10, "");
          case "pe-windows" -> Samples.pe(0x8664, 3, "");
          case "bios" -> Samples.bootSector("");
          case "bzImage" -> Samples.bzImage();
          case "memdisk" -> Samples.memdisk();
          case "arm64" -> Samples.arm64Image();
          case "gzip" -> Samples.gzip(new byte[10]);
          case "cpio" -> Samples.cpio();
          case "iso" -> Samples.iso(20);
          case "fdt" -> Samples.deviceTree(128);
          case "script" -> Samples.text("#!ipxe\n");
          case "html" -> Samples.text("<html>404");
          case "text" -> Samples.text("hello\n");
          case "large" -> new byte[700 << 10];
          default -> new byte[0];
        };
    var findings = Fits.check(examined(bytes), role, Target.of(architecture), "a");
    assertThat(findings.stream().map(f -> f.cause().code()).toList())
        .isEqualTo(cause == null ? List.of() : List.of(cause));
  }

  /// Each sample with some of its bytes wrong, and noise behind each magic.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void noBytesThrowAnything(long seed) {
    Random random = new Random(seed);
    samples()
        .map(row -> (byte[]) row.get()[2])
        .forEach(
            sample -> {
              for (int round = 0; round < 200; round++) {
                byte[] file = Arrays.copyOf(sample, Math.min(sample.length, 0x9000));
                for (int i = 0; i < 8 && file.length > 0; i++) {
                  file[random.nextInt(Math.min(file.length, 700))] = (byte) random.nextInt();
                }
                Artefact artefact = examined(file);
                Fits.check(artefact, Fits.Role.CHAIN, Target.of(random.nextInt(50)), "a");
                assertThat(artefact.title()).isNotEmpty();
                Artefact.of(file, random.nextLong());
              }
            });
  }
}
