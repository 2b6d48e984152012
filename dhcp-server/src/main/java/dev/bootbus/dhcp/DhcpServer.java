package dev.bootbus.dhcp;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.bootbus.dhcp.Intent.Asked;
import dev.bootbus.dhcp.Intent.Ignore;
import dev.bootbus.dhcp.Reply.Noted;
import dev.bootbus.dhcp.Reply.Offer;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// One port's loop. A thread takes packets and asks the backend about them; whatever thread hears
/// its answer sends the client's. Nobody waits, and each packet has exactly one outcome.
public final class DhcpServer {

  /// Whoever knows the machines: the bus. A stage that fails with [BackendUnavailableException]
  /// says why there is no answer; one of the two must come before the deadline.
  @FunctionalInterface
  public interface Backend {
    CompletionStage<DhcpResponse> ask(DhcpRequest request);
  }

  /// @param responder what is answered there
  /// @param delivery where the answers go
  /// @param admission whose packets are read at all
  /// @param delay how long after its DISCOVER an OFFER is sent at the soonest, so that another
  ///     server may go first
  /// @param unknownWithoutAnswer whether a machine is unknown while nobody answers for it
  public record Port(
      DhcpSocket socket,
      Responder responder,
      Delivery delivery,
      Admission admission,
      Duration delay,
      boolean unknownWithoutAnswer) {

    /// Where machines are left alone while nobody answers for them.
    public Port(
        DhcpSocket socket,
        Responder responder,
        Delivery delivery,
        Admission admission,
        Duration delay) {
      this(socket, responder, delivery, admission, delay, false);
    }

    /// For everybody, and at once.
    public Port(DhcpSocket socket, Responder responder, Delivery delivery) {
      this(socket, responder, delivery, Admission.EVERYONE, Duration.ZERO);
    }
  }

  /// A packet that has waited so long is not answered: its machine has asked again, or is about to.
  private static final Duration STALE = Duration.ofSeconds(2);

  /// Offers that are held back at once. Beyond that, and beyond the [Backlog], dropping the newest
  /// is right: the client asks again.
  private static final int MAX_HELD_BACK = 16_384;

  private static final Duration PAUSE_AFTER_ERROR = Duration.ofMillis(100);

  private volatile Port port;
  private final Backend backend;
  private final Outcomes outcomes;
  private long lost; // before they were received, as far as that has been told
  private final Backlog backlog = new Backlog(this::accept);
  private final AtomicInteger heldBack = new AtomicInteger();

  public DhcpServer(Port port, Backend backend, Outcomes outcomes) {
    this.port = port;
    this.backend = backend;
    this.outcomes = outcomes;
  }

  /// Serves on other terms from the next packet on.
  ///
  /// @param changed with the same socket
  public void change(Port changed) {
    port = changed;
  }

  /// Serves until the socket is closed.
  public void serve() {
    while (true) {
      try {
        port.socket().receive().forEach(this::arrived);
        backlog.work();
        tellLost();
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        // the interface went down, most likely; it may come back
        outcomes.receiveFailed(e);
        LockSupport.parkNanos(PAUSE_AFTER_ERROR.toNanos());
      }
    }
  }

  private void tellLost() {
    long now = port.socket().dropped();
    if (now > lost) {
      outcomes.overflow(now - lost);
      lost = now;
    }
  }

  private void arrived(Datagram datagram) {
    if (!backlog.add(datagram)) {
      outcomes.busy(datagram);
    }
  }

  private void accept(Datagram datagram) {
    if (System.nanoTime() - datagram.nanoTime() > STALE.toNanos()) {
      outcomes.busy(datagram);
      return;
    }
    try {
      accept(Packet.of(datagram), port);
    } catch (MalformedPacketException e) {
      outcomes.malformed(datagram, e);
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      outcomes.failed(datagram, e);
    }
  }

  /// @param port the terms by which the packet is answered, even if they change meanwhile
  private void accept(Packet packet, Port port) {
    try {
      Optional<DropReason> refusal = port.admission().refusal(packet.client());
      if (refusal.isPresent()) {
        outcomes.silence(refusal.get(), packet, "");
        return;
      }
      switch (port.responder().intent(packet.client(), packet.datagram().unicast())) {
        case Ignore(DropReason reason) -> outcomes.silence(reason, packet, "");
        case Asked _ when isForged(packet, port) ->
            outcomes.silence(DropReason.FOREIGN_CIADDR, packet, from(packet));
        case Asked asked -> ask(asked, packet, port);
      }
    } catch (RuntimeException e) {
      outcomes.failed(packet, e);
    }
  }

  private void ask(Asked asked, Packet packet, Port port) {
    outcomes.asked(asked, packet);
    Backend asks = port.unknownWithoutAnswer() ? new UnknownWithoutAnswer(backend) : backend;
    CompletionStage<DhcpResponse> answer = asks.ask(question(packet, port));
    backlog.begin();
    answer.whenComplete((response, failure) -> answered(asked, packet, port, response, failure));
  }

  private void answered(
      Asked asked,
      Packet packet,
      Port port,
      @Nullable DhcpResponse response,
      @Nullable Throwable failure) {
    try {
      Reply reply = response == null ? silence(failure) : port.responder().reply(asked, response);
      long early = port.delay().toNanos() - (System.nanoTime() - packet.datagram().nanoTime());
      if (reply instanceof Offer && early > 0) {
        holdBack(early, () -> end(reply, packet, port, note(response)), packet);
      } else {
        end(reply, packet, port, note(response));
      }
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      outcomes.failed(packet, e);
    } finally {
      backlog.end();
    }
  }

  private void holdBack(long nanos, Runnable end, Packet packet) {
    if (heldBack.incrementAndGet() > MAX_HELD_BACK) {
      heldBack.decrementAndGet();
      outcomes.silence(DropReason.BUSY, packet, "too many offers are held back");
      return;
    }
    CompletableFuture.delayedExecutor(nanos, NANOSECONDS, Thread::startVirtualThread)
        .execute(
            () -> {
              heldBack.decrementAndGet();
              end.run();
            });
  }

  private static Silence silence(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return switch (cause) {
      case BackendUnavailableException e ->
          new Silence(reason(e.reason()), String.valueOf(e.getMessage()));
      case RuntimeException bug -> throw bug;
      case null, default -> throw new IllegalStateException("the backend failed", cause);
    };
  }

  private void end(Reply reply, Packet packet, Port port, String note) {
    try {
      switch (reply) {
        case Silence(DropReason reason, String detail) -> outcomes.silence(reason, packet, detail);
        case Noted noted -> outcomes.noted(noted, packet);
        case Sent sent -> {
          send(sent.message(), packet.datagram(), port);
          outcomes.sent(sent, packet, note);
        }
      }
    } catch (IOException e) {
      outcomes.silence(DropReason.SEND_FAILED, packet, e.toString());
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      outcomes.failed(packet, e);
    }
  }

  private static DhcpRequest question(Packet packet, Port port) {
    String network = packet.datagram().network();
    return packet.client().question(port.responder().mode(), network, packet.trace());
  }

  private static void send(DhcpMessage message, Datagram asked, Port port) throws IOException {
    port.socket().send(message.encode(), port.delivery().of(message, asked.source()));
  }

  private static String from(Packet packet) {
    return "from " + packet.datagram().source().getAddress().getHostAddress();
  }

  private static boolean isForged(Packet packet, Port port) {
    return port.delivery().isForged(packet.client().message(), packet.datagram().source());
  }

  private static String note(@Nullable DhcpResponse response) {
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
