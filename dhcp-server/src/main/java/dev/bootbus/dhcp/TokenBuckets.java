package dev.bootbus.dhcp;

import java.util.concurrent.atomic.AtomicLongArray;

/// Token buckets for any number of keys in a table that never grows. Each key has a cell in each of
/// two rows, shares both with others, and is refused only if both are empty. So nobody is evicted:
/// a flood of made-up keys drains no cell as long as it is slower than all cells together refill,
/// and needs to know the seed to aim at one.
///
/// A cell is one number: the nanosecond at which it will be full again. To ask costs about 25 ns,
/// whether the key is the first or the millionth.
final class TokenBuckets {
  /// Of one row; together 1 MiB.
  static final int CELLS = 1 << 16;

  private static final int INDEX_BITS = 32;

  /// How many at once, and how many a second after that. No more than a billion a second.
  ///
  /// @param burst 0 if nothing is limited
  record Rate(int burst, int perSecond) {
    static final Rate UNLIMITED = new Rate(0, 0);
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final String SHAPE = "\\d{1,9}/\\d{1,9}";

    Rate {
      if (burst < 0 || burst == 0 != (perSecond == 0) || perSecond > NANOS_PER_SECOND) {
        throw new IllegalArgumentException("no rate: " + burst + "/" + perSecond);
      }
    }

    /// Reads `20/5`, a burst and how many a second, or `off`.
    ///
    /// @throws IllegalArgumentException for anything else
    static Rate parse(String text) {
      if (text.equals("off")) {
        return UNLIMITED;
      }
      if (!text.matches(SHAPE)) {
        throw new IllegalArgumentException("say off, or BURST/PER-SECOND as in 20/5, not " + text);
      }
      int slash = text.indexOf('/');
      return new Rate(
          Integer.parseInt(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    }

    boolean isUnlimited() {
      return burst == 0;
    }

    long nanosPerToken() {
      return NANOS_PER_SECOND / perSecond;
    }

    @Override
    public String toString() {
      return isUnlimited() ? "off" : burst + "/" + perSecond;
    }
  }

  private final AtomicLongArray cells = new AtomicLongArray(2 * CELLS);
  private final Rate rate;
  private final long seed;

  /// @param seed known to nobody outside
  TokenBuckets(Rate rate, long seed) {
    this.rate = rate;
    this.seed = seed;
  }

  /// Takes a token of this key. A key that gets none is not charged.
  ///
  /// @param now in nanoseconds, not negative
  boolean take(long key, long now) {
    if (rate.isUnlimited()) {
      return true;
    }
    long hash = mixed(mixed(key ^ seed) + seed);
    int first = (int) (hash & (CELLS - 1));
    int second = CELLS + (int) (hash >>> INDEX_BITS & (CELLS - 1));
    boolean one = takeAt(first, now);
    boolean other = takeAt(second, now);
    return one || other;
  }

  private boolean takeAt(int cell, long now) {
    long token = rate.nanosPerToken();
    long latest = now + (rate.burst() - 1) * token;
    long before =
        cells.getAndUpdate(cell, full -> full > latest ? full : Math.max(full, now) + token);
    return before <= latest;
  }

  /// Spreads what is alike; the finalizer of splitmix64.
  static long mixed(long value) {
    long spread = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
    spread = (spread ^ spread >>> 27) * 0x94D049BB133111EBL;
    return spread ^ spread >>> 31;
  }
}
