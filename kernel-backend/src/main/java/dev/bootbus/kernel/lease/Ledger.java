package dev.bootbus.kernel.lease;

import dev.bootbus.kernel.store.Entry;
import java.net.Inet4Address;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
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

  private Ledger(Networks networks, Holdings outside) {
    this.networks = networks;
    this.outside = outside;
  }

  /// @param records what is leased
  Ledger(Networks networks, Function<Inet4Address, @Nullable Entry<Lease>> records) {
    this(networks, new Holdings(null, records));
    for (Network network : networks.all()) {
      holdings.put(network, new Holdings(network.pool(), records));
    }
  }

  /// The same holdings for other networks, if these have the same subnets and pools.
  Optional<Ledger> renewed(Networks others) {
    List<Network> before = networks.all();
    List<Network> after = others.all();
    boolean same =
        before.size() == after.size()
            && IntStream.range(0, before.size())
                .allMatch(i -> before.get(i).isSamePlace(after.get(i)));
    if (!same) {
      return Optional.empty();
    }
    Ledger renewed = new Ledger(others, outside);
    for (int i = 0; i < before.size(); i++) {
      renewed.holdings.put(after.get(i), Objects.requireNonNull(holdings.get(before.get(i))));
    }
    return Optional.of(renewed);
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
