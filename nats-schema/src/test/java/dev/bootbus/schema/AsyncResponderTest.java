package dev.bootbus.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Handlers that answer later, as a foreign asker sees them.
class AsyncResponderTest {
  private static final MacAddress MAC = MacAddress.parse("52:54:00:77:00:10");
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final ServiceTerms TERMS = ServiceTerms.of("group").withDeadline(SOON);

  private final List<BusState> told = new CopyOnWriteArrayList<>();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Queue<CompletableFuture<DhcpResponse>> taken = new ConcurrentLinkedQueue<>();
  private NatsServer nats;
  private Connection stranger;
  private BackendResponder backend;

  @BeforeEach
  void connect() throws Exception {
    nats = NatsServer.start();
    stranger = Nats.connect(nats.url());
  }

  @AfterEach
  void close() throws Exception {
    backend.close();
    stranger.close();
    nats.close();
  }

  private void serve(ServiceTerms terms, Bus.AsyncDhcpHandler handler) throws Exception {
    BusSettings settings = BusSettings.of("later").withServers(nats.url()).withMeters(meters);
    backend = BackendResponder.connect(settings, terms, told::add).answerDhcpAsync(handler);
    await()
        .atMost(SOON)
        .until(() -> stranger.request("$SRV.PING", null, Duration.ofMillis(200)) != null);
  }

  private CompletionStage<DhcpResponse> later(DhcpRequest request) {
    CompletableFuture<DhcpResponse> answer = new CompletableFuture<>();
    taken.add(answer);
    return answer;
  }

  private static DhcpResponse known() {
    Inet4Address address = Inet4Address.ofLiteral("192.168.77.100");
    return DhcpResponse.address(Dhcp.of(MAC, address, Addresses.mask(24), 60));
  }

  private CompletableFuture<Message> asked() {
    byte[] question =
        DhcpJson.write(Envelope.of("/t", "t").fresh(""), new DhcpRequest(MAC, "", Facts.NONE));
    return stranger.request(Subjects.DEFAULT.dhcp(), question);
  }

  private static DhcpResponse answer(CompletableFuture<Message> reply) throws Exception {
    return DhcpJson.readResponse(reply.get(SOON.toSeconds(), TimeUnit.SECONDS).getData());
  }

  private double ended(String end) {
    return meters.get("bootbus.responder.requests").tag("end", end).counter().count();
  }

  private double inFlight() {
    return meters.get("bootbus.responder.in.flight").gauge().value();
  }

  @Test
  void requestsThatAreUnderWayHoldUpNoOthersAndAreAnsweredInAnyOrder() throws Exception {
    int requests = 500;
    serve(TERMS, this::later);
    List<CompletableFuture<Message>> replies = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      replies.add(asked());
    }
    await().atMost(SOON).until(() -> taken.size() == requests);
    assertThat(inFlight()).isEqualTo(requests);

    List<CompletableFuture<DhcpResponse>> backwards = new ArrayList<>(taken).reversed();
    backwards.forEach(one -> one.complete(known()));

    for (CompletableFuture<Message> reply : replies) {
      assertThat(answer(reply)).isEqualTo(known());
    }
    assertThat(ended("answered")).isEqualTo(requests);
    await().atMost(SOON).until(() -> inFlight() == 0); // a moment after the reply
  }

  @Test
  void anAnswerThatFailsIs500AndSoIsAHandlerThatThrows() throws Exception {
    serve(
        TERMS,
        request -> {
          if (taken.isEmpty()) {
            return later(request);
          }
          throw new IllegalStateException("a bug");
        });
    CompletableFuture<Message> first = asked();
    await().atMost(SOON).until(() -> taken.size() == 1);
    taken.element().completeExceptionally(new java.io.IOException("the database is down"));

    assertThat(answer(first))
        .isEqualTo(new DhcpResponse.Error(500, "the backend failed: IOException"));
    assertThat(told).last().asString().contains("the database is down");
    assertThat(answer(asked()))
        .isEqualTo(new DhcpResponse.Error(500, "the backend failed: IllegalStateException"));
    await().atMost(SOON).until(() -> inFlight() == 0); // a moment after the reply
  }

  @Test
  void anAnswerThatDoesNotComeIs503AndMakesRoomForAnother() throws Exception {
    serve(TERMS.withMaxInFlight(1).withDeadline(Duration.ofSeconds(1)), this::later);
    CompletableFuture<Message> first = asked();
    await().atMost(SOON).until(() -> taken.size() == 1);

    assertThat(answer(asked())).isEqualTo(new DhcpResponse.Error(429, "too many requests at once"));
    assertThat(answer(first))
        .isEqualTo(new DhcpResponse.Error(503, "the backend had no answer in 1000 ms"));
    await().atMost(SOON).until(() -> inFlight() == 0);
    taken.remove().complete(known()); // too late to matter

    CompletableFuture<Message> second = asked();
    await().atMost(SOON).until(() -> !taken.isEmpty());
    taken.element().complete(known());
    assertThat(answer(second)).isEqualTo(known());
    await().atMost(SOON).until(() -> inFlight() == 0); // a moment after the reply
    assertThat(told).noneMatch(BusState.HandlerFailed.class::isInstance);
  }

  @Test
  void closingWaitsForWhatIsUnderWay() throws Exception {
    serve(TERMS, this::later);
    CompletableFuture<Message> reply = asked();
    await().atMost(SOON).until(() -> taken.size() == 1);

    Thread closing = Thread.ofVirtual().start(backend::close);
    await().during(Duration.ofMillis(100)).atMost(SOON).until(closing::isAlive);
    taken.element().complete(known());

    assertThat(answer(reply)).isEqualTo(known());
    assertThat(closing.join(SOON)).isTrue();
  }
}
