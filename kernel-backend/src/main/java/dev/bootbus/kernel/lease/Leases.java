package dev.bootbus.kernel.lease;

import dev.bootbus.kernel.lease.Allocation.Decision;
import dev.bootbus.kernel.store.Bucket;
import dev.bootbus.kernel.store.Entry;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Who has which address: decides by what is in memory, and says so only when the bucket agrees.
///
/// Everything that is decided by changes only under the monitor of the bucket.
public final class Leases {
  /// By then the front end has stopped waiting.
  private static final Duration DEADLINE = Duration.ofSeconds(1);

  /// For duplicates of one packet that race for one record.
  private static final int SPARE_ROUNDS = 8;

  private static final Decision GONE = new Decision.Refuse(404, "the subnet is not there any more");

  /// What becomes of a claim.
  public sealed interface Outcome {
    /// @param network that the address is in
    record Granted(Network network, Inet4Address address, How how) implements Outcome {}

    record Refused(int code, String reason) implements Outcome {}
  }

  /// What stands behind a grant.
  public enum How {
    /// an offer of an address that the machine did not have before
    NEW,
    /// an offer of its own, or its own in the place of another that it asked for
    OWN,
    /// a record in the bucket
    STORED
  }

  private final InstantSource clock;
  private final Bucket<Inet4Address, Lease> bucket;
  private final Offers offers = new Offers(new Held());
  private final Set<Inet4Address> reserved = new HashSet<>();
  private volatile Ledger ledger;

  /// The records that are being stored, each with the claims that wait for the end of it: what
  /// they decide by would be wrong before.
  private final Map<Inet4Address, List<Runnable>> writing = new HashMap<>();

  /// @param revisions how many records of each address the bucket keeps, 1 to 64
  public Leases(
      Networks networks, InstantSource clock, String bucketName, int replicas, int revisions) {
    this.clock = clock;
    this.bucket = new Bucket<>(bucketName, replicas, revisions, new LeaseFormat(), this::changed);
    this.ledger = new Ledger(networks, bucket::find);
  }

  /// What is held for machines is nobody else's.
  private final class Held implements Offers.Listener {
    @Override
    public void held(Inet4Address address) {
      ledger.at(address).hold(address);
    }

    @Override
    public void freed(Inet4Address address) {
      ledger.at(address).release(address);
    }
  }

  public Bucket<Inet4Address, Lease> bucket() {
    return bucket;
  }

  /// The networks that addresses are given in now.
  public Networks networks() {
    return ledger.networks();
  }

  /// Gives addresses in other networks from now on. A lease outside of them stays its machine's
  /// until it ends, and is not renewed. Where subnets or pools differ, every lease is looked at
  /// once, and nothing is decided meanwhile: some 0.1 s for 100,000.
  public void reconfigure(Networks networks) {
    synchronized (bucket) {
      ledger = ledger.renewed(networks).orElseGet(() -> ledgerOf(networks));
    }
  }

  private Ledger ledgerOf(Networks networks) {
    Ledger next = new Ledger(networks, bucket::find);
    bucket.entries().forEach(one -> next.at(one.key()).changed(one.key(), null, one.entry()));
    offers.held().forEach(address -> next.at(address).hold(address));
    reserved.forEach(address -> next.at(address).reserve(address, true));
    return next;
  }

  /// Leaves an address to the one machine that it is fixed for at run time, or no more. Whoever has
  /// leased it keeps it until the lease ends.
  public void reserve(Inet4Address address, boolean yes) {
    synchronized (bucket) {
      if (yes ? reserved.add(address) : reserved.remove(address)) {
        ledger.at(address).reserve(address, yes);
      }
    }
  }

  /// The machine that has an address now.
  public Optional<MacAddress> holderOf(InetAddress address) {
    return address instanceof Inet4Address v4
            && bucket.find(v4) instanceof Entry.Readable(Lease lease, _)
            && lease.state() == Lease.State.BOUND
            && lease.isLive(clock.instant())
        ? Optional.of(lease.mac())
        : Optional.empty();
  }

