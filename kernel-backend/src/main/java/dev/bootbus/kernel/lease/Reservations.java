package dev.bootbus.kernel.lease;

import dev.bootbus.kernel.lease.Reservation.By;
import dev.bootbus.kernel.node.Uuids;
import dev.bootbus.schema.DhcpRequest.Facts;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The reservations of one network, found by what a packet says.
public final class Reservations {
  public static final Reservations NONE = new Reservations(List.of());

  private final Map<By, Map<String, Reservation>> byKey = new EnumMap<>(By.class);
  private final Map<Inet4Address, Reservation> byAddress = new HashMap<>();

  /// @throws IllegalArgumentException if two are for one address or one machine
  public Reservations(Collection<Reservation> all) {
    for (Reservation one : all) {
      if (byAddress.put(one.address(), one) != null) {
        throw new IllegalArgumentException(
            one.address().getHostAddress() + " is reserved for two machines");
      }
      Map<String, Reservation> keys = byKey.computeIfAbsent(one.by(), _ -> new HashMap<>());
      if (keys.put(one.key(), one) != null) {
        throw new IllegalArgumentException(
            one.by().field() + " " + one.key() + " has two reservations");
      }
    }
    Map<String, Reservation> uuids = byKey.getOrDefault(By.UUID, Map.of());
    List.copyOf(uuids.values())
        .forEach(one -> uuids.putIfAbsent(Uuids.turned(one.key()), one)); // as others write it
  }

  Set<Inet4Address> addresses() {
    return byAddress.keySet();
  }

  @Nullable Reservation at(Inet4Address address) {
    return byAddress.get(address);
  }

  /// The reservation of the machine that a packet is from, by the surest of what it says. Costs
  /// nothing for what no reservation is known by.
  public @Nullable Reservation find(MacAddress mac, Facts facts) {
    for (Map.Entry<By, Map<String, Reservation>> kind : byKey.entrySet()) {
      Map<String, Reservation> keys = kind.getValue();
      Reservation found =
          switch (kind.getKey()) {
            case MAC -> keys.get(mac.toString());
            case CLIENT_ID -> keys.get(facts.clientId().toLowerCase(Locale.ROOT));
            case UUID -> keys.get(facts.uuid().toLowerCase(Locale.ROOT));
            case CIRCUIT -> keys.get(RelayAgentInfo.circuit(facts.relayAgentInfo()));
            case REMOTE -> keys.get(RelayAgentInfo.remote(facts.relayAgentInfo()));
          };
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Reservations that && byAddress.equals(that.byAddress);
  }

  @Override
  public int hashCode() {
    return byAddress.hashCode();
  }
}
