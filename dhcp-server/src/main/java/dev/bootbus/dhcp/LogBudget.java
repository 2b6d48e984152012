package dev.bootbus.dhcp;

import java.time.Duration;
import java.util.OptionalLong;

/// How many lines of one kind may be logged, so that a flood of packets does not become a flood of
/// lines: a token bucket that counts what it holds back.
final class LogBudget {
  private static final int BURST = 20;
  private static final long REFILL_NANOS = Duration.ofSeconds(1).toNanos();

  private long tokens = BURST;
  private long refilledAt;
  private long heldBack;

  LogBudget(long nanoTime) {
    refilledAt = nanoTime;
  }

  /// @return if a line may be logged now, how many were held back since the last one
  synchronized OptionalLong take(long nanoTime) {
    long refill = Math.max(0, (nanoTime - refilledAt) / REFILL_NANOS);
    tokens = Math.min(BURST, tokens + refill);
    refilledAt += refill * REFILL_NANOS;
    if (tokens == 0) {
      heldBack++;
      return OptionalLong.empty();
    }
    tokens--;
    OptionalLong since = OptionalLong.of(heldBack);
    heldBack = 0;
    return since;
  }
}
