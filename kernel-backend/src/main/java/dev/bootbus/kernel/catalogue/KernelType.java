package dev.bootbus.kernel.catalogue;

import static dev.bootbus.kernel.catalogue.KernelPart.APKOVL;
import static dev.bootbus.kernel.catalogue.KernelPart.CMDLINE;
import static dev.bootbus.kernel.catalogue.KernelPart.INITRD;
import static dev.bootbus.kernel.catalogue.KernelPart.ISO;
import static dev.bootbus.kernel.catalogue.KernelPart.KERNEL;
import static dev.bootbus.kernel.catalogue.KernelPart.MODLOOP;
import static dev.bootbus.kernel.catalogue.KernelPart.REPO;
import static dev.bootbus.kernel.catalogue.KernelPart.ROOTFS;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// What kind of system a kernel starts, and so what its command line and its loader need. The name
/// of a kernel says nothing of that.
public enum KernelType {
  /// any Linux: the command line is the operator's alone
  LINUX(false, Set.of(KERNEL), Set.of(INITRD, MODLOOP, ROOTFS, ISO, REPO, APKOVL, CMDLINE)),
  ALPINE(false, Set.of(KERNEL, INITRD, MODLOOP, REPO), Set.of(APKOVL, CMDLINE)),
  K3OS(true, Set.of(KERNEL, INITRD, ISO), Set.of(CMDLINE)),
  TALOS(true, Set.of(KERNEL, INITRD), Set.of(CMDLINE)),
  FLATCAR(false, Set.of(KERNEL, INITRD), Set.of(CMDLINE)),
  COREOS(false, Set.of(KERNEL, INITRD, ROOTFS), Set.of(CMDLINE)),
  DEBIAN(true, Set.of(KERNEL, INITRD), Set.of(REPO, CMDLINE)),
  UBUNTU(true, Set.of(KERNEL, INITRD, ISO), Set.of(CMDLINE)),
  /// and its relatives: RHEL, Rocky, AlmaLinux
  FEDORA(true, Set.of(KERNEL, INITRD, REPO), Set.of(ROOTFS, CMDLINE)),
  NIXOS(false, Set.of(KERNEL, INITRD, CMDLINE), Set.of()),
  /// FreeBSD's loader for UEFI; with a BIOS an ISO, or an mfsroot as rootfs, in memory
  FREEBSD(false, Set.of(KERNEL), Set.of(ROOTFS, ISO, CMDLINE)),
  /// an ISO or an HTTP disk, by iPXE's `sanboot`
  SANBOOT(false, Set.of(ISO), Set.of()),
  /// an ISO or a floppy in memory, by SYSLINUX's memdisk, which is the kernel; with a BIOS only
  MEMDISK(false, Set.of(ISO), Set.of(KERNEL, CMDLINE)),
  /// the machine's own disk
  LOCAL(false, Set.of(), Set.of()),
  /// another script or loader, such as netboot.xyz
  CHAIN(false, Set.of(KERNEL), Set.of()),
  /// a person at the machine chooses among kernels
  MENU(false, Set.of(), Set.of());

  private final boolean installs;
  private final Set<KernelPart> needs;
  private final Set<KernelPart> allows;

  KernelType(boolean installs, Set<KernelPart> needs, Set<KernelPart> allows) {
    this.installs = installs;
    this.needs = needs;
    this.allows = allows;
  }

  /// In a catalogue: in lower case.
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<KernelType> of(String key) {
    return Arrays.stream(values()).filter(type -> type.key().equals(key)).findFirst();
  }

  static List<String> keys() {
    return Arrays.stream(values()).map(KernelType::key).toList();
  }

  /// Whether it puts a system on the machine's disk and is not to be booted again when that is
  /// done, unless a kernel says otherwise. What may do either runs from memory.
  public boolean installs() {
    return installs;
  }

  public boolean needs(KernelPart part) {
    return needs.contains(part);
  }

  public boolean allows(KernelPart part) {
    return needs.contains(part) || allows.contains(part);
  }
}
