package dev.bootbus.kernel;

import dev.bootbus.kernel.lease.Lease;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// What machines were told they have, and for how long they may believe it: from the answer to a
/// REQUEST until a lease time after the REQUEST (RFC 2131 §4.4.1), or until they give it up.
final class LeaseLedger {
  /// A lease that several front ends ask for at once is stored once, so the last of them is told
  /// of one that began up to so much earlier.
  private static final Duration AT_ONCE = Duration.ofMillis(500);

  /// @param end when the machine stops to use the address by itself
  record Held(MacAddress mac, Inet4Address address, Instant end) {}

  private final Map<MacAddress, Held> byMachine = new HashMap<>();
  private final Map<Inet4Address, Held> byAddress = new HashMap<>();
  private final ConcurrentLinkedQueue<String> violations = new ConcurrentLinkedQueue<>();
  private final List<Instant> confirmed = new ArrayList<>();

  /// @param asked before the REQUEST was sent
  synchronized void confirmed(
      MacAddress mac, Inet4Address address, Instant asked, Duration leaseTime) {
    Instant now = Instant.now();
    Held held = new Held(mac, address, asked.plus(leaseTime));
    Held other = byAddress.get(address);
    if (other != null && !other.mac().equals(mac) && other.end().isAfter(now)) {
      violations.add("%s is told to %s while it is that of %s".formatted(address, mac, other));
    }
    Held before = byMachine.put(mac, held);
    if (before != null && !before.address().equals(address)) {
      byAddress.remove(before.address(), before); // a machine uses one address at a time
    }
    byAddress.put(address, held);
    confirmed.add(now);
  }

  /// The lease that the machine may believe in.
  synchronized Optional<Held> of(MacAddress mac) {
    Held held = byMachine.get(mac);
    return held != null && held.end().isAfter(Instant.now()) ? Optional.of(held) : Optional.empty();
  }

  /// To be told before the machine says so.
  synchronized void givenUp(MacAddress mac) {
    Held held = byMachine.remove(mac);
    if (held != null) {
      byAddress.remove(held.address(), held);
    }
  }

  /// The machine is told that it may not have the address that it may believe in.
  void refused(Held held, String why) {
    if (of(held.mac()).filter(now -> now.address().equals(held.address())).isPresent()) {
      violations.add("%s is refused: %s".formatted(held, why));
      givenUp(held.mac());
    }
  }

  synchronized List<Held> all() {
    Instant now = Instant.now();
    return byMachine.values().stream().filter(held -> held.end().isAfter(now)).toList();
  }

  /// @param record what is stored for the address, read after `held` was
  /// @return whether there is nothing to say against it, or nobody believes in it any more
  boolean isStored(Held held, @Nullable Lease record) {
    boolean same =
        record != null
            && record.mac().equals(held.mac())
            && record.state() == Lease.State.BOUND
            && !record.expires().isBefore(held.end().minus(AT_ONCE));
    return same || !of(held.mac()).equals(Optional.of(held));
  }

  void lost(Held held, @Nullable Lease record) {
    violations.add("%s was told, and stored is %s".formatted(held, record));
  }

  List<String> violations() {
    return List.copyOf(violations);
  }

  synchronized int exchanges() {
    return confirmed.size();
  }

  /// The longest time in which nobody was told anything.
  synchronized Duration worstGap() {
    Duration worst = Duration.ZERO;
    for (int i = 1; i < confirmed.size(); i++) {
      Duration gap = Duration.between(confirmed.get(i - 1), confirmed.get(i));
      worst = gap.compareTo(worst) > 0 ? gap : worst;
    }
    return worst;
  }
}
