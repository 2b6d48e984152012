package dev.bootbus.kernel.catalogue;

import java.util.Locale;

/// What kind of system a kernel starts, and so what its command line and its loader need. The name
/// of a kernel says nothing of that.
public enum KernelType {
  /// any Linux: the command line is the operator's alone
  LINUX,
  ALPINE,
  K3OS,
  TALOS,
  FLATCAR,
  COREOS,
  DEBIAN,
  UBUNTU,
  /// and its relatives: RHEL, Rocky, AlmaLinux
  FEDORA,
  NIXOS,
  FREEBSD,
  /// an ISO or an HTTP disk, by iPXE's `sanboot`
  SANBOOT,
  /// an ISO or a floppy in memory, by SYSLINUX's memdisk; with a BIOS only
  MEMDISK,
  /// the machine's own disk
  LOCAL,
  /// another script or loader, such as netboot.xyz
  CHAIN,
  /// a person at the machine chooses among kernels
  MENU;

  /// In a catalogue: in lower case.
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
