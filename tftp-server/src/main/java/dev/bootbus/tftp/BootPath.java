package dev.bootbus.tftp;

import java.util.List;
import java.util.stream.Stream;

/// The name of a file below the root, from the name in a request: `/grub//x.cfg`, `grub\x.cfg` and
/// `grub/x.cfg` are the same file.
///
/// Nothing is decoded: TFTP has no percent encoding, so `%2e%2e` is a name like any other.
record BootPath(List<String> segments) {

  /// The name can be no file of ours.
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
      super(message, null, false, false);
    }
  }

  BootPath {
    segments = List.copyOf(segments);
  }

  static BootPath of(String requested) throws RefusedException {
    if (requested.chars().anyMatch(Character::isISOControl)) {
      throw new RefusedException("control character in the file name");
    }
    // SYSLINUX marks "from the root of the TFTP server" so
    String name = requested.startsWith("::") ? requested.substring(2) : requested;
    List<String> segments =
        Stream.of(name.replace('\\', '/').split("/"))
            .filter(segment -> !segment.isEmpty() && !segment.equals("."))
            .toList();
    if (segments.contains("..")) {
      throw new RefusedException("the file name leads out of the root");
    }
    if (!segments.isEmpty() && segments.getFirst().matches("[A-Za-z]:.*")) {
      throw new RefusedException("drive letter in the file name");
    }
    return new BootPath(segments);
  }

  @Override
  public String toString() {
    return String.join("/", segments);
  }
}
