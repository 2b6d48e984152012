package dev.bootbus.dhcp;

import dev.bootbus.dhcp.Delivery.Rule;
import dev.bootbus.dhcp.DhcpServer.Backend;
import dev.bootbus.dhcp.DhcpServer.Port;
import dev.bootbus.schema.BootEvent;
import java.io.IOException;
import java.net.Inet4Address;
import java.util.function.Consumer;

/// A server with its receiving thread.
final class RunningServer implements AutoCloseable {
  private static final Inet4Address LOOPBACK = Inet4Address.ofLiteral("127.0.0.1");
  private final Port port;
  private final Thread thread;
  final Outcomes outcomes;

  private RunningServer(Port port, Backend backend, Consumer<BootEvent> events) {
    this.port = port;
    outcomes = new Outcomes(events);
    thread = Thread.ofPlatform().start(new DhcpServer(port, backend, outcomes)::serve);
  }

  static RunningServer start(Port port, Backend backend) {
    return new RunningServer(port, backend, event -> {});
  }

  /// On a loopback port of its own.
  static RunningServer start(Responder responder, Backend backend) throws IOException {
    return start(responder, backend, event -> {});
  }

  static RunningServer start(Responder responder, Backend backend, Consumer<BootEvent> events)
      throws IOException {
    NioDhcpSocket socket = NioDhcpSocket.open(LOOPBACK, 0);
    Delivery delivery = new Delivery(Rule.SOURCE, socket.port(), 68);
    return new RunningServer(new Port(socket, responder, delivery), backend, events);
  }

  int port() {
    return port.delivery().serverPort();
  }

  boolean isServing() {
    return thread.isAlive();
  }

  @Override
  public void close() {
    port.socket().close();
    try {
      thread.join(2000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
