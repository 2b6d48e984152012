package dev.bootbus.probe.artefact;

/// Whose program it is, by words in it: that decides what it does next.
public enum Software {
  IPXE("iPXE"),
  PXELINUX("PXELINUX"),
  SYSLINUX_EFI("SYSLINUX for UEFI"),
  COM32("a module of SYSLINUX"),
  MEMDISK("memdisk"),
  GRUB("GRUB"),
  SHIM("shim"),
  FREEBSD_LOADER("FreeBSD's loader"),
  SYSTEMD_BOOT("systemd-boot"),
  /// A kernel, its initrd and its command line in one PE file.
  UNIFIED_KERNEL("a unified kernel image"),
  LINUX("Linux"),
  U_BOOT("U-Boot"),
  WINDOWS("Windows' boot manager"),
  UNKNOWN("unknown");

  private final String title;

  Software(String title) {
    this.title = title;
  }

  public String title() {
    return title;
  }
}
