package dev.bootbus.kernel.lease;

import dev.bootbus.schema.DhcpRequest.Facts;
import java.net.Inet4Address;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The networks that machines get addresses in, none of which lies in another.
///
/// @see Network
public final class Networks {
  private static final int MAX_SHOWN = 4;

  private final List<Network> all; // in the operator's order
  private final Network[] sorted; // by their first addresses
  private final long[] firsts;
  private final Map<String, Network> byInterface = new HashMap<>();

  /// Where no network has the interface, or the front end does not name one.
  private final @Nullable Network usual;

  /// @throws IllegalArgumentException if there is none, two have addresses or an interface in
  ///     common, or one of several has no subnet
  public Networks(List<Network> all) {
    this.all = List.copyOf(all);
    if (all.isEmpty()) {
      throw new IllegalArgumentException("there is no network");
    }
    if (all.size() > 1 && all.stream().anyMatch(network -> network.subnet() == null)) {
      throw new IllegalArgumentException("machines need a subnet mask: set --subnet");
    }
    this.sorted =
        all.stream()
            .filter(network -> network.subnet() != null)
            .sorted(Comparator.comparing(network -> first(network)))
            .toArray(Network[]::new);
    this.firsts = Arrays.stream(sorted).mapToLong(Networks::first).toArray();
    for (int i = 1; i < sorted.length; i++) {
      Subnet before = subnetOf(sorted[i - 1]);
      if (before.overlaps(subnetOf(sorted[i]))) {
        throw new IllegalArgumentException(sorted[i].subnet() + " lies in " + before);
      }
    }
    for (Network network : all) {
      for (String link : network.interfaces()) {
        if (byInterface.put(link, network) != null) {
          throw new IllegalArgumentException("two subnets are on interface " + link);
        }
      }
    }
    this.usual =
        all.stream().filter(network -> network.interfaces().isEmpty()).findFirst().orElse(null);
  }

  public static Networks of(Network only) {
    return new Networks(List.of(only));
  }

  private static Subnet subnetOf(Network network) {
    Subnet subnet = network.subnet();
    if (subnet == null) {
      throw new IllegalStateException("left out before");
    }
    return subnet;
  }

  private static long first(Network network) {
    return Ipv4.number(subnetOf(network).network());
  }

  /// In the operator's order, at least one.
  public List<Network> all() {
    return all;
  }

  /// The network that an address is in.
  public @Nullable Network at(Inet4Address address) {
    if (sorted.length == 0) {
      return all.getFirst();
    }
    int found = 0;
    if (firsts.length > 1) {
      found = Arrays.binarySearch(firsts, Ipv4.number(address));
      found = found >= 0 ? found : -found - 2;
    }
    return found >= 0 && sorted[found].contains(address) ? sorted[found] : null;
  }

  /// The network that a machine is in, by the first of these that the packet has: the link that
  /// the relay or the machine selects (RFC 3527 §3, RFC 3011 §2), the relay (RFC 2131 §4.3.1), the
  /// machine's own address (RFC 2131 §4.3.2, RENEWING), the front end's interface. Null if there is
  /// none, for which [#whyNone] has the reason.
  public @Nullable Network select(Facts facts) {
    Inet4Address link = facts.linkAddress() == null ? facts.giaddr() : facts.linkAddress();
    if (link != null) {
      return at(link);
    }
    Network own = facts.ciaddr() == null ? null : at(facts.ciaddr());
    if (own != null) {
      return own;
    }
    Network ofInterface = byInterface.isEmpty() ? null : byInterface.get(facts.network());
    return ofInterface == null ? usual : ofInterface;
  }

  /// One sentence on a packet that [#select] finds no network for.
  public String whyNone(Facts facts) {
    if (facts.linkAddress() != null) {
      return "no subnet has " + facts.linkAddress().getHostAddress() + ", the link selected";
    }
    if (facts.giaddr() != null) {
      return "no subnet has " + facts.giaddr().getHostAddress() + ", the relay's address";
    }
    return facts.network().isEmpty()
        ? "every subnet is on an interface, and the front end names none"
        : "no subnet is on interface " + facts.network();
  }

  /// The network of an old set in the place of which this one has another.
  Optional<Network> successor(Network old) {
    return all.stream()
        .filter(
            network ->
                network.subnet() == null
                    ? old.subnet() == null
                    : network.subnet().equals(old.subnet()))
        .findFirst();
  }

  /// The same networks, whose pools leave these addresses to the machines that they are fixed for.
  ///
  /// @throws IllegalArgumentException if one of them is in no network, or reserved for another
  public Networks reserving(Set<Inet4Address> fixed) {
    Map<Network, Set<Inet4Address>> parts = new IdentityHashMap<>();
    for (Inet4Address address : fixed) {
      Network network = at(address);
      if (network == null) {
        throw new IllegalArgumentException(address.getHostAddress() + " is not in " + this);
      }
      if (network.reservations().at(address) != null) {
        throw new IllegalArgumentException(
            address.getHostAddress() + " is reserved, and the address of a node as well");
      }
      parts.computeIfAbsent(network, _ -> new HashSet<>()).add(address);
    }
    return new Networks(
        all.stream()
            .map(network -> network.reserving(parts.getOrDefault(network, Set.of())))
            .toList());
  }

  /// All pools as text, for the log: `10.0.0.10-10.0.0.99`, or `-` where there is none.
  public String pools() {
    String pools =
        all.stream()
            .map(Network::pool)
            .filter(Objects::nonNull)
            .limit(MAX_SHOWN)
            .map(Pool::toString)
            .collect(Collectors.joining(", "));
    return pools.isEmpty() ? "-" : pools + (all.size() > MAX_SHOWN ? ", …" : "");
  }

  @Override
  public String toString() {
    return all.size() == 1
        ? String.valueOf(all.getFirst().subnet())
        : "any of the " + all.size() + " subnets";
  }
}
