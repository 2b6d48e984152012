package dev.bootbus.kernel.catalogue;

import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import org.jspecify.annotations.Nullable;

/// What the operator says of one machine. Empty or null is unsaid.
///
/// @param address for this machine and no other
/// @param kernel name of a kernel in the catalogue
public record Declared(
    MacAddress mac,
    String hostname,
    @Nullable Inet4Address address,
    String kernel,
    boolean netboot,
    Provision provision) {
  Declared(
      MacAddress mac,
      String hostname,
      @Nullable Inet4Address address,
      String kernel,
      boolean netboot) {
    this(mac, hostname, address, kernel, netboot, Provision.NONE);
  }
}
