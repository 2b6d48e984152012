package dev.bootbus.probe.load;

import dev.bootbus.runtime.terminal.Terminal;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// One line on the screen, every second: how the storm gets on. Where there is no screen, none.
final class Progress {
  private static final String TO_LINE_START = "\r\u001b[K";

  private final Tally tally;
  private final PrintWriter screen;
  private final CountDownLatch over = new CountDownLatch(1);
  private final Thread thread;

  private Progress(Tally tally, PrintWriter screen) {
    this.tally = tally;
    this.screen = screen;
    this.thread = Thread.ofPlatform().daemon().name("progress").start(this::show);
  }

  static Optional<Progress> of(Tally tally, PrintWriter err, Terminal terminal) {
    return terminal.err() ? Optional.of(new Progress(tally, err)) : Optional.empty();
  }

  private void show() {
    long began = System.nanoTime();
    Tally.Count before = tally.count();
    try {
      while (!over.await(1, TimeUnit.SECONDS)) {
        Tally.Count now = tally.count();
        screen.print(
            TO_LINE_START + line(Duration.ofNanos(System.nanoTime() - began), before, now));
        screen.flush();
        before = now;
      }
    } catch (InterruptedException e) {
      // then there is nobody to show it to
    }
    screen.print(TO_LINE_START);
    screen.flush();
  }

  /// @param before what was a second ago
  static String line(Duration elapsed, Tally.Count before, Tally.Count now) {
    return String.format(
        Locale.ROOT,
        "%4d s  %d booted  %d in flight  %d failed  %d/s  %.1f MB/s",
        elapsed.toSeconds(),
        now.booted(),
        now.inFlight(),
        now.failed(),
        now.booted() - before.booted(),
        (now.bytes() - before.bytes()) / 1e6);
  }

  void close() {
    over.countDown();
    try {
      thread.join(Duration.ofSeconds(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
