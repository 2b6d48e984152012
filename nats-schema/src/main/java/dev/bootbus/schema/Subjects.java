package dev.bootbus.schema;

import static java.util.Objects.requireNonNull;

/// Where on the bus each request goes.
///
/// @param dhcp [DhcpRequest]; `tinkerbell.dhcp` or `dhcp` to meet an existing Go peer
/// @param file [FileRequest]
public record Subjects(String dhcp, String file) {
  public static final Subjects DEFAULT = new Subjects("bootbus.v1.dhcp", "bootbus.v1.file");

  public Subjects {
    requireNonNull(dhcp, "dhcp is null");
    requireNonNull(file, "file is null");
  }
}
