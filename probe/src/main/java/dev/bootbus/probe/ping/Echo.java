package dev.bootbus.probe.ping;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/// One way to ask a host for a sign of life.
interface Echo extends AutoCloseable {
  /// For people: `ICMP datagram socket`.
  String method();

  /// @return the time until the answer came, if it came in time
  /// @throws IOException if nothing can be sent, with the reason
  Optional<Duration> ask(InetAddress host, int sequence, Duration timeout)
      throws IOException, InterruptedException;

  @Override
  default void close() {}
}
