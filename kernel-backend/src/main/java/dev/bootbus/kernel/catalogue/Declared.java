package dev.bootbus.kernel.catalogue;

import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the operator says of one machine. Empty or null is unsaid.
///
/// @param mac the first of its hardware addresses
/// @param macs the others
/// @param uuid by which it is known as well, whatever its hardware address; canonical text in lower
///     case
/// @param address for this machine and no other
/// @param kernel name of a kernel in the catalogue
public record Declared(
    MacAddress mac,
    List<MacAddress> macs,
    String uuid,
    String hostname,
    @Nullable Inet4Address address,
    String kernel,
    @Nullable Boolean netboot,
    List<String> groups,
    @Nullable Boolean controlNode,
    Map<String, String> options,
    Provision provision) {
  public Declared {
    macs = List.copyOf(macs);
    groups = List.copyOf(groups);
    options = Map.copyOf(options);
  }

  Declared(
      MacAddress mac,
      String hostname,
      @Nullable Inet4Address address,
      String kernel,
      boolean netboot,
      Provision provision) {
    this(
        mac,
        List.of(),
        "",
        hostname,
        address,
        kernel,
        netboot ? null : Boolean.FALSE,
        List.of(),
        null,
        Map.of(),
        provision);
  }

  Declared(
      MacAddress mac,
      String hostname,
      @Nullable Inet4Address address,
      String kernel,
      boolean netboot) {
    this(mac, hostname, address, kernel, netboot, Provision.NONE);
  }
}
