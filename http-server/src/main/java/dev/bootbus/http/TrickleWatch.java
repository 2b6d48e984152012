package dev.bootbus.http;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.eclipse.jetty.util.thread.Scheduler;

/// Ends connections on which bytes move, but hardly any: a request head of one byte now and then,
/// or a client that takes its file by the spoonful. Either would hold a connection for ever, since
/// each byte starts the idle timeout anew.
final class TrickleWatch implements Runnable {
  /// How much happened on a connection between two looks.
  enum Pace {
    /// Nothing, which is the idle timeout's business.
    SILENT,
    /// Bytes moved, but no new request began, and less was sent, and less received as of an upload,
    /// than would be enough.
    TRICKLE,
    FINE
  }

  /// What a connection did since it was opened.
  record Traffic(long received, long sent, long requests) {

    Pace until(Traffic now, long enough) {
      if (now.equals(this)) {
        return Pace.SILENT;
      }
      long moved = Math.max(now.sent - sent, now.received - received);
      return now.requests == requests && moved < enough ? Pace.TRICKLE : Pace.FINE;
    }
  }

  /// A connection that can be watched.
  interface Watched {
    Traffic traffic();

    void end(TooSlowException cause);
  }

  static final class TooSlowException extends IOException {
    private static final long serialVersionUID = 1;

    TooSlowException(String message) {
      super(message);
    }
  }

  /// A modem does ten times as much.
  static final long BYTES_PER_SECOND = 1024;

  /// The first may be the end of a file, the second the begin of a request head.
  private static final int STRIKES = 3;

  private static final String TOO_SLOW = "less than " + BYTES_PER_SECOND + " bytes/s";

  private record Seen(Traffic traffic, int strikes) {}

  private final Supplier<Stream<? extends Watched>> connections;
  private final Scheduler scheduler;
  private final Duration interval;
  private Map<Watched, Seen> seen = Map.of();

  TrickleWatch(
      Supplier<Stream<? extends Watched>> connections, Scheduler scheduler, Duration interval) {
    this.connections = connections;
    this.scheduler = scheduler;
    this.interval = interval;
  }

  void start() {
    scheduler.schedule(this, interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void run() {
    Map<Watched, Seen> now = new HashMap<>();
    connections.get().forEach(connection -> now.put(connection, look(connection)));
    seen = now;
    start();
  }

  private Seen look(Watched connection) {
    Traffic traffic = connection.traffic();
    Seen before = seen.get(connection);
    if (before == null) {
      return new Seen(traffic, 0);
    }
    long enough = BYTES_PER_SECOND * interval.toMillis() / 1000;
    int strikes =
        switch (before.traffic.until(traffic, enough)) {
          case SILENT -> before.strikes;
          case TRICKLE -> before.strikes + 1;
          case FINE -> 0;
        };
    if (strikes == STRIKES) {
      connection.end(new TooSlowException(TOO_SLOW));
    }
    return new Seen(traffic, strikes);
  }
}
