package dev.bootbus.kernel.catalogue;

import java.util.List;
import java.util.Set;

/// A processor architecture by the name that Linux gives it. A name that is not known here stays
/// as it is.
public record Architecture(String name) {
  public static final Architecture X86_64 = new Architecture("x86_64");
  public static final Architecture AARCH64 = new Architecture("aarch64");

  /// Of a kernel: boots everywhere. Of a machine: not known.
  public static final Architecture ANY = new Architecture("any");

  static final Set<Architecture> KNOWN = Set.of(X86_64, AARCH64, ANY);

  /// The processor behind the firmware of option 93 (RFC 4578 §2.1, IANA's list of processor
  /// architecture types). A 64-bit PC says 0 with a BIOS, and now and then 6 or 9 with UEFI.
  public static Architecture ofClient(List<Integer> types) {
    for (int type : types) {
      switch (type) {
        case 0, 6, 7, 9, 15, 16, 20 -> {
          return X86_64;
        }
        case 11, 19, 22, 24 -> {
          return AARCH64;
        }
        default -> {}
      }
    }
    return ANY;
  }

  public boolean isCompatible(Architecture other) {
    return equals(ANY) || other.equals(ANY) || equals(other);
  }

  @Override
  public String toString() {
    return name;
  }
}
