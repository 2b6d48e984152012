package dev.bootbus.kernel.api;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.ServerConnector;

/// Ends connections on which bytes move, but too slowly to get anywhere: each byte starts the idle
/// timeout anew. What one may take is the time for all nodes at some 1 MB/s.
final class SlowConnections {
  static final Duration MOST = Duration.ofSeconds(60);

  private record Seen(long answered, long since) {}

  private final ServerConnector connector;
  private final long mostNanos;
  private Map<EndPoint, Seen> seen = new HashMap<>();

  SlowConnections(ServerConnector connector, Duration most) {
    this.connector = connector;
    this.mostNanos = most.toNanos();
  }

  /// One thread at a time.
  void look(long now) {
    Map<EndPoint, Seen> current = new HashMap<>();
    for (EndPoint endPoint : connector.getConnectedEndPoints()) {
      long answered = answered(endPoint);
      Seen before = seen.get(endPoint);
      if (before == null || before.answered() != answered) {
        current.put(endPoint, new Seen(answered, now));
      } else if (now - before.since() > mostNanos) {
        endPoint.close(new TimeoutException("nothing was answered for too long"));
      } else {
        current.put(endPoint, before);
      }
    }
    seen = current;
  }

  private static long answered(EndPoint endPoint) {
    Connection connection =
        endPoint.getConnection() instanceof SslConnection tls
            ? tls.getSslEndPoint().getConnection()
            : endPoint.getConnection();
    return connection == null ? 0 : connection.getMessagesOut();
  }
}
