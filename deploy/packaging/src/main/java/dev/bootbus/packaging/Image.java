package dev.bootbus.packaging;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// One image: a service of `bin/bootbus`, what its process may do, and what it says of itself.
///
/// @param name the service, as `bin/bootbus` calls it; the image is `bootbus/NAME`
/// @param ports to expose, `67/udp`
record Image(
    String name,
    Set<Capability> capabilities,
    List<String> ports,
    Map<String, String> environment) {

  private static final String ROOT = "/srv/bootbus";

  static final List<Image> ALL =
      List.of(
          new Image(
              "dhcp-server",
              Set.of(Capability.NET_BIND_SERVICE, Capability.NET_RAW),
              List.of("67/udp", "4011/udp"),
              Map.of()),
          new Image(
              "tftp-server",
              Set.of(Capability.NET_BIND_SERVICE),
              List.of("69/udp"),
              Map.of("BOOTBUS_ROOT", ROOT)),
          new Image(
              "http-server",
              Set.of(Capability.NET_BIND_SERVICE),
              List.of("80/tcp", "443/tcp"),
              Map.of("BOOTBUS_ROOT", ROOT)),
          new Image("kernel-backend", Set.of(), List.of("8081/tcp"), Map.of()),
          new Image("probe", Set.of(), List.of(), Map.of()));

  /// The copy of the Java launcher that starts it. A capability of a file is one of all who
  /// start it, so each set of them has a launcher of its own.
  String launcher() {
    StringBuilder name = new StringBuilder("java");
    for (Capability capability : Capability.values()) {
      if (capabilities.contains(capability)) {
        name.append('-').append(capability.name().toLowerCase(Locale.ROOT));
      }
    }
    return name.toString();
  }
}
