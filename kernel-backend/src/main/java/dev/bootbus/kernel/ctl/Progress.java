package dev.bootbus.kernel.ctl;

import java.io.PrintWriter;

/// How far a long run is, in a line that is written anew, where somebody watches.
final class Progress {
  private static final long NANOS = 200_000_000; // between two lines

  private final PrintWriter to;
  private final boolean watched;
  private final int total;
  private int done;
  private long last = System.nanoTime();
  private int shown;

  Progress(Output output, int total) {
    this.to = output.err();
    this.watched = output.terminal().err();
    this.total = total;
  }

  void step() {
    done++;
    if (watched && System.nanoTime() - last > NANOS) {
      last = System.nanoTime();
      String line = done + " of " + total;
      to.print("\r" + line);
      to.flush();
      shown = line.length();
    }
  }

  /// Before anything else is said.
  void clear() {
    if (shown > 0) {
      to.print("\r" + " ".repeat(shown) + "\r");
      to.flush();
      shown = 0;
    }
  }
}
