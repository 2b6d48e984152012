package dev.bootbus.dhcp;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.bootbus.dhcp.ConflictCheck.Verdict;
import dev.bootbus.dhcp.Intent.Asked;
import dev.bootbus.dhcp.Intent.Ignore;
import dev.bootbus.dhcp.Reply.Noted;
import dev.bootbus.dhcp.Reply.Offer;
import dev.bootbus.dhcp.Reply.Sent;
import dev.bootbus.dhcp.Reply.Silence;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MalformedPacketException;
import dev.bootbus.schema.BackendUnavailableException;
import dev.bootbus.schema.CurrentTrace;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.DhcpResponse.Answer;
import dev.bootbus.schema.MacAddress;
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
  /// @param conflictCheck how long somebody on the link may take to say that an address is his
  ///     which nobody has had yet, before it is offered; zero where nobody is asked
  /// @param unknownWithoutAnswer whether a machine is unknown while nobody answers for it
  public record Port(
      DhcpSocket socket,
      Responder responder,
      Delivery delivery,
      Admission admission,
      Duration delay,
      Duration conflictCheck,
      boolean unknownWithoutAnswer) {

    /// Where machines are left alone while nobody answers for them.
    public Port(
        DhcpSocket socket,
        Responder responder,
        Delivery delivery,
        Admission admission,
        Duration delay) {
      this(socket, responder, delivery, admission, delay, Duration.ZERO, false);
    }

    /// For everybody, and at once.
    public Port(DhcpSocket socket, Responder responder, Delivery delivery) {
      this(socket, responder, delivery, Admission.EVERYONE, Duration.ZERO);
    }

    /// What the sender of a packet wants, or why nobody need be asked.
    Intent intent(Packet packet) {
      Client client = packet.client();
      Optional<DropReason> refusal = admission.refusal(client);
      if (refusal.isPresent()) {
        return new Ignore(refusal.get());
      }
      Intent intent = responder.intent(client, packet.datagram().unicast());
      return intent instanceof Asked
              && delivery.isForged(client.message(), packet.datagram().source())
          ? new Ignore(DropReason.FOREIGN_CIADDR)
          : intent;
    }

    /// Who is asked about it.
    Backend asking(Backend backend) {
      return unknownWithoutAnswer ? new UnknownWithoutAnswer(backend) : backend;
    }

    DhcpRequest question(Packet packet) {
      String network = packet.datagram().network();
      return packet.client().question(responder.mode(), network, packet.trace());
    }

    /// @param response null where there is none, because of the failure
    Reply reply(Asked asked, @Nullable DhcpResponse response, @Nullable Throwable failure) {
      return response == null ? silence(failure) : responder.reply(asked, response);
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
  private final AtomicInteger probing = new AtomicInteger();
  private volatile boolean draining;

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

  /// Takes nothing new from now on; what is under way is still answered.
  void drain() {
    draining = true;
  }

  /// Packets that wait for their turn.
  int waiting() {
    return backlog.waiting();
  }

  /// Questions to the backend that are not answered yet.
  int asking() {
    return backlog.underWay();
  }

  /// Whether nothing that was taken is without its outcome.
  boolean isIdle() {
    return backlog.isIdle() && heldBack.get() == 0 && probing.get() == 0;
  }

  private void tellLost() {
    long now = port.socket().dropped();
    if (now > lost) {
      outcomes.overflow(now - lost);
      lost = now;
    }
  }

  private void arrived(Datagram datagram) {
    // the client asks again, and then somebody else answers
    if (!draining && !backlog.add(datagram)) {
      outcomes.busy(datagram);
    }
  }

  private void accept(Datagram datagram) {
    if (System.nanoTime() - datagram.nanoTime() > STALE.toNanos()) {
      outcomes.busy(datagram);
      return;
    }
    try {
      Packet packet = Packet.of(datagram, outcomes::begin);
      CurrentTrace.during(packet.trace(), () -> accept(packet, port));
    } catch (MalformedPacketException e) {
      outcomes.malformed(datagram, e);
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      outcomes.failed(datagram, e);
    }
  }

  /// @param port the terms by which the packet is answered, even if they change meanwhile
  private void accept(Packet packet, Port port) {
    try {
      outcomes.heard(packet);
      switch (port.intent(packet)) {
        case Ignore(DropReason reason) when reason == DropReason.FOREIGN_CIADDR ->
            outcomes.silence(reason, packet, from(packet));
        case Ignore(DropReason reason) -> outcomes.silence(reason, packet, "");
        case Asked asked -> ask(asked, packet, port);
      }
    } catch (RuntimeException e) {
      outcomes.failed(packet, e);
    }
  }

  private void ask(Asked asked, Packet packet, Port port) {
    outcomes.asked(asked, packet);
    CompletionStage<DhcpResponse> answer = port.asking(backend).ask(port.question(packet));
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
      Reply reply = port.reply(asked, response, failure);
      if (reply instanceof Offer offer && isToBeProbed(offer, response, port)) {
        probe(offer, packet, port, note(response));
      } else {
        endInTime(reply, packet, port, note(response));
      }
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      outcomes.failed(packet, e);
    } finally {
      backlog.end();
    }
  }

  /// An address that nobody has had, as far as the backend knows. Behind a relay ARP does not
  /// reach.
  private static boolean isToBeProbed(Offer offer, @Nullable DhcpResponse response, Port port) {
    return port.conflictCheck().isPositive()
        && port.socket().sendsFrames()
        && response instanceof Answer answer
        && answer.extensions().probe()
        && offer.message().giaddr().equals(DhcpMessage.NO_ADDRESS)
        && !offer.message().yiaddr().equals(DhcpMessage.NO_ADDRESS);
  }

  private void probe(Offer offer, Packet packet, Port port, String note) {
    probing.incrementAndGet();
    port.socket()
        .probe(offer.message().yiaddr(), packet.client().mac(), port.conflictCheck())
        .thenAccept(verdict -> probed(verdict, offer, packet, port, note));
  }

  private void probed(Verdict verdict, Offer offer, Packet packet, Port port, String note) {
    try {
      switch (verdict) {
        case Verdict.Free _ -> endInTime(offer, packet, port, note);
        case Verdict.InUse(MacAddress by, boolean told) when told ->
            outcomes.silence(DropReason.ADDRESS_IN_USE, packet, isUsed(offer, by));
        case Verdict.InUse(MacAddress by, _) -> decline(offer, by, packet, port);
        case Verdict.Unknown(DropReason reason, String why) ->
            outcomes.silence(reason, packet, why);
      }
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      outcomes.failed(packet, e);
    } finally {
      probing.decrementAndGet();
    }
  }

  private static String isUsed(Offer offer, MacAddress by) {
    return offer.message().yiaddr().getHostAddress() + " is used by " + by;
  }

  /// The backend takes the address out of its pool, and the machine's next DISCOVER gets another.
  private void decline(Offer offer, MacAddress by, Packet packet, Port port) {
    DhcpRequest question = packet.client().declining(offer.message(), port.question(packet));
    CompletionStage<DhcpResponse> answer = backend.ask(question);
    backlog.begin();
    answer.whenComplete(
        (response, failure) -> {
          try {
            String detail = isUsed(offer, by) + unheard(response, failure);
            outcomes.silence(DropReason.ADDRESS_IN_USE, packet, detail);
          } catch (RuntimeException e) {
            outcomes.failed(packet, e);
          } finally {
            backlog.end();
          }
        });
  }

  private static String unheard(@Nullable DhcpResponse response, @Nullable Throwable failure) {
    return switch (response) {
      case DhcpResponse.Error(int code, String message) ->
          ", and the backend says " + code + " " + message;
      case Answer _ -> "";
      case null -> ", and the backend does not know: " + silence(failure).detail();
    };
  }

  private void endInTime(Reply reply, Packet packet, Port port, String note) {
    long early = port.delay().toNanos() - packet.nanos();
    if (reply instanceof Offer && early > 0) {
      holdBack(early, () -> end(reply, packet, port, note), packet);
    } else {
      end(reply, packet, port, note);
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
          int bytes = send(outcomes.marked(sent, packet), packet.datagram(), port);
          outcomes.sent(sent, packet, note, bytes);
        }
      }
    } catch (IOException e) {
      outcomes.silence(DropReason.SEND_FAILED, packet, e.toString());
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      outcomes.failed(packet, e);
    }
  }

  private static int send(DhcpMessage message, Datagram asked, Port port) throws IOException {
    Bytes payload = message.encode();
    port.socket().send(payload, port.delivery().of(message, asked.source()));
    return payload.length();
  }

  private static String from(Packet packet) {
    return "from " + packet.datagram().source().getAddress().getHostAddress();
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
