package dev.bootbus.kernel;

import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which address a claim gets, judged by the leases there are (RFC 2131 §4.3.1 and §4.3.2).
///
/// It may judge by an old view of the leases, because a decision to write names the record that
/// it replaces: when that has changed, nothing is written, and the claim is judged again.
final class Allocation {

  /// The leases there are.
  interface Leased {
    @Nullable Entry<Lease> at(Inet4Address address);

    @Nullable Inet4Address lastOf(MacAddress mac);
  }

  sealed interface Decision {
    /// The claim gets the address once this record is stored in the place of the other.
    record Write(Inet4Address address, Lease lease, @Nullable Entry<Lease> instead)
        implements Decision {}

    /// The machine's right address, where no record has to change: it is offered again, or the
    /// machine asked for another one, and the front end says no by showing it this one.
    record Keep(Inet4Address address) implements Decision {}

    record Refuse(int code, String reason) implements Decision {}
  }

  private final Network network;
  private final Leased leased;
  private final Claim claim;
  private final Instant now;
  private final Map<Inet4Address, Optional<Entry<Lease>>> read = new HashMap<>();

  private Allocation(Network network, Leased leased, Claim claim, Instant now) {
    this.network = network;
    this.leased = leased;
    this.claim = claim;
    this.now = now;
  }

  static Decision decide(Network network, Leased leased, Claim claim, Instant now) {
    return new Allocation(network, leased, claim, now).decide();
  }

  private Decision decide() {
    Inet4Address own = claim.fixed() == null ? ownAddress() : claim.fixed();
    return switch (claim.kind()) {
      case OFFER -> offer(own);
      case BIND -> bind(own);
    };
  }

  private Decision offer(@Nullable Inet4Address own) {
    if (own != null) {
      return isHeld(own) ? new Decision.Keep(own) : write(own);
    }
    Pool pool = network.pool();
    if (claim.requested() != null && pool != null && isAvailable(pool, claim.requested())) {
      return write(claim.requested());
    }
    return fromPool();
  }

  private Decision bind(@Nullable Inet4Address own) {
    Inet4Address requested = claim.requested();
    if (requested == null) {
      return own == null ? fromPool() : write(own);
    }
    if (requested.equals(own)) {
      return write(own);
    }
    if (own != null && (claim.fixed() != null || isLive(own))) {
      return new Decision.Keep(own);
    }
    Pool pool = network.pool();
    if (pool == null) {
      return fromPool();
    }
    return pool.contains(requested)
        ? write(requested)
        : new Decision.Refuse(409, requested.getHostAddress() + " is not in the pool " + pool);
  }

  /// The address whose record names this machine, live or not: a machine that comes back gets the
  /// address it had. Where two do, the one it asks for goes first.
  private @Nullable Inet4Address ownAddress() {
    if (claim.requested() != null && isOwn(claim.requested())) {
      return claim.requested();
    }
    Inet4Address last = leased.lastOf(claim.mac());
    return last != null && isOwn(last) ? last : null;
  }

  private boolean isOwn(Inet4Address address) {
    return network.pool() != null
        && network.pool().contains(address)
        && at(address) instanceof Entry.Readable(Lease lease, _)
        && lease.mac().equals(claim.mac());
  }

  private boolean isLive(Inet4Address address) {
    return at(address) instanceof Entry.Readable(Lease lease, _) && lease.isLive(now);
  }

  /// Whether the machine's own record lasts for long enough to be offered as it is, so that
  /// several front ends that hear one DISCOVER cost one write.
  private boolean isHeld(Inet4Address address) {
    return at(address) instanceof Entry.Readable(Lease lease, _)
        && lease.mac().equals(claim.mac())
        && lease.isLive(now.plus(network.offerTime().dividedBy(2)));
  }

  private boolean isAvailable(Pool pool, Inet4Address address) {
    return pool.contains(address) && useOf(address) != Pool.Use.TAKEN;
  }

  /// What the address is to this machine. Its own record may turn up as late as here, when
  /// another replica has just written it.
  private Pool.Use useOf(Inet4Address address) {
    return switch (at(address)) {
      case null -> Pool.Use.FREE;
      case Entry.Unreadable<Lease> _ -> Pool.Use.TAKEN;
      case Entry.Readable<Lease>(Lease lease, _) -> {
        if (lease.mac().equals(claim.mac())) {
          yield Pool.Use.FREE;
        }
        yield lease.isLive(now) ? Pool.Use.TAKEN : Pool.Use.EXPIRED;
      }
    };
  }

  private Pool.Use useInPool(Inet4Address address) {
    Pool.Use use = useOf(address);
    if (use == Pool.Use.TAKEN) {
      read.remove(address); // of a large pool that is full, nothing is kept
    }
    return use;
  }

  /// The record of an address. It is looked up once, so that one decision sees one state of it.
  private @Nullable Entry<Lease> at(Inet4Address address) {
    return read.computeIfAbsent(address, it -> Optional.ofNullable(leased.at(it))).orElse(null);
  }

  private Decision fromPool() {
    Pool pool = network.pool();
    if (pool == null) {
      return new Decision.Refuse(503, "no pool configured: set --pool");
    }
    Optional<Inet4Address> chosen = pool.choose(claim.mac(), this::useInPool);
    return chosen.isPresent()
        ? write(chosen.get())
        : new Decision.Refuse(
            503, "pool exhausted: all " + pool.size() + " addresses of " + pool + " are leased");
  }

  private Decision write(Inet4Address address) {
    if (useOf(address) == Pool.Use.TAKEN) {
      return new Decision.Refuse(409, address.getHostAddress() + " belongs to another machine");
    }
    boolean bind = claim.kind() == Claim.Kind.BIND;
    Duration time = bind ? network.leaseTime() : network.offerTime();
    Lease.State state = bind ? Lease.State.BOUND : Lease.State.OFFERED;
    Lease lease =
        new Lease(claim.mac(), state, now.plus(time), claim.clientId(), claim.hostname(), now);
    return new Decision.Write(address, lease, at(address));
  }
}
