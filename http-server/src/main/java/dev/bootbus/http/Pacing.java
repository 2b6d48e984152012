package dev.bootbus.http;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// Keeps each client to a number of bytes per second, for those that stall when they are sent more
/// than they can take. All connections of an address share it.
final class Pacing {
  /// Sent in one go, of what a second allows.
  private static final int PORTIONS_PER_SECOND = 10;

  static final int MAX_CLIENTS = 4096;

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final long rate;

  /// The moment, of [System#nanoTime], by which a client has had time for all that it was sent.
  private final Map<InetAddress, Long> due = new ConcurrentHashMap<>();

  /// @param rate bytes per second; 0 for as many as there are
  Pacing(long rate) {
    this.rate = rate;
  }

  boolean isOff() {
    return rate == 0;
  }

  /// Bytes to send at once.
  int portion(int atMost) {
    return isOff() ? atMost : Math.clamp(rate / PORTIONS_PER_SECOND, 1, atMost);
  }

  /// Counts bytes that are about to be sent, and blocks until it is their time.
  void await(InetAddress client, int bytes) throws InterruptedException {
    if (!isOff()) {
      Thread.sleep(delay(client, bytes, System.nanoTime()));
    }
  }

  /// Counts bytes that are about to be sent.
  ///
  /// @return how long to wait before
  Duration delay(InetAddress client, long bytes, long now) {
    long cost = bytes * SECOND / rate;
    if (due.size() >= MAX_CLIENTS) {
      // who owes no time is as good as unknown
      due.values().removeIf(moment -> moment - now <= 0);
    }
    if (due.size() >= MAX_CLIENTS && !due.containsKey(client)) {
      return Duration.ofNanos(cost);
    }
    long end =
        due.merge(client, now + cost, (moment, _) -> (moment - now > 0 ? moment : now) + cost);
    return Duration.ofNanos(Math.max(0, end - cost - now));
  }

  int clients() {
    return due.size();
  }
}
