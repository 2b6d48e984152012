package dev.bootbus.kernel.catalogue;

import java.util.Locale;

/// What a [KernelType] may need, or have no use for; in a catalogue the field of that name.
public enum KernelPart {
  KERNEL,
  INITRD,
  MODLOOP,
  ROOTFS,
  ISO,
  REPO,
  APKOVL,
  CMDLINE;

  /// In a catalogue: in lower case.
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  boolean isIn(Kernel kernel) {
    return switch (this) {
      case KERNEL -> !kernel.kernel().isEmpty();
      case INITRD -> !kernel.initrds().isEmpty();
      case MODLOOP -> !kernel.sources().modloop().isEmpty();
      case ROOTFS -> !kernel.sources().rootfs().isEmpty();
      case ISO -> !kernel.sources().iso().isEmpty();
      case REPO -> !kernel.sources().repo().isEmpty();
      case APKOVL -> !kernel.provision().apkovl().isEmpty();
      case CMDLINE -> !kernel.cmdline().isEmpty();
    };
  }
}
