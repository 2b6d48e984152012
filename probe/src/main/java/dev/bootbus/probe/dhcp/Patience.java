package dev.bootbus.probe.dhcp;

import java.time.Duration;

/// How long a client waits for an answer. The first wait is doubled until the longest (RFC 2131
/// §4.1), each one a little shorter or longer, so that machines that are switched on together do
/// not ask together for ever.
///
/// @param tries how often it asks
/// @param offers for further offers, after the first one
public record Patience(Duration first, Duration longest, int tries, Duration offers) {
  /// RFC 2131 §4.1; PXE clients ask four times (PXE specification 2.1 §2.2.2)
  public static final Patience OF_FIRMWARE =
      new Patience(Duration.ofSeconds(4), Duration.ofSeconds(64), 4, Duration.ofSeconds(2));

  /// Of somebody who wants to know whether there is a server.
  public static final Patience OF_AN_OPERATOR =
      new Patience(Duration.ofSeconds(2), Duration.ofSeconds(8), 3, Duration.ofSeconds(2));

  /// The same, with no more tries than can be over by then, but one.
  public Patience within(Duration left) {
    Duration all = Duration.ZERO;
    int possible = 0;
    while (possible < tries) {
      all = all.plus(pause(possible, 1));
      if (all.compareTo(left) > 0) {
        break;
      }
      possible++;
    }
    return new Patience(first, longest, Math.max(1, possible), offers);
  }

  /// @param attempt from 0
  /// @param chance 0 to 1
  Duration pause(int attempt, double chance) {
    long doubled = first.toNanos() << Math.min(attempt, 16);
    long most = Math.min(longest.toNanos(), doubled < 0 ? Long.MAX_VALUE : doubled);
    return Duration.ofNanos((long) (most * (0.75 + chance / 2)));
  }
}
