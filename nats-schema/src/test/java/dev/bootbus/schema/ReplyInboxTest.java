package dev.bootbus.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.bootbus.schema.BackendUnavailableException.Reason;
import dev.bootbus.schema.DhcpRequest.Facts;
import dev.bootbus.schema.DhcpResponse.Dhcp;
import dev.bootbus.schema.testing.NatsServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Replies that nobody waits for are counted, and never taken for the answer to another question.
/// The backends here are jnats connections, because they must misbehave.
class ReplyInboxTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Envelope ENVELOPE = Envelope.of("/bootbus/test", "test");
  private static final Inet4Address ADDRESS = Inet4Address.ofLiteral("192.168.77.100");

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private NatsServer nats;
  private Connection backend;
  private Bus bus;

  @BeforeEach
  void connect() throws Exception {
    nats = NatsServer.start();
    backend = Nats.connect(nats.url());
  }

  @AfterEach
  void close() throws Exception {
    bus.close();
    backend.close();
    nats.close();
  }

  private void ask(Duration deadline) {
    bus =
        Bus.connect(
            BusSettings.of("asking")
                .withServers(nats.url())
                .withDeadline(deadline)
                .withMeters(meters),
            state -> {});
    await().atMost(SOON).until(() -> reason(() -> bus.ask(machine(0))) != Reason.DISCONNECTED);
  }

  private void answer(io.nats.client.MessageHandler handler) throws Exception {
    backend.createDispatcher(handler).subscribe(Subjects.DEFAULT.dhcp());
    backend.flush(SOON);
  }

  private static DhcpRequest machine(int number) {
    byte[] mac = {2, 0, 0, 0, (byte) (number >> 8), (byte) number};
    return new DhcpRequest(MacAddress.of(mac), "", Facts.NONE);
  }

  private static byte[] answerTo(Message message) throws MalformedMessageException {
    DhcpRequest request = DhcpJson.readRequest(message.getData());
    Dhcp dhcp = Dhcp.of(request.mac(), ADDRESS, Addresses.mask(24), 60);
    return DhcpJson.write(ENVELOPE, DhcpResponse.address(dhcp));
  }

  private double ignored(String reason) {
    return meters.get("bootbus.bus.replies.ignored").tag("reason", reason).counter().count();
  }

  @Test
  void ofTwoBackendsThatBothAnswerTheFirstIsHeard() throws Exception {
    Connection second = Nats.connect(nats.url());
    try {
      for (Connection each : List.of(backend, second)) {
        each.createDispatcher(message -> each.publish(message.getReplyTo(), reply(message)))
            .subscribe(Subjects.DEFAULT.dhcp());
        each.flush(SOON);
      }
      ask(SOON);
      double before = ignored("double");
      for (int i = 1; i <= 500; i++) {
        // Bus.ask refuses the answer for another machine, so none was taken for another's
        assertThat(bus.ask(machine(i)))
            .isInstanceOfSatisfying(
                DhcpResponse.Answer.class,
                answer -> assertThat(answer.dhcp().ipAddress()).isEqualTo(ADDRESS));
      }
      // the other reply to the first questions may still have been under way at `before`
      await().atMost(SOON).until(() -> ignored("double") >= before + 500);
    } finally {
      second.close();
    }
    assertThat(ignored("stray")).isZero();
    assertThat(ignored("late")).isZero();
  }

  @Test
  void aReplyAfterTheDeadlineIsLate() throws Exception {
    Queue<Message> held = new ConcurrentLinkedQueue<>();
    answer(held::add);
    ask(Duration.ofMillis(100));
    assertThat(reason(() -> bus.ask(machine(1)))).isEqualTo(Reason.TIMEOUT);
    int late = held.size();
    held.forEach(message -> backend.publish(message.getReplyTo(), reply(message)));

    await().atMost(SOON).until(() -> ignored("late") == late);
    assertThat(ignored("double")).isZero();
    assertThat(ignored("stray")).isZero();
  }

  @Test
  void aReplyToNoQuestionIsStray() throws Exception {
    Queue<Message> held = new ConcurrentLinkedQueue<>();
    answer(
        message -> {
          held.add(message);
          backend.publish(message.getReplyTo(), reply(message));
        });
    ask(SOON);
    String replyTo = held.element().getReplyTo();
    String inbox = replyTo.substring(0, replyTo.lastIndexOf('.') + 1);
    for (String token : List.of("zzzz", "-1", "no~token", "zzzzzzzzzzzzzzzzzzzzzzzz")) {
      backend.publish(inbox + token, reply(held.element()));
    }

    await().atMost(SOON).until(() -> ignored("stray") == 4);
    assertThat(bus.ask(machine(1))).isInstanceOf(DhcpResponse.Answer.class);
  }

  @Test
  void oneQuestionTooManyIsRefusedAtOnceAndTheOthersAreAnswered() throws Exception {
    ask(SOON); // nobody answers yet
    Queue<Message> held = new ConcurrentLinkedQueue<>();
    answer(held::add);
    List<FutureTask<DhcpResponse>> asking = new ArrayList<>();
    for (int i = 0; i < ReplyInbox.MAX_IN_FLIGHT; i++) {
      int number = i;
      FutureTask<DhcpResponse> one = new FutureTask<>(() -> bus.ask(machine(number)));
      asking.add(one);
      Thread.ofVirtual().start(one);
    }
    await().atMost(SOON).until(() -> held.size() == ReplyInbox.MAX_IN_FLIGHT);

    assertThat(reason(() -> bus.ask(machine(5000)))).isEqualTo(Reason.BUSY);
    assertThat(meters.get("bootbus.bus.in.flight").gauge().value())
        .isEqualTo(ReplyInbox.MAX_IN_FLIGHT);

    held.forEach(message -> backend.publish(message.getReplyTo(), reply(message)));
    for (FutureTask<DhcpResponse> one : asking) {
      assertThat(one.get(SOON.toSeconds(), TimeUnit.SECONDS))
          .isInstanceOf(DhcpResponse.Answer.class);
    }
    assertThat(meters.get("bootbus.bus.in.flight").gauge().value()).isZero();
  }

  private static byte[] reply(Message message) {
    try {
      return answerTo(message);
    } catch (MalformedMessageException e) {
      throw new AssertionError(e);
    }
  }

  /// Why it fails; null when it does not.
  private static Reason reason(Callable<?> question) {
    BackendUnavailableException e =
        catchThrowableOfType(BackendUnavailableException.class, question::call);
    return e == null ? null : e.reason();
  }
}
