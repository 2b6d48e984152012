package dev.bootbus.dhcp;

import dev.bootbus.dhcp.Intent.Asked;
import dev.bootbus.dhcp.Intent.Ignore;
import dev.bootbus.dhcp.Reply.Noted;
import dev.bootbus.dhcp.Reply.Sent;
import dev.bootbus.dhcp.Reply.Silence;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MalformedPacketException;
import dev.bootbus.schema.BackendUnavailableException;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.DhcpResponse.Answer;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/// One port's loop. A thread only receives; each packet goes its way in a virtual thread of its
/// own, from bytes to exactly one outcome.
public final class DhcpServer {

  /// Whoever knows the machines: the bus.
  @FunctionalInterface
  public interface Backend {
    DhcpResponse ask(DhcpRequest request) throws BackendUnavailableException;
  }

  /// @param responder what is answered there
  /// @param delivery where the answers go
  /// @param admission whose packets are read at all
  /// @param delay how long an answer is held back, so that another server may go first
  public record Port(
      DhcpSocket socket,
      Responder responder,
      Delivery delivery,
      Admission admission,
      Duration delay) {

    /// For everybody, and at once.
    public Port(DhcpSocket socket, Responder responder, Delivery delivery) {
      this(socket, responder, delivery, Admission.EVERYONE, Duration.ZERO);
    }
  }

  /// Each waits for the bus at most for its deadline. Beyond that, dropping the newest is right:
  /// the client asks again, and its retry is the queue.
  private static final int MAX_IN_FLIGHT = 1024;

  private static final Duration PAUSE_AFTER_ERROR = Duration.ofMillis(100);

  private final Port port;
  private final Backend backend;
  private final Outcomes outcomes;
  private final Semaphore inFlight = new Semaphore(MAX_IN_FLIGHT);

  public DhcpServer(Port port, Backend backend, Outcomes outcomes) {
    this.port = port;
    this.backend = backend;
    this.outcomes = outcomes;
  }

  /// Serves until the socket is closed.
  public void serve() {
    while (true) {
      try {
        accept(port.socket().receive());
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        // the interface went down, most likely; it may come back
        outcomes.receiveFailed(e);
        LockSupport.parkNanos(PAUSE_AFTER_ERROR.toNanos());
      }
    }
  }

  private void accept(Datagram datagram) {
    if (!inFlight.tryAcquire()) {
      outcomes.busy(datagram);
      return;
    }
    Thread.startVirtualThread(
        () -> {
          try {
            answer(datagram);
          } catch (RuntimeException e) {
            outcomes.failed(datagram, e);
          } finally {
            inFlight.release();
          }
        });
  }

  private void answer(Datagram datagram) {
    Packet packet;
    try {
      packet = Packet.of(datagram);
    } catch (MalformedPacketException e) {
      outcomes.malformed(datagram, e);
      return;
    }
    try {
      Optional<DropReason> refusal = port.admission().refusal(packet.client());
      if (refusal.isPresent()) {
        outcomes.silence(refusal.get(), packet, "");
        return;
      }
      switch (port.responder().intent(packet.client(), datagram.unicast())) {
        case Ignore(DropReason reason) -> outcomes.silence(reason, packet, "");
        case Asked asked -> answer(asked, packet);
      }
    } catch (RuntimeException e) {
      outcomes.failed(packet, e);
    }
  }

  private void answer(Asked asked, Packet packet) {
    outcomes.asked(asked, packet);
    try {
      DhcpResponse response = backend.ask(question(packet));
      switch (port.responder().reply(asked, response)) {
        case Silence(DropReason reason, String detail) -> outcomes.silence(reason, packet, detail);
        case Noted noted -> outcomes.noted(noted, packet);
        case Sent sent -> {
          send(sent.message(), packet.datagram());
          outcomes.sent(sent, packet, note(response));
        }
      }
    } catch (BackendUnavailableException e) {
      outcomes.silence(reason(e.reason()), packet, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      outcomes.silence(DropReason.SEND_FAILED, packet, e.toString());
    }
  }

  private DhcpRequest question(Packet packet) {
    String network = packet.datagram().network();
    return packet.client().question(port.responder().mode(), network, packet.trace());
  }

  private void send(DhcpMessage message, Datagram asked) throws IOException {
    port.socket().send(message.encode(), port.delivery().of(message, asked.source()));
  }

  private static String note(DhcpResponse response) {
    return response instanceof Answer answer ? answer.extensions().message() : "";
  }

  static DropReason reason(BackendUnavailableException.Reason reason) {
    return switch (reason) {
      case DISCONNECTED -> DropReason.BACKEND_DISCONNECTED;
      case NO_RESPONDERS -> DropReason.BACKEND_NO_RESPONDERS;
      case TIMEOUT -> DropReason.BACKEND_TIMEOUT;
      case BAD_REPLY -> DropReason.BACKEND_BAD_REPLY;
      case BUSY -> DropReason.BUSY;
    };
  }
}
