package dev.bootbus.kernel.lease;

import dev.bootbus.kernel.store.Bucket;
import dev.bootbus.kernel.store.Entry;
import java.net.Inet4Address;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Forgets leases that have been over for long, with what the bucket remembers of them.
///
/// Any replica may do it. A record is removed only as the one that was judged: where a machine has
/// leased the address meanwhile, it is another, and stays.
public final class Retention implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("kernel-backend");
  private static final Duration EVERY = Duration.ofMinutes(10);

  /// Some seconds of what nats-server stores; the rest is for the next time.
  private static final int MOST = 50_000;

  /// Few enough to leave the writes of leases alone.
  private static final int AT_ONCE = 64;

  /// Longer than any record takes that is stored at all.
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Bucket<Inet4Address, Lease> bucket;
  private final Duration age;
  private final InstantSource clock;
  private final Thread thread = Thread.ofVirtual().name("retention").unstarted(this::keep);

  /// @param age for which a lease is kept after its end
  public Retention(Leases leases, Duration age, InstantSource clock) {
    this.bucket = leases.bucket();
    this.age = age;
    this.clock = clock;
  }

  /// Begins at some time in the next minutes, so that replicas do not do the same at once.
  public void start() {
    thread.start();
  }

  private void keep() {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(EVERY.toMillis()));
      while (true) {
        int forgotten = sweep();
        if (forgotten > 0) {
          LOG.info("leases forgotten count={}", forgotten);
        }
        Thread.sleep(EVERY);
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  /// Looks at every record once.
  ///
  /// @return how many it has removed
  int sweep() throws InterruptedException {
    Instant now = clock.instant();
    List<Bucket.Held<Inet4Address, Lease>> over =
        bucket.entries().filter(one -> isOver(one.entry(), now)).limit(MOST).toList();
    AtomicInteger removed = new AtomicInteger();
    Semaphore free = new Semaphore(AT_ONCE);
    for (Bucket.Held<Inet4Address, Lease> one : over) {
      if (!free.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        return removed.get();
      }
      bucket.purge(
          one.key(),
          one.entry(),
          written -> {
            if (written instanceof Bucket.Written.Stored) {
              removed.incrementAndGet();
            }
            free.release();
          });
    }
    free.tryAcquire(AT_ONCE, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    return removed.get();
  }

  private boolean isOver(Entry<Lease> entry, Instant now) {
    return entry instanceof Entry.Readable(Lease lease, _)
        && lease.expires().isBefore(now.minus(age))
        && lease.updated().isBefore(now.minus(age));
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
