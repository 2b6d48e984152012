package dev.bootbus.kernel.lease;

import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
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

  private final Duration time;
  private final @Nullable Vacancies vacancies;
  private final Map<MacAddress, Offer> byMachine = new LinkedHashMap<>(); // the oldest first
  private final Map<Inet4Address, MacAddress> byAddress = new HashMap<>();

  /// @param time how long an offered address is held
  /// @param vacancies told what is held
  Offers(Duration time, @Nullable Vacancies vacancies) {
    this.time = time;
    this.vacancies = vacancies;
  }

  void put(MacAddress mac, Inet4Address address, Instant now) {
    forget(mac);
    MacAddress before = byAddress.put(address, mac);
    if (before != null) {
      byMachine.remove(before);
    }
    byMachine.put(mac, new Offer(address, now.plus(time)));
    if (vacancies != null) {
      vacancies.hold(address);
    }
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
    if (vacancies != null) {
      vacancies.release(address);
    }
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
