package dev.bootbus.kernel;

import dev.bootbus.kernel.Allocation.Decision;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Who has which address: decides by the copy in memory, and says so only when the bucket agrees.
final class Leases implements Allocation.Leased {
  /// By then the front end has long stopped waiting.
  private static final Duration DEADLINE = Duration.ofSeconds(2);

  /// For duplicates of one packet that race for one record.
  private static final int SPARE_ROUNDS = 8;

  /// What becomes of a claim.
  sealed interface Outcome {
    /// @param written whether a record was stored just now
    record Granted(Inet4Address address, boolean written) implements Outcome {}

    record Refused(int code, String reason) implements Outcome {}
  }

  private final Network network;
  private final InstantSource clock;
  private final Bucket<Inet4Address, Lease> bucket;
  private final Map<MacAddress, Inet4Address> lastOf = new ConcurrentHashMap<>();

  Leases(Network network, InstantSource clock, String bucketName, int replicas) {
    this.network = network;
    this.clock = clock;
    this.bucket = new Bucket<>(bucketName, replicas, new LeaseFormat(), this::changed);
  }

  Bucket<Inet4Address, Lease> bucket() {
    return bucket;
  }

  @Override
  public @Nullable Entry<Lease> at(Inet4Address address) {
    return bucket.find(address);
  }

  @Override
  public @Nullable Inet4Address lastOf(MacAddress mac) {
    return lastOf.get(mac);
  }

  /// The machine that has an address now.
  Optional<MacAddress> holderOf(InetAddress address) {
    return address instanceof Inet4Address v4
            && bucket.find(v4) instanceof Entry.Readable(Lease lease, _)
            && lease.isLive(clock.instant())
        ? Optional.of(lease.mac())
        : Optional.empty();
  }

  /// Each round that ends without an answer has taught the copy a record that it did not have, so
  /// there are hardly more than there are addresses.
  Outcome claim(Claim claim) throws StoreUnavailableException {
    int rounds = SPARE_ROUNDS + (network.pool() == null ? 0 : network.pool().size());
    long end = System.nanoTime() + DEADLINE.toNanos();
    for (int round = 0; round < rounds && System.nanoTime() < end; round++) {
      switch (Allocation.decide(network, this, claim, clock.instant())) {
        case Decision.Keep(Inet4Address address) -> {
          return new Outcome.Granted(address, false);
        }
        case Decision.Refuse(int code, String reason) -> {
          return new Outcome.Refused(code, reason);
        }
        case Decision.Write(Inet4Address address, Lease lease, Entry<Lease> instead) -> {
          if (bucket.write(address, lease, instead)) {
            return new Outcome.Granted(address, true);
          }
        }
      }
    }
    return new Outcome.Refused(503, "too many machines want an address at once");
  }

  /// Called by the bucket, one change at a time.
  private void changed(Inet4Address address, @Nullable Lease before, @Nullable Lease after) {
    if (before != null && (after == null || !after.mac().equals(before.mac()))) {
      lastOf.remove(before.mac(), address);
    }
    if (after != null && isLatest(address, after)) {
      lastOf.put(after.mac(), address);
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
