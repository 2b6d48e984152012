package dev.bootbus.tftp;

import java.time.Duration;
import java.util.OptionalLong;

/// Lets a few lines through in each span of time, so that a flood of bad packets does not become a
/// flood of lines.
final class LogLimit {
  static final int LINES = 5;
  static final Duration SPAN = Duration.ofSeconds(10);

  private long spanStart;
  private int lines = LINES;
  private long withheld;
  private boolean started;

  /// Whether the line may be written: if so, how many were withheld before it.
  ///
  /// @param now by a clock that never goes back, in nanoseconds
  synchronized OptionalLong admit(long now) {
    if (!started || now - spanStart >= SPAN.toNanos()) {
      started = true;
      spanStart = now;
      lines = 0;
    }
    if (lines == LINES) {
      withheld++;
      return OptionalLong.empty();
    }
    lines++;
    OptionalLong before = OptionalLong.of(withheld);
    withheld = 0;
    return before;
  }
}
