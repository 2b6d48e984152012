package dev.bootbus.dhcp;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/// How many lines of one kind may be logged, so that a flood of packets does not become a flood of
/// lines: a token bucket that counts what it holds back. The count is told with the next line, or
/// by itself when none comes.
final class LogBudget {
  private static final int BURST = 20;
  private static final long REFILL_NANOS = Duration.ofSeconds(1).toNanos();
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final LongConsumer remainder;
  private final Executor later;
  private long tokens = BURST;
  private long refilledAt;
  private long heldBack;
  private boolean promised;

  /// @param remainder is told how many lines were held back and not told of since
  LogBudget(long nanoTime, LongConsumer remainder) {
    this(
        nanoTime,
        remainder,
        CompletableFuture.delayedExecutor(PATIENCE.toNanos(), TimeUnit.NANOSECONDS));
  }

  /// @param later runs what it is given after a while
  LogBudget(long nanoTime, LongConsumer remainder, Executor later) {
    refilledAt = nanoTime;
    this.remainder = remainder;
    this.later = later;
  }

  /// @return if a line may be logged now, how many were held back since the last one
  synchronized OptionalLong take(long nanoTime) {
    long refill = Math.max(0, (nanoTime - refilledAt) / REFILL_NANOS);
    tokens = Math.min(BURST, tokens + refill);
    refilledAt += refill * REFILL_NANOS;
    if (tokens == 0) {
      heldBack++;
      promise();
      return OptionalLong.empty();
    }
    tokens--;
    return OptionalLong.of(withdraw());
  }

  private void promise() {
    if (!promised) {
      promised = true;
      later.execute(this::keepPromise);
    }
  }

  private void keepPromise() {
    long untold;
    synchronized (this) {
      promised = false;
      untold = withdraw();
    }
    if (untold > 0) {
      remainder.accept(untold);
    }
  }

  private long withdraw() {
    long since = heldBack;
    heldBack = 0;
    return since;
  }
}
