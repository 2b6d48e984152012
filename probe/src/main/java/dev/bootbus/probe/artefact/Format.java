package dev.bootbus.probe.artefact;

/// What the bytes of a file say that it is.
public sealed interface Format {

  /// A program for UEFI, or a Linux kernel that is one (PE/COFF specification; UEFI 2.10 §2.1.1).
  ///
  /// @param subsystem 10 to 13 are UEFI's
  /// @param signed whether there is a certificate table; not whether it is any good
  record Pe(Cpu cpu, int subsystem, boolean signed) implements Format {
    public boolean isEfi() {
      return subsystem >= 10 && subsystem <= 13;
    }
  }

  /// Linux for x86 (Documentation/arch/x86/boot.rst); so are memdisk, `ipxe.lkrn`, memtest.
  ///
  /// @param version of the boot protocol: 0x020f is 2.15
  /// @param cpu 64-bit where `xloadflags` says that it has a 64-bit entry point
  /// @param stub whether it is a PE program too
  /// @param signed as of PE
  record BzImage(int version, Cpu cpu, boolean stub, boolean signed) implements Format {}

  /// Linux for arm64 or riscv, a flat image with a header (Documentation/arch/arm64/booting.rst).
  record FlatImage(Cpu cpu, boolean stub) implements Format {}

  /// Linux for 32-bit ARM.
  record ZImage(boolean stub) implements Format {}

  record Elf(Cpu cpu) implements Format {}

  /// What a PXE ROM of a BIOS starts: code without a header, known by what is in it.
  record BootSector() implements Format {}

  record Compressed(String how) implements Format {}

  record Cpio() implements Format {}

  /// @param hybrid whether a BIOS can start it as a disk too
  record Iso(boolean hybrid) implements Format {}

  record Squashfs() implements Format {}

  record Tar() implements Format {}

  /// A flattened device tree; with images in it a FIT (`u-boot.itb`).
  record DeviceTree(boolean fit) implements Format {}

  /// A legacy image of U-Boot.
  ///
  /// @param type of `IH_TYPE`: 2 kernel, 3 ramdisk, 6 script
  record UImage(Cpu cpu, int type, String name) implements Format {}

  /// A text that begins with `#!ipxe`.
  record IpxeScript() implements Format {}

  /// A page for a browser: as a rule a server's word that there is no such file.
  record Html() implements Format {}

  record Text() implements Format {}

  record Empty() implements Format {}

  record Unknown() implements Format {}
}
