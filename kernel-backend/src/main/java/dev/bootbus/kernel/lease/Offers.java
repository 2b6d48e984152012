package dev.bootbus.kernel.lease;

import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The addresses that this replica has offered and nobody has asked for yet. Other replicas know
/// nothing of them, and need not: which of two machines gets an address is decided where the lease
/// is stored.
///
/// Not safe for use by several threads.
public final class Offers {
  /// Where a flood of invented hardware addresses ends: the oldest offer is forgotten then, which
  /// harms nobody whose address is still free when it asks for it.
  static final int MAX = 1 << 16;

  private record Offer(Inet4Address address, Instant end) {}

  /// Told what is held, and what no more.
  interface Listener {
    void held(Inet4Address address);

    void freed(Inet4Address address);
  }

  private final Listener listener;
  private final Map<MacAddress, Offer> byMachine = new LinkedHashMap<>(); // the oldest first
  private final Map<Inet4Address, MacAddress> byAddress = new HashMap<>();

  Offers(Listener listener) {
    this.listener = listener;
  }

  /// @param end of the time for which the address is held; no earlier than that of others, unless
  ///     the time was changed meanwhile
  void put(MacAddress mac, Inet4Address address, Instant end) {
    forget(mac);
    MacAddress before = byAddress.put(address, mac);
    if (before != null) {
      byMachine.remove(before);
    }
    byMachine.put(mac, new Offer(address, end));
    listener.held(address);
    if (byMachine.size() > MAX) {
      forget(byMachine.keySet().iterator().next());
    }
  }

  /// The address that a machine was offered.
  @Nullable Inet4Address to(MacAddress mac) {
    Offer offer = byMachine.get(mac);
    return offer == null ? null : offer.address();
  }

  /// The machine that an address was offered to.
  @Nullable MacAddress of(Inet4Address address) {
    return byAddress.get(address);
  }

  void forget(MacAddress mac) {
    Offer gone = byMachine.remove(mac);
    if (gone != null) {
      freed(gone.address());
    }
  }

  private void freed(Inet4Address address) {
    byAddress.remove(address);
    listener.freed(address);
  }

  /// The addresses that are held.
  Set<Inet4Address> held() {
    return byAddress.keySet();
  }

  /// Forgets those whose time is over.
  void expire(Instant now) {
    Iterator<Offer> oldest = byMachine.values().iterator();
    while (oldest.hasNext()) {
      Offer offer = oldest.next();
      if (now.isBefore(offer.end())) {
        return;
      }
      oldest.remove();
      freed(offer.address());
    }
  }
}
