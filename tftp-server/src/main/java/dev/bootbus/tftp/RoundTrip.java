package dev.bootbus.tftp;

import java.time.Duration;

/// How long the answer of one client takes, and so how long to wait for it (RFC 6298).
final class RoundTrip {
  /// A machine may write to flash between two packets; RFC 6298 §2.4 even says a second.
  static final Duration SHORTEST = Duration.ofMillis(200);

  private static final int SMOOTHING = 8;
  private static final int VARIATION_SMOOTHING = 4;
  private static final int VARIATIONS = 4;
  private static final int MAX_DOUBLINGS = 16;
  private static final long UNKNOWN = -1;

  private long smoothed = UNKNOWN;
  private long variation;

  /// @param nanos between a packet that was sent once and its answer (Karn's algorithm, §3)
  void measured(long nanos) {
    if (smoothed == UNKNOWN) {
      smoothed = nanos;
      variation = nanos / 2;
      return;
    }
    variation += (Math.abs(smoothed - nanos) - variation) / VARIATION_SMOOTHING;
    smoothed += (nanos - smoothed) / SMOOTHING;
  }

  /// Until the first measurement, what `own` says. After it the first wait follows the client, so
  /// that a single loss costs little; the later ones are as long as without, so that a client which
  /// is busy for a while is not given up sooner.
  Duration patience(Patience own, int resends) {
    if (smoothed == UNKNOWN) {
      return own.after(resends);
    }
    long least = Math.min(SHORTEST.toNanos(), own.first().toNanos());
    long wait = Math.max(least, smoothed + VARIATIONS * variation);
    long grown = wait << Math.min(resends, MAX_DOUBLINGS);
    if (resends > 0) {
      grown = Math.max(grown, own.after(resends - 1).toNanos());
    }
    return Duration.ofNanos(Math.min(grown, own.longest().toNanos()));
  }
}
