package dev.bootbus.dhcp;

import dev.bootbus.dhcp.Delivery.Rule;
import dev.bootbus.dhcp.DhcpServer.Backend;
import dev.bootbus.dhcp.DhcpServer.Port;
import dev.bootbus.schema.BackendUnavailableException;
import dev.bootbus.schema.BootEvent;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpResponse;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// A server with its receiving thread.
final class RunningServer implements AutoCloseable {
  /// A backend that may wait.
  interface Knowing {
    DhcpResponse ask(DhcpRequest request) throws BackendUnavailableException;
  }

  private static final Inet4Address LOOPBACK = Inet4Address.ofLiteral("127.0.0.1");
  private final Port port;
  private final DhcpServer server;
  private final Thread thread;
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final Outcomes outcomes;

  private RunningServer(Port port, Backend backend, Consumer<BootEvent> events) {
    this.port = port;
    outcomes = new Outcomes(events, meters);
    server = new DhcpServer(port, backend, outcomes);
    thread = Thread.ofPlatform().start(server::serve);
  }

  static RunningServer start(Port port, Knowing backend) {
    return new RunningServer(port, prompt(backend), event -> {});
  }

  /// On a loopback port of its own.
  static RunningServer start(Responder responder, Knowing backend) throws IOException {
    return start(responder, backend, event -> {});
  }

  static RunningServer start(Responder responder, Knowing backend, Duration delay)
      throws IOException {
    NioDhcpSocket socket = NioDhcpSocket.open(LOOPBACK, 0);
    Delivery delivery = new Delivery(Rule.SOURCE, socket.port(), 68);
    return start(new Port(socket, responder, delivery, Admission.EVERYONE, delay), backend);
  }

  static RunningServer start(Responder responder, Knowing backend, Consumer<BootEvent> events)
      throws IOException {
    NioDhcpSocket socket = NioDhcpSocket.open(LOOPBACK, 0);
    Delivery delivery = new Delivery(Rule.SOURCE, socket.port(), 68);
    return new RunningServer(new Port(socket, responder, delivery), prompt(backend), events);
  }

  private static Backend prompt(Knowing backend) {
    return request -> {
      CompletableFuture<DhcpResponse> answer = new CompletableFuture<>();
      Thread.startVirtualThread(
          () -> {
            try {
              answer.complete(backend.ask(request));
            } catch (BackendUnavailableException | RuntimeException e) {
              answer.completeExceptionally(e);
            }
          });
      return answer;
    };
  }

  int port() {
    return port.delivery().serverPort();
  }

  /// For these machines only, from the next packet on.
  void change(Admission admission) {
    server.change(
        new Port(port.socket(), port.responder(), port.delivery(), admission, port.delay()));
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
