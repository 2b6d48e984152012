package dev.bootbus.kernel.node;

import dev.bootbus.kernel.catalogue.Architecture;
import dev.bootbus.kernel.catalogue.Declared;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import org.jspecify.annotations.Nullable;

/// A machine as it is served: what the operator says of it, else what has been learnt, else what
/// can be made up.
///
/// @param address fixed for this machine, or null for one from the pool
/// @param kernel name of the kernel it is to boot, or empty for the default
public record Machine(
    MacAddress mac,
    String hostname,
    Architecture arch,
    String kernel,
    boolean netboot,
    @Nullable Inet4Address address) {

  public static Machine of(MacAddress mac, @Nullable Declared declared, @Nullable Node node) {
    String hostname = declared == null ? "" : declared.hostname();
    String kernel = declared == null ? "" : declared.kernel();
    if (node != null) {
      hostname = hostname.isEmpty() ? node.hostname() : hostname;
      kernel = kernel.isEmpty() ? node.kernel() : kernel;
    }
    return new Machine(
        mac,
        hostname.isEmpty() ? HostNames.longOf(mac) : hostname,
        node == null ? Architecture.ANY : node.arch(),
        kernel,
        declared == null || declared.netboot(),
        declared == null ? null : declared.address());
  }
}
