package dev.bootbus.probe.boot;

import dev.bootbus.probe.fetch.HttpProfile;
import dev.bootbus.probe.fetch.TftpProfile;
import dev.bootbus.probe.script.Loader;

/// Who fetches, and so how.
record Speaker(String title, TftpProfile tftp, HttpProfile http) {

  static Speaker of(Program program) {
    return switch (program) {
      case BIOS_ROM -> new Speaker(program.title(), TftpProfile.IPXE, HttpProfile.IPXE);
      case UEFI_PXE, UEFI_HTTP -> new Speaker(program.title(), TftpProfile.EDK2, HttpProfile.UEFI);
      case IPXE -> of(Loader.Kind.IPXE);
      case RASPBERRY_PI -> of(Loader.Kind.RASPBERRY_PI);
      case FREEBSD -> of(Loader.Kind.FREEBSD);
      case U_BOOT -> of(Loader.Kind.U_BOOT);
    };
  }

  static Speaker of(Loader.Kind loader) {
    return switch (loader) {
      case IPXE -> new Speaker("iPXE", TftpProfile.IPXE, HttpProfile.IPXE);
      case PXELINUX -> new Speaker("PXELINUX", TftpProfile.PXELINUX, HttpProfile.PXELINUX);
      case SYSLINUX_EFI -> new Speaker("SYSLINUX", TftpProfile.PXELINUX, HttpProfile.PXELINUX);
      case GRUB -> new Speaker("GRUB", TftpProfile.GRUB, HttpProfile.PLAIN);
      case U_BOOT -> new Speaker("U-Boot", TftpProfile.PLAIN, HttpProfile.PLAIN);
      case FREEBSD -> new Speaker("FreeBSD loader", TftpProfile.PLAIN, HttpProfile.FREEBSD);
      case RASPBERRY_PI -> new Speaker("Raspberry Pi", TftpProfile.GRUB, HttpProfile.PLAIN);
    };
  }
}
