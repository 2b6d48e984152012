package dev.bootbus.kernel.lease;

import dev.bootbus.kernel.lease.Claim.Kind;
import dev.bootbus.kernel.store.Entry;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Which address a claim gets, judged by the leases and offers there are (RFC 2131 §4.3.1 to
/// §4.3.4).
///
/// It may judge by an old view of the leases, because a decision to write names the record that
/// it replaces: when that has changed, nothing is written, and the claim is judged again.
public final class Allocation {
  /// Several front ends that hear one REQUEST ask within some milliseconds, and one record does
  /// for all of them.
  private static final Duration AT_ONCE = Duration.ofMillis(500);

  /// What is known of the addresses.
  interface Leased {
    @Nullable Entry<Lease> at(Inet4Address address);

    @Nullable Inet4Address lastOf(MacAddress mac);

    /// The address that this replica has offered to a machine.
    @Nullable Inet4Address offeredTo(MacAddress mac);

    /// The machine that this replica has offered an address to.
    @Nullable MacAddress offerOf(Inet4Address address);

    /// An address of the pool that a machine can have, which is neither leased nor offered.
    @Nullable Inet4Address vacancy(MacAddress mac);

    /// Whether an address of the pool is fixed for one machine.
    boolean isReserved(Inet4Address address);

    /// How many addresses are nobody's because they were declined.
    int declined();
  }

  sealed interface Decision {
    /// The claim is granted once this record is stored in the place of the other.
    record Write(Inet4Address address, Lease lease, @Nullable Entry<Lease> instead)
        implements Decision {}

    /// To be offered, and held for the machine.
    record Hold(Inet4Address address) implements Decision {}

    /// The machine's lease, which was stored a moment ago for the same REQUEST.
    record Stored(Inet4Address address) implements Decision {}

    /// The machine's right address, where it asked for another one: the front end says no by
    /// showing it this one.
    record Keep(Inet4Address address) implements Decision {}

    record Refuse(int code, String reason) implements Decision {}
  }

  private final Network network;
  private final Leased leased;
  private final Claim claim;
  private final Instant now;

  private Allocation(Network network, Leased leased, Claim claim, Instant now) {
    this.network = network;
    this.leased = leased;
    this.claim = claim;
    this.now = now;
  }

  static Decision decide(Network network, Leased leased, Claim claim, Instant now) {
    Allocation allocation = new Allocation(network, leased, claim, now);
    return switch (claim.kind()) {
      case OFFER -> allocation.offer();
      case SELECT, BIND -> allocation.bind();
      case RELEASE -> allocation.release();
      case DECLINE -> allocation.decline();
    };
  }

  private Decision offer() {
    if (claim.fixed() != null) {
      return isTaken(claim.fixed()) ? refuse(claim.fixed()) : new Decision.Hold(claim.fixed());
    }
    Inet4Address own = ownAddress();
    if (own != null && !isTaken(own)) {
      return new Decision.Hold(own);
    }
    Inet4Address offered = leased.offeredTo(claim.mac());
    if (offered != null && isAvailable(offered)) {
      return new Decision.Hold(offered);
    }
    if (claim.requested() != null && isAvailable(claim.requested())) {
      return new Decision.Hold(claim.requested());
    }
    Inet4Address vacant = leased.vacancy(claim.mac());
    return vacant == null ? exhausted() : new Decision.Hold(vacant);
  }

  private Decision bind() {
    Inet4Address requested = claim.requested();
    Inet4Address own = claim.fixed() == null ? ownAddress() : claim.fixed();
    if (requested == null) {
      return bindAny(own);
    }
    if (requested.equals(own)) {
      return bind(own);
    }
    if (own != null && (claim.fixed() != null || isLive(own))) {
      return new Decision.Keep(own);
    }
    Pool pool = network.pool();
    if (pool == null) {
      return exhausted();
    }
    return inPool(requested)
        ? bind(requested)
        : new Decision.Refuse(409, requested.getHostAddress() + " is not in the pool " + pool);
  }

  /// For a front end that has no option 50 to pass on.
  private Decision bindAny(@Nullable Inet4Address own) {
    if (own != null && (claim.fixed() != null || !isTaken(own))) {
      return bind(own);
    }
    Inet4Address offered = leased.offeredTo(claim.mac());
    Inet4Address any =
        offered != null && isAvailable(offered) ? offered : leased.vacancy(claim.mac());
    return any == null ? exhausted() : bind(any);
  }

  private Decision bind(Inet4Address address) {
    if (isTaken(address)) {
      return refuse(address);
    }
    return isJustStored(address)
        ? new Decision.Stored(address)
        : write(address, Lease.State.BOUND, now.plus(network.times().lease()));
  }

  private boolean isJustStored(Inet4Address address) {
    return at(address) instanceof Lease lease
        && lease.mac().equals(claim.mac())
        && lease.state() == Lease.State.BOUND
        && lease.hostname().equals(network.hostname(address, claim.hostname()))
        && lease.clientId().equals(claim.clientId())
        && Duration.between(lease.updated(), now).abs().compareTo(AT_ONCE) < 0
        && !lease.expires().isBefore(now.plus(network.times().lease()).minus(AT_ONCE));
  }

  /// RFC 2131 §4.3.4: the machine's parameters stay for when it comes back.
  private Decision release() {
    Inet4Address address = claim.requested();
    return address != null && isBound(address)
        ? write(address, Lease.State.RELEASED, now)
        : notIts(address);
  }

  /// RFC 2131 §4.3.3. Only who holds the address may take it out of the pool, and only so much of
  /// the pool: what is declined beyond that expires at once, and is given again after all others.
  private Decision decline() {
    Inet4Address address = claim.requested();
    if (address == null || !(isBound(address) || isOffered(address))) {
      return notIts(address);
    }
    boolean full = leased.declined() >= network.maxDeclined();
    Instant end = full ? now : now.plus(network.times().quarantine());
    return write(address, Lease.State.DECLINED, end);
  }

  private boolean isBound(Inet4Address address) {
    return at(address) instanceof Lease lease
        && lease.mac().equals(claim.mac())
        && lease.state() == Lease.State.BOUND
        && lease.isLive(now);
  }

  private boolean isOffered(Inet4Address address) {
    return claim.mac().equals(leased.offerOf(address)) && !isTaken(address);
  }

  private Decision notIts(@Nullable Inet4Address address) {
    String what = address == null ? "no address" : address.getHostAddress();
    return new Decision.Refuse(409, what + " is not leased to this machine");
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
    return at(address) instanceof Lease lease
        && lease.mac().equals(claim.mac())
        && lease.isKept()
        && (inPool(address) || isReserved(address, lease));
  }

  private boolean inPool(Inet4Address address) {
    return network.pool() != null
        && network.pool().contains(address)
        && !leased.isReserved(address);
  }

  /// An OS says neither the UUID nor the client id that its firmware had the reserved address by:
  /// the lease says it.
  private boolean isReserved(Inet4Address address, Lease lease) {
    return network.reservations().at(address) instanceof Reservation reservation
        && !lease.owner().isEmpty()
        && lease.owner().equals(reservation.owner());
  }

  private boolean isLive(Inet4Address address) {
    return at(address) instanceof Lease lease && lease.isLive(now);
  }

  private boolean isAvailable(Inet4Address address) {
    return inPool(address) && !isTaken(address);
  }

  /// Whether another machine has the address. One that selects an address may take it although
  /// this replica has offered it to another: so has another replica to this one, and who asks
  /// first has it.
  private boolean isTaken(Inet4Address address) {
    MacAddress other = leased.offerOf(address);
    boolean offered = other != null && !other.equals(claim.mac()) && claim.kind() != Kind.SELECT;
    return switch (leased.at(address)) {
      case null -> offered;
      case Entry.Unreadable<Lease> _ -> true;
      case Entry.Readable<Lease>(Lease lease, _) -> {
        boolean own = lease.isKept() && (lease.mac().equals(claim.mac()) || isSame(address, lease));
        yield lease.isLive(now) ? !own : offered;
      }
    };
  }

  /// Whether the address is fixed for this machine, which has it by another hardware address.
  private boolean isSame(Inet4Address address, Lease lease) {
    return !lease.owner().isEmpty()
        && lease.owner().equals(claim.owner())
        && address.equals(claim.fixed());
  }

  private @Nullable Lease at(Inet4Address address) {
    return leased.at(address) instanceof Entry.Readable<Lease>(Lease lease, _) ? lease : null;
  }

  private Decision exhausted() {
    Pool pool = network.pool();
    return new Decision.Refuse(
        503,
        pool == null
            ? whyNoPool()
            : "pool exhausted: all " + pool.size() + " addresses of " + pool + " are leased");
  }

  private String whyNoPool() {
    return network.subnet() == null
        ? "no pool configured: set --pool"
        : "no pool in " + network.subnet() + ": set --pool, or pools of the subnet";
  }

  private Decision refuse(Inet4Address address) {
    String why =
        at(address) instanceof Lease lease && lease.state() == Lease.State.DECLINED
            ? " was declined: somebody else answers there"
            : " belongs to another machine";
    return new Decision.Refuse(409, address.getHostAddress() + why);
  }

  /// What was bound by a reservation once stays so for as long as the machine comes back.
  private String owner(Inet4Address address) {
    if (address.equals(claim.fixed())) {
      return claim.owner();
    }
    return at(address) instanceof Lease lease
            && lease.mac().equals(claim.mac())
            && isReserved(address, lease)
        ? lease.owner()
        : "";
  }

  private Decision write(Inet4Address address, Lease.State state, Instant end) {
    Lease before = at(address);
    boolean bound = state == Lease.State.BOUND || before == null;
    String clientId = bound ? claim.clientId() : before.clientId();
    String hostname = bound ? network.hostname(address, claim.hostname()) : before.hostname();
    Lease lease = new Lease(claim.mac(), state, end, clientId, hostname, now, owner(address));
    return new Decision.Write(address, lease, leased.at(address));
  }
}
