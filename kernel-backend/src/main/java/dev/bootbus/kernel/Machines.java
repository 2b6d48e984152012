package dev.bootbus.kernel;

import dev.bootbus.schema.MacAddress;
import java.net.InetAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds the machine behind a hardware address or an address, and the kernel that it boots.
record Machines(Catalogue catalogue, Nodes nodes, Leases leases) {

  /// @param said by the machine itself, or none
  /// @param address that the operator declared for it, or that it has leased
  Optional<MacAddress> macOf(MacAddress said, @Nullable InetAddress address) {
    if (!said.isNone()) {
      return Optional.of(said);
    }
    return address == null
        ? Optional.empty()
        : catalogue.nodeAt(address).or(() -> leases.holderOf(address));
  }

  Optional<Machine> find(MacAddress mac) {
    return nodes.find(mac);
  }

  Catalogue.Choice choose(Machine machine) {
    return catalogue.choose(machine);
  }
}
