package dev.bootbus.packaging;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/// What an image's process may do beyond what every user may; capabilities(7), with the
/// kernel's numbers.
enum Capability {
  NET_BIND_SERVICE(10),
  NET_RAW(13);

  private final int number;

  Capability(int number) {
    this.number = number;
  }

  /// The value of the extended attribute `security.capability` of a file whose process is to
  /// have these, permitted and effective: `struct vfs_cap_data` of linux/capability.h,
  /// revision 2. All its bytes are ASCII, so that it may stand in a header of a tar.
  static String attribute(Set<Capability> capabilities) {
    int bits = 0;
    for (Capability capability : capabilities) {
      bits |= 1 << capability.number;
    }
    byte[] value = new byte[20];
    value[0] = 1; // VFS_CAP_FLAGS_EFFECTIVE
    value[3] = 2; // VFS_CAP_REVISION_2
    for (int i = 0; i < 4; i++) {
      value[4 + i] = (byte) (bits >> 8 * i);
    }
    return new String(value, StandardCharsets.US_ASCII);
  }
}