  /// The address that a machine had last, in whatever network.
  Optional<Inet4Address> lastOf(MacAddress mac) {
    synchronized (bucket) {
      return ledger
          .all()
          .map(holdings -> holdings.lastOf(mac))
          .filter(Objects::nonNull)
          .max(Comparator.comparing(this::updated));
    }
  }

  private Instant updated(Inet4Address address) {
    return bucket.find(address) instanceof Entry.Readable(Lease lease, _)
        ? lease.updated()
        : Instant.MIN;
  }

  /// The machine that this replica has offered an address to.
  Optional<MacAddress> offerOf(Inet4Address address) {
    synchronized (bucket) {
      offers.expire(clock.instant());
      return Optional.ofNullable(offers.of(address));
    }
  }

  /// The address that a machine has now.
  public Optional<Inet4Address> addressOf(MacAddress mac) {
    synchronized (bucket) {
      return ledger
          .all()
          .map(holdings -> holdings.lastOf(mac))
          .filter(Objects::nonNull)
          .filter(address -> holderOf(address).filter(mac::equals).isPresent())
          .findFirst();
    }
  }

  /// Whether an address is fixed for one machine at run time.
  boolean isReserved(Inet4Address address) {
    synchronized (bucket) {
      return reserved.contains(address);
    }
  }

  /// Returns at once.
  ///
  /// @param network that the machine is in, one of [#networks]
  /// @param then told the outcome once, perhaps before this returns; must not wait
  public void claim(Network network, Claim claim, Consumer<Outcome> then) {
    new Claiming(network, claim, then).decide();
  }

  /// What [#claim] would come to now, as far as it is known here. Nothing is held or stored.
  public Outcome rehearse(Network network, Claim claim) {
    return new Claiming(network, claim, _ -> {}).rehearse();
  }

  /// One claim on its way to an outcome. Each round that ends without one has taught the copy a
  /// record that it did not have, so there are hardly more than there are addresses.
  private final class Claiming implements Allocation.Leased {
    private final Claim claim;
    private final Consumer<Outcome> then;
    private final long end = System.nanoTime() + DEADLINE.toNanos();
    private Network network;
    private @Nullable Holdings holdings;
    private int rounds;
    private Instant now = Instant.MIN;

    Claiming(Network network, Claim claim, Consumer<Outcome> then) {
      this.network = network;
      this.claim = claim;
      this.then = then;
      this.rounds = SPARE_ROUNDS + (network.pool() == null ? 0 : network.pool().range());
    }

    private void decide() {
      if (rounds-- == 0 || System.nanoTime() - end >= 0) {
        then.accept(new Outcome.Refused(503, "too many machines want an address at once"));
        return;
      }
      Decision decision;
      Entry<Lease> known;
      synchronized (bucket) {
        now = clock.instant();
        offers.expire(now);
        known = claim.requested() == null ? null : bucket.find(claim.requested());
        decision = settle() ? Allocation.decide(network, this, claim, now) : GONE;
        switch (decision) {
          case Decision.Write write when !begin(write.address()) -> {
            return;
          }
          case Decision.Hold(Inet4Address address) ->
              offers.put(claim.mac(), address, now.plus(network.times().offer()));
          case Decision.Write _, Decision.Stored _, Decision.Keep _, Decision.Refuse _ -> {}
        }
      }
      switch (decision) {
        case Decision.Write(Inet4Address address, Lease lease, Entry<Lease> instead) ->
            bucket.write(address, lease, instead, written -> ended(address, written));
        case Decision.Hold(Inet4Address address) ->
            then.accept(
                new Outcome.Granted(network, address, isItsOwn(address) ? How.OWN : How.NEW));
        case Decision.Stored(Inet4Address address) ->
            then.accept(new Outcome.Granted(network, address, How.STORED));
        case Decision.Keep(Inet4Address address) ->
            refuse(new Outcome.Granted(network, address, How.OWN), known);
        case Decision.Refuse(int code, String reason) ->
            refuse(new Outcome.Refused(code, reason), known);
      }
    }

