package dev.bootbus.tftp;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;

/// How many requests one address may send in a second, and ten times that at once: a token bucket
/// each, in a table that never grows. Addresses share a cell in each of two rows, and are refused
/// only if both are empty.
final class RateLimit {
  static final int CELLS = 1 << 12;
  static final int BURST = 10;
  private static final int BITS = 12;

  /// For each cell, when it will be full again.
  private final long[] full = new long[2 * CELLS];

  private final long token;
  private final long burst;
  private final long seed;

  /// @param perSecond 0 if nothing is limited
  /// @param seed known to nobody outside
  /// @param now in nanoseconds
  RateLimit(int perSecond, long seed, long now) {
    this.token = perSecond == 0 ? 0 : Duration.ofSeconds(1).toNanos() / perSecond;
    this.seed = seed;
    Arrays.fill(full, now);
    this.burst = (long) perSecond * BURST;
  }

  boolean admits(InetAddress peer, long now) {
    if (token == 0) {
      return true;
    }
    long hash = seed;
    for (byte part : peer.getAddress()) {
      hash = mixed(hash + part);
    }
    boolean one = takeAt((int) (hash & (CELLS - 1)), now);
    boolean other = takeAt(CELLS + (int) (hash >>> Long.SIZE - BITS), now);
    return one || other;
  }

  private boolean takeAt(int cell, long now) {
    long before = full[cell] - now > 0 ? full[cell] : now;
    boolean taken = before - now <= (burst - 1) * token;
    if (taken) {
      full[cell] = before + token;
    }
    return taken;
  }

  /// Spreads what is alike; the finalizer of splitmix64.
  private static long mixed(long value) {
    long spread = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
    spread = (spread ^ spread >>> 27) * 0x94D049BB133111EBL;
    return spread ^ spread >>> 31;
  }
}
