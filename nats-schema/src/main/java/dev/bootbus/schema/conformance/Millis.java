package dev.bootbus.schema.conformance;

import java.time.Duration;
import java.util.Locale;

/// Durations as people read them.
final class Millis {
  private Millis() {}

  static String of(Duration time) {
    double millis = time.toNanos() / 1e6;
    return String.format(Locale.ROOT, millis < 10 ? "%.1f ms" : "%.0f ms", millis);
  }
}
