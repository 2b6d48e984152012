package dev.bootbus.kernel.lease;

import dev.bootbus.kernel.store.Entry;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What has to be known of the leases of one network to decide about the next, kept up to date with
/// each record: which address a machine had last, which are declined, and which are vacant.
///
/// Not safe for use by several threads.
final class Holdings {
  private final Function<Inet4Address, @Nullable Entry<Lease>> records;
  private final @Nullable Vacancies vacancies;
  private final Map<MacAddress, Inet4Address> lastOf = new HashMap<>();
  private final Set<Inet4Address> declined = new HashSet<>();

  /// @param pool null where no address is given to just any machine
  /// @param records what is leased
  Holdings(@Nullable Pool pool, Function<Inet4Address, @Nullable Entry<Lease>> records) {
    this.vacancies = pool == null ? null : new Vacancies(pool);
    this.records = records;
  }

  @Nullable Inet4Address lastOf(MacAddress mac) {
    return lastOf.get(mac);
  }

  @Nullable Inet4Address vacancy(MacAddress mac, Instant now) {
    return vacancies == null ? null : vacancies.choose(mac, now.toEpochMilli());
  }

  /// How many addresses are nobody's because they were declined.
  int declined(Instant now) {
    declined.removeIf(
        address ->
            !(records.apply(address) instanceof Entry.Readable(Lease lease, _)
                && lease.isLive(now)));
    return declined.size();
  }

  void hold(Inet4Address address) {
    if (vacancies != null) {
      vacancies.hold(address);
    }
  }

  void release(Inet4Address address) {
    if (vacancies != null) {
      vacancies.release(address);
    }
  }

  void reserve(Inet4Address address, boolean yes) {
    if (vacancies != null) {
      vacancies.reserve(address, yes);
    }
  }

  /// Told of each change of a record, when it has been made.
  void changed(Inet4Address address, @Nullable Entry<Lease> before, @Nullable Entry<Lease> after) {
    if (before instanceof Entry.Readable(Lease lease, _)) {
      lastOf.remove(lease.mac(), address);
      declined.remove(address);
    }
    if (after instanceof Entry.Readable(Lease lease, _)) {
      if (lease.state() == Lease.State.DECLINED) {
        declined.add(address);
      } else if (lease.isKept() && isLatest(address, lease)) {
        lastOf.put(lease.mac(), address);
      }
    }
    if (vacancies != null) {
      switch (after) {
        case null -> vacancies.cleared(address);
        case Entry.Unreadable<Lease> _ -> vacancies.recorded(address, Long.MAX_VALUE);
        case Entry.Readable<Lease>(Lease lease, _) ->
            vacancies.recorded(address, lease.expires().toEpochMilli());
      }
    }
  }

  private boolean isLatest(Inet4Address address, Lease lease) {
    Inet4Address other = lastOf.get(lease.mac());
    return other == null
        || other.equals(address)
        || !(records.apply(other) instanceof Entry.Readable(Lease known, _))
        || !known.updated().isAfter(lease.updated());
  }
}
