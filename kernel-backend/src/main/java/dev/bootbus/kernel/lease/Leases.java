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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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

  /// What becomes of a claim.
  public sealed interface Outcome {
    /// @param stored whether a record of it is in the bucket
    record Granted(Inet4Address address, boolean stored) implements Outcome {}

    record Refused(int code, String reason) implements Outcome {}
  }

  private final Network network;
  private final InstantSource clock;
  private final Bucket<Inet4Address, Lease> bucket;
  private final @Nullable Vacancies vacancies;
  private final Offers offers;
  private final Map<MacAddress, Inet4Address> lastOf = new HashMap<>();
  private final Set<Inet4Address> declined = new HashSet<>();

  /// The records that are being stored, each with the claims that wait for the end of it: what
  /// they decide by would be wrong before.
  private final Map<Inet4Address, List<Runnable>> writing = new HashMap<>();

  public Leases(Network network, InstantSource clock, String bucketName, int replicas) {
    this.network = network;
    this.clock = clock;
    this.bucket = new Bucket<>(bucketName, replicas, new LeaseFormat(), this::changed);
    this.vacancies = network.pool() == null ? null : new Vacancies(network.pool());
    this.offers = new Offers(network.times().offer(), vacancies);
  }

  public Bucket<Inet4Address, Lease> bucket() {
    return bucket;
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

  /// The address that a machine has now.
  public Optional<Inet4Address> addressOf(MacAddress mac) {
    Inet4Address last;
    synchronized (bucket) {
      last = lastOf.get(mac);
    }
    return Optional.ofNullable(last)
        .filter(address -> holderOf(address).filter(mac::equals).isPresent());
  }

  /// Returns at once.
  ///
  /// @param then told the outcome once, perhaps before this returns; must not wait
  public void claim(Claim claim, Consumer<Outcome> then) {
    new Claiming(claim, then).decide();
  }

  /// One claim on its way to an outcome. Each round that ends without one has taught the copy a
  /// record that it did not have, so there are hardly more than there are addresses.
  private final class Claiming implements Allocation.Leased {
    private final Claim claim;
    private final Consumer<Outcome> then;
    private final long end = System.nanoTime() + DEADLINE.toNanos();
    private int rounds = SPARE_ROUNDS + (network.pool() == null ? 0 : network.pool().range());
    private Instant now = Instant.MIN;

    Claiming(Claim claim, Consumer<Outcome> then) {
      this.claim = claim;
      this.then = then;
    }

    private void decide() {
      if (rounds-- == 0 || System.nanoTime() - end >= 0) {
        then.accept(new Outcome.Refused(503, "too many machines want an address at once"));
        return;
      }
      Decision decision;
      synchronized (bucket) {
        now = clock.instant();
        offers.expire(now);
        decision = Allocation.decide(network, this, claim, now);
        switch (decision) {
          case Decision.Write write when !begin(write.address()) -> {
            return;
          }
          case Decision.Hold(Inet4Address address) -> offers.put(claim.mac(), address, now);
          case Decision.Write _, Decision.Stored _, Decision.Keep _, Decision.Refuse _ -> {}
        }
      }
      switch (decision) {
        case Decision.Write(Inet4Address address, Lease lease, Entry<Lease> instead) ->
            bucket.write(address, lease, instead, written -> ended(address, written));
        case Decision.Hold(Inet4Address address) ->
            then.accept(new Outcome.Granted(address, false));
        case Decision.Stored(Inet4Address address) ->
            then.accept(new Outcome.Granted(address, true));
        case Decision.Keep(Inet4Address address) ->
            then.accept(new Outcome.Granted(address, false));
        case Decision.Refuse(int code, String reason) ->
            then.accept(new Outcome.Refused(code, reason));
      }
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
        case Bucket.Written.Stored _ -> then.accept(new Outcome.Granted(address, true));
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

    @Override
    public @Nullable Inet4Address lastOf(MacAddress mac) {
      return lastOf.get(mac);
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
    public @Nullable Inet4Address vacancy(MacAddress mac) {
      return vacancies == null ? null : vacancies.choose(mac, now.toEpochMilli());
    }

    @Override
    public int declined() {
      declined.removeIf(
          address ->
              !(bucket.find(address) instanceof Entry.Readable(Lease lease, _)
                  && lease.isLive(now)));
      return declined.size();
    }
  }

  /// Called by the bucket, one change at a time.
  private void changed(
      Inet4Address address, @Nullable Entry<Lease> before, @Nullable Entry<Lease> after) {
    if (before instanceof Entry.Readable(Lease lease, _)) {
      lastOf.remove(lease.mac(), address);
      declined.remove(address);
    }
    if (after instanceof Entry.Readable(Lease lease, _)) {
      if (lease.state() == Lease.State.DECLINED) {
        declined.add(address);
      } else if (isLatest(address, lease)) {
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
        || !(bucket.find(other) instanceof Entry.Readable(Lease known, _))
        || !known.updated().isAfter(lease.updated());
  }
}
