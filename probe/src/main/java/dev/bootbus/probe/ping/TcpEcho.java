package dev.bootbus.probe.ping;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;

/// Begins a TCP connection. Its refusal is a sign of life, too.
///
/// @param port of a service, open or not
record TcpEcho(int port) implements Echo {
  @Override
  public String method() {
    return "TCP port " + port;
  }

  @Override
  public Optional<Duration> ask(InetAddress host, int sequence, Duration timeout)
      throws IOException {
    long start = System.nanoTime();
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), (int) Math.max(1, timeout.toMillis()));
    } catch (SocketTimeoutException | NoRouteToHostException _) {
      return Optional.empty();
    } catch (ConnectException e) {
      if (!String.valueOf(e.getMessage()).contains("refused")) {
        return Optional.empty();
      }
    }
    return Optional.of(Duration.ofNanos(System.nanoTime() - start));
  }
}