    private Outcome rehearse() {
      Decision decision;
      synchronized (bucket) {
        now = clock.instant();
        offers.expire(now);
        decision = settle() ? Allocation.decide(network, this, claim, now) : GONE;
      }
      return switch (decision) {
        case Decision.Write(Inet4Address address, _, _) ->
            new Outcome.Granted(network, address, How.STORED);
        case Decision.Hold(Inet4Address address) ->
            new Outcome.Granted(network, address, isItsOwn(address) ? How.OWN : How.NEW);
        case Decision.Stored(Inet4Address address) ->
            new Outcome.Granted(network, address, How.STORED);
        case Decision.Keep(Inet4Address address) -> new Outcome.Granted(network, address, How.OWN);
        case Decision.Refuse(int code, String reason) -> new Outcome.Refused(code, reason);
      };
    }

    /// A machine that is refused what it was told it has loses it, and the copy may be older than
    /// that: another replica has stored it, and this one's watch stands still.
    ///
    /// @param known of the address it asks for, when that was decided
    private void refuse(Outcome no, @Nullable Entry<Lease> known) {
      Inet4Address requested = claim.requested();
      if (requested == null || !isRequest() || !isGiven(requested, known)) {
        then.accept(no);
        return;
      }
      bucket.check(
          requested,
          known,
          found -> {
            switch (found) {
              case Bucket.Written.Stored _ -> then.accept(no);
              case Bucket.Written.Overtaken _ -> decide();
              case Bucket.Written.Failed(String why) -> then.accept(new Outcome.Refused(503, why));
            }
          });
    }

    private boolean isRequest() {
      return switch (claim.kind()) {
        case SELECT, BIND -> true;
        case OFFER, RELEASE, DECLINE -> false;
      };
    }

    private boolean isGiven(Inet4Address address, @Nullable Entry<Lease> known) {
      return known != null || (network.pool() != null && network.pool().contains(address));
    }

    private boolean isItsOwn(Inet4Address address) {
      return bucket.find(address) instanceof Entry.Readable(Lease lease, _)
          && lease.isKept()
          && lease.mac().equals(claim.mac());
    }

    /// Finds the holdings of the network, which may have been replaced meanwhile.
    private boolean settle() {
      holdings = ledger.of(network);
      if (holdings == null) {
        Network other = ledger.networks().successor(network).orElse(network);
        network = other;
        holdings = ledger.of(other);
      }
      return holdings != null;
    }

    /// @return false if another record is on its way there; then the claim is decided after it
    private boolean begin(Inet4Address address) {
      List<Runnable> waiting = writing.get(address);
      if (waiting != null) {
        waiting.add(this::decide);
        return false;
      }
      writing.put(address, new ArrayList<>(0));
      return true;
    }

    private void ended(Inet4Address address, Bucket.Written written) {
      List<Runnable> waiting;
      synchronized (bucket) {
        waiting = writing.remove(address);
        if (written instanceof Bucket.Written.Stored) {
          offers.forget(claim.mac());
        }
      }
      switch (written) {
        case Bucket.Written.Stored _ ->
            then.accept(new Outcome.Granted(network, address, How.STORED));
        case Bucket.Written.Overtaken _ -> decide();
        case Bucket.Written.Failed(String why) -> then.accept(new Outcome.Refused(503, why));
      }
      if (waiting != null) {
        waiting.forEach(Runnable::run);
      }
    }

    @Override
    public @Nullable Entry<Lease> at(Inet4Address address) {
      return bucket.find(address);
    }

    private Holdings holdings() {
      return Objects.requireNonNull(holdings, "settled before");
    }

    @Override
    public @Nullable Inet4Address lastOf(MacAddress mac) {
      return holdings().lastOf(mac);
    }

    @Override
    public @Nullable Inet4Address offeredTo(MacAddress mac) {
      return offers.to(mac);
    }

    @Override
    public @Nullable MacAddress offerOf(Inet4Address address) {
      return offers.of(address);
    }

    @Override
    public boolean isReserved(Inet4Address address) {
      return reserved.contains(address);
    }

    @Override
    public @Nullable Inet4Address vacancy(MacAddress mac) {
      return holdings().vacancy(mac, now);
    }

    @Override
    public int declined() {
      return holdings().declined(now);
    }
  }

  /// Called by the bucket, one change at a time.
  private void changed(
      Inet4Address address, @Nullable Entry<Lease> before, @Nullable Entry<Lease> after) {
    ledger.at(address).changed(address, before, after);
  }
}
