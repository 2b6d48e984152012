package dev.bootbus.kernel.lease;

import dev.bootbus.kernel.store.Entry;
import java.net.Inet4Address;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The networks with the holdings of each.
///
/// Not safe for use by several threads.
final class Ledger {
  private final Networks networks;
  private final Map<Network, Holdings> holdings = new IdentityHashMap<>();

  /// Leases of addresses that are in no network: they were, once.
  private final Holdings outside;

  /// @param records what is leased
  Ledger(Networks networks, Function<Inet4Address, @Nullable Entry<Lease>> records) {
    this.networks = networks;
    this.outside = new Holdings(null, records);
    for (Network network : networks.all()) {
      holdings.put(network, new Holdings(network.pool(), records));
    }
  }

  Networks networks() {
    return networks;
  }

  /// Null for a network of another set.
  @Nullable Holdings of(Network network) {
    return holdings.get(network);
  }

  /// Of the network that an address is in.
  Holdings at(Inet4Address address) {
    Network network = networks.at(address);
    return network == null ? outside : holdings.getOrDefault(network, outside);
  }

  Stream<Holdings> all() {
    return Stream.concat(holdings.values().stream(), Stream.of(outside));
  }
}
