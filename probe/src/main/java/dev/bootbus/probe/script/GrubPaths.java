package dev.bootbus.probe.script;

import java.net.URI;
import java.util.Optional;

/// GRUB's names of files: `(tftp,192.0.2.1)/x`, `(http,192.0.2.1:8080)/x`, `/x` of `$root`.
sealed interface GrubPaths {

  record Remote(URI uri) implements GrubPaths {}

  /// On a disk of the machine, or a part of a file.
  record Local(String name) implements GrubPaths {}

  /// @param root the device of names without one
  /// @param server of a device that names none
  static Optional<GrubPaths> of(String name, String root, String server) {
    String device = root;
    String path = name;
    if (name.startsWith("(")) {
      int end = name.indexOf(')');
      if (end < 0) {
        return Optional.empty();
      }
      device = name.substring(1, end);
      path = name.substring(end + 1);
    }
    int comma = device.indexOf(',');
    String protocol = comma < 0 ? device : device.substring(0, comma);
    String host = comma < 0 ? server : device.substring(comma + 1);
    return switch (protocol) {
      case "tftp", "pxe" -> remote("tftp://" + host(host) + "/", path);
      case "http", "https" ->
          remote(protocol + "://" + host(host) + "/", path.replaceFirst("^/", ""));
      default -> Optional.of(new Local(name));
    };
  }

  /// GRUB before 2.12 takes no port; those that do write it as `host:port` or `host,port`.
  private static String host(String host) {
    return host.replace(',', ':');
  }

  /// A name on a TFTP server keeps its slash.
  private static Optional<GrubPaths> remote(String server, String path) {
    return Locations.of(server).flatMap(base -> Locations.onServer(base, path)).map(Remote::new);
  }
}
