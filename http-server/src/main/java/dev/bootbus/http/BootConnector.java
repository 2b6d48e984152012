package dev.bootbus.http;

import dev.bootbus.http.TrickleWatch.TooSlowException;
import dev.bootbus.http.TrickleWatch.Traffic;
import dev.bootbus.runtime.LogText;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.stream.Stream;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Jetty's connector, which counts the bytes of each connection for [TrickleWatch].
final class BootConnector extends ServerConnector {
  private static final Logger LOG = LoggerFactory.getLogger("http-server");
  private static final int ACCEPTORS = 1;
  private static final int MAX_SELECTORS = 4;

  /// @param protocols the outermost first
  BootConnector(Server server, ConnectionFactory... protocols) {
    super(server, ACCEPTORS, selectors(), protocols);
  }

  static int threads() {
    return ACCEPTORS + selectors();
  }

  /// One of them answers 100,000 requests a second.
  private static int selectors() {
    return Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, MAX_SELECTORS);
  }

  @Override
  protected SocketChannelEndPoint newEndPoint(
      SocketChannel channel, ManagedSelector selector, SelectionKey key) throws IOException {
    EndPoint endPoint = new EndPoint(channel, selector, key, getScheduler());
    endPoint.setIdleTimeout(getIdleTimeout());
    return endPoint;
  }

  /// How many are open.
  int connections() {
    return getConnectedEndPoints().size();
  }

  Stream<EndPoint> endPoints() {
    return getConnectedEndPoints().stream()
        .filter(EndPoint.class::isInstance)
        .map(EndPoint.class::cast);
  }

  static final class EndPoint extends SocketChannelEndPoint implements TrickleWatch.Watched {
    // each is written by one thread at a time, as Jetty fills and flushes
    private volatile long received;
    private volatile long sent;

    private final SocketAddress peer;

    EndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler)
        throws IOException {
      super(channel, selector, key, scheduler);
      this.peer = channel.getRemoteAddress();
    }

    /// Known for the log even when the connection is closed.
    @Override
    public SocketAddress getRemoteSocketAddress() {
      return peer;
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
      int filled = super.fill(buffer);
      received += Math.max(0, filled);
      return filled;
    }

    @Override
    public boolean flush(ByteBuffer... buffers) throws IOException {
      long before = remaining(buffers);
      boolean all = super.flush(buffers);
      sent += before - remaining(buffers);
      return all;
    }

    private static long remaining(ByteBuffer... buffers) {
      long sum = 0;
      for (ByteBuffer buffer : buffers) {
        sum += buffer.remaining();
      }
      return sum;
    }

    @Override
    public Traffic traffic() {
      Connection connection =
          getConnection() instanceof SslConnection tls
              ? tls.getSslEndPoint().getConnection()
              : getConnection();
      return new Traffic(received, sent, connection == null ? 0 : connection.getMessagesIn());
    }

    @Override
    public void end(TooSlowException cause) {
      String address = ((InetSocketAddress) peer).getAddress().getHostAddress();
      LOG.info("cut peer={} reason={}", address, LogText.of(String.valueOf(cause.getMessage())));
      close(cause);
    }
  }
}
