package dev.bootbus.probe.fetch;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import java.time.Duration;

/// The time that one fetch has, of [System#nanoTime].
record Clock(long start, long deadline) {
  static Clock of(Duration deadline) {
    long now = System.nanoTime();
    return new Clock(now, now + deadline.toNanos());
  }

  Duration took() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /// Never less than nothing.
  Duration left() {
    return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
  }

  Fetcher.Fetched.Broken broken(Finding finding, long received) {
    return new Fetcher.Fetched.Broken(finding, received, took());
  }

  Fetcher.Fetched.Broken outOfTime(long received) {
    return broken(
        new Finding(
            Cause.FETCH_TIMED_OUT,
            "%d bytes in %.1f s".formatted(received, took().toMillis() / 1000.0)),
        received);
  }
}
