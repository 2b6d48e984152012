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
import org.jspecify.annotations.Nullable;

/// What kind of system a kernel starts, and so what its command line and its loader need. The name
/// of a kernel says nothing of that.
public enum KernelType {
  /// any Linux: the command line is the operator's alone
  LINUX(false, null, Set.of(KERNEL), Set.of(INITRD, MODLOOP, ROOTFS, ISO, REPO, APKOVL, CMDLINE)),
  ALPINE(false, null, Set.of(KERNEL, INITRD, MODLOOP, REPO), Set.of(APKOVL, CMDLINE)),
  K3OS(true, ConfigFile.K3OS, Set.of(KERNEL, INITRD, ISO), Set.of(CMDLINE)),
  TALOS(true, null, Set.of(KERNEL, INITRD), Set.of(CMDLINE)),
  FLATCAR(false, ConfigFile.IGNITION, Set.of(KERNEL, INITRD), Set.of(CMDLINE)),
  COREOS(false, ConfigFile.IGNITION, Set.of(KERNEL, INITRD, ROOTFS), Set.of(CMDLINE)),
  DEBIAN(true, ConfigFile.PRESEED, Set.of(KERNEL, INITRD), Set.of(REPO, CMDLINE)),
  UBUNTU(true, ConfigFile.AUTOINSTALL, Set.of(KERNEL, INITRD, ISO), Set.of(CMDLINE)),
  /// and its relatives: RHEL, Rocky, AlmaLinux
  FEDORA(true, ConfigFile.KICKSTART, Set.of(KERNEL, INITRD, REPO), Set.of(ROOTFS, CMDLINE)),
  NIXOS(false, null, Set.of(KERNEL, INITRD, CMDLINE), Set.of()),
  /// the kernel is FreeBSD's loader, the rootfs an mfsroot
  FREEBSD(false, null, Set.of(KERNEL), Set.of(ROOTFS, CMDLINE)),
  /// an ISO or an HTTP disk, by iPXE's `sanboot`
  SANBOOT(false, null, Set.of(ISO), Set.of()),
  /// an ISO or a floppy in memory, by SYSLINUX's memdisk; with a BIOS only
  MEMDISK(false, null, Set.of(KERNEL, ISO), Set.of(CMDLINE)),
  /// the machine's own disk
  LOCAL(false, null, Set.of(), Set.of()),
  /// another script or loader, such as netboot.xyz
  CHAIN(false, null, Set.of(KERNEL), Set.of());

  private final boolean installs;
  private final @Nullable ConfigFile config;
  private final Set<KernelPart> needs;
  private final Set<KernelPart> allows;

  KernelType(
      boolean installs,
      @Nullable ConfigFile config,
      Set<KernelPart> needs,
      Set<KernelPart> allows) {
    this.installs = installs;
    this.config = config;
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

  /// Whether it writes another system to the machine's disk, unless a kernel says otherwise.
  public boolean installs() {
    return installs;
  }

  /// What its installer, or the first start of the system, reads.
  public Optional<ConfigFile> config() {
    return Optional.ofNullable(config);
  }

  public boolean needs(KernelPart part) {
    return needs.contains(part);
  }

  public boolean allows(KernelPart part) {
    return needs.contains(part) || allows.contains(part);
  }
}
