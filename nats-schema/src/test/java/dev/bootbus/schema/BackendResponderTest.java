package dev.bootbus.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bootbus.schema.DhcpRequest.Facts;
import dev.bootbus.schema.DhcpResponse.Dhcp;
import dev.bootbus.schema.testing.NatsServer;
import io.cloudevents.CloudEvent;
import io.cloudevents.jackson.JsonFormat;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Subscription;
import java.net.Inet4Address;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The backend SDK as a foreign asker sees it: raw bytes over a real nats-server.
class BackendResponderTest {
  private static final MacAddress MAC = MacAddress.parse("52:54:00:77:00:10");
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String SUBJECT = Subjects.DEFAULT.dhcp();
  private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private final List<BusState> told = new CopyOnWriteArrayList<>();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
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
    if (backend != null) {
      backend.close();
    }
    stranger.close();
    nats.close();
  }

  private void serve(ServiceTerms terms, Bus.DhcpHandler handler) throws Exception {
    BusSettings settings = BusSettings.of("my-backend").withServers(nats.url()).withMeters(meters);
    backend = BackendResponder.connect(settings, terms, told::add).answerDhcp(handler);
    await().atMost(SOON).until(() -> !services("PING").isEmpty());
  }

  private static ServiceTerms terms() {
    return ServiceTerms.of("my-group").withVersion("1.2.3").withDescription("knows two machines");
  }

  private static DhcpResponse known(DhcpRequest request) {
    Inet4Address address = Inet4Address.ofLiteral("192.168.77.100");
    Inet4Address mask = Inet4Address.ofLiteral("255.255.255.0");
    return DhcpResponse.address(Dhcp.of(request.mac(), address, mask, 60));
  }

  private static byte[] question(String trace) {
    Envelope envelope = Envelope.of("/t", "t").fresh(trace);
    return DhcpJson.write(envelope, new DhcpRequest(MAC, trace, Facts.NONE));
  }

  private byte[] raw(byte[] asked) throws Exception {
    return stranger.request(SUBJECT, asked, SOON).getData();
  }

  private DhcpResponse ask() throws Exception {
    return DhcpJson.readResponse(raw(question("")));
  }

  private List<JsonNode> services(String verb) throws Exception {
    String inbox = stranger.createInbox();
    Subscription replies = stranger.subscribe(inbox);
    stranger.publish("$SRV." + verb, inbox, new byte[0]);
    List<JsonNode> found = new ArrayList<>();
    Message reply = replies.nextMessage(Duration.ofMillis(200));
    while (reply != null && !reply.isStatusMessage()) {
      found.add(new ObjectMapper().readTree(reply.getData()));
      reply = replies.nextMessage(Duration.ofMillis(50));
    }
    replies.unsubscribe();
    return found;
  }

  @Test
  void natsMicroShowsItWithItsEndpointsAndCounts() throws Exception {
    serve(terms(), BackendResponderTest::known);
    backend.answerFiles(request -> new FileAnswer.NotFound("no files here"));
    await().atMost(SOON).until(() -> services("INFO").getFirst().get("endpoints").size() == 2);
    ask();

    JsonNode info = services("INFO").getFirst();
    assertThat(info.get("name").asText()).isEqualTo("my-backend");
    assertThat(info.get("version").asText()).isEqualTo("1.2.3");
    assertThat(info.get("description").asText()).isEqualTo("knows two machines");
    JsonNode endpoint = dhcp(info);
    assertThat(endpoint.get("name").asText()).isEqualTo("dhcp");
    assertThat(endpoint.get("subject").asText()).isEqualTo(SUBJECT);
    assertThat(endpoint.get("queue_group").asText()).isEqualTo("my-group");
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              JsonNode stats = dhcp(services("STATS").getFirst());
              assertThat(stats.path("num_requests").asLong()).isEqualTo(1);
              assertThat(stats.path("data").path("answered").asLong()).isEqualTo(1);
              assertThat(stats.path("data").path("average-microseconds").asLong()).isPositive();
            });
  }

  private static JsonNode dhcp(JsonNode service) {
    for (JsonNode endpoint : service.get("endpoints")) {
      if (endpoint.get("name").asText().equals("dhcp")) {
        return endpoint;
      }
    }
    throw new AssertionError("no endpoint dhcp in " + service);
  }

  @Test
  void theReplyIsInTheTraceOfTheRequestAsAStepOfItsOwn() throws Exception {
    CompletableFuture<String> seen = new CompletableFuture<>();
    serve(
        terms(),
        request -> {
          seen.complete(request.traceparent());
          return known(request);
        });

    CloudEvent reply = new JsonFormat().deserialize(raw(question(TRACE)));

    assertThat(seen).isCompletedWithValue(TRACE);
    Traceparent parent = Traceparent.parse(TRACE).orElseThrow();
    Traceparent step =
        Traceparent.parse(String.valueOf(reply.getExtension("traceparent"))).orElseThrow();
    assertThat(step.traceId()).isEqualTo(parent.traceId());
    assertThat(step.parentId()).isNotEqualTo(parent.parentId());
    assertThat(step.flags()).isEqualTo(1);
    assertThat(new JsonFormat().deserialize(raw(question(""))).getExtension("traceparent"))
        .isNull();
  }

  @Test
  void aHandlerThatTakesTooLongIsAnsweredForAndWoken() throws Exception {
    CompletableFuture<Boolean> woken = new CompletableFuture<>();
    serve(
        terms().withDeadline(Duration.ofMillis(200)),
        request -> {
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            woken.complete(true);
            throw e;
          }
          return known(request);
        });

    assertThat(ask()).isEqualTo(new DhcpResponse.Error(503, "the backend had no answer in 200 ms"));
    assertThat(woken.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(told).noneMatch(BusState.HandlerFailed.class::isInstance);
    assertThat(ended("expired")).isEqualTo(1);
  }

  private double ended(String end) {
    return meters.get("bootbus.responder.requests").tag("end", end).counter().count();
  }

  @Test
  void oneTooManyIsAnsweredWith429() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch busy = new CountDownLatch(2);
    serve(
        terms().withMaxInFlight(2).withDeadline(SOON),
        request -> {
          busy.countDown();
          end.await();
          return known(request);
        });
    List<CompletableFuture<Message>> waiting =
        List.of(stranger.request(SUBJECT, question("")), stranger.request(SUBJECT, question("")));
    assertThat(busy.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(meters.get("bootbus.responder.in.flight").gauge().value()).isEqualTo(2);

    assertThat(ask()).isEqualTo(new DhcpResponse.Error(429, "too many requests at once"));
    end.countDown();
    for (CompletableFuture<Message> reply : waiting) {
      byte[] bytes = reply.get(10, TimeUnit.SECONDS).getData();
      assertThat(DhcpJson.readResponse(bytes)).isInstanceOf(DhcpResponse.Answer.class);
    }
    assertThat(ended("busy")).isEqualTo(1);
    assertThat(ended("answered")).isEqualTo(2);
  }

  @Test
  void garbageIsAnsweredWith400AndAFailureWith500() throws Exception {
    serve(
        terms(),
        request -> {
          throw new java.io.IOException("the database is down");
        });

    assertThat(ask()).isEqualTo(new DhcpResponse.Error(500, "the backend failed: IOException"));
    assertThat(told).last().asString().contains("the database is down");
    for (String garbage : List.of("", "garbage", "[]", "{\"data\":7}", "{\"data\":{}")) {
      byte[] reply = raw(garbage.getBytes(StandardCharsets.UTF_8));
      assertThat(DhcpJson.readResponse(reply))
          .isInstanceOfSatisfying(
              DhcpResponse.Error.class, error -> assertThat(error.code()).isEqualTo(400));
    }
    assertThat(ended("malformed")).isEqualTo(5);
    assertThat(ended("failed")).isEqualTo(1);
  }

  @Test
  void aHandlerThatRecursesForEverIsAnsweredFor() throws Exception {
    serve(terms(), this::forEver);

    assertThat(ask())
        .isEqualTo(new DhcpResponse.Error(500, "the backend failed: StackOverflowError"));
    assertThat(ask()).isInstanceOf(DhcpResponse.Error.class);
  }

  private DhcpResponse forEver(DhcpRequest request) {
    DhcpResponse response = forEver(request);
    return response;
  }

  @Test
  void whatAsksForNoReplyIsCountedAndLeftAlone() throws Exception {
    AtomicBoolean called = new AtomicBoolean();
    serve(
        terms(),
        request -> {
          called.set(true);
          return known(request);
        });

    stranger.publish(SUBJECT, question(""));

    await().atMost(SOON).until(() -> ended("no-reply-subject") == 1);
    assertThat(called).isFalse();
  }

  @Test
  void closingAnswersWhatIsUnderWayAndTakesNoMore() throws Exception {
    CountDownLatch inHand = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    serve(
        terms().withDeadline(SOON),
        request -> {
          inHand.countDown();
          go.await();
          return known(request);
        });
    CompletableFuture<Message> reply = stranger.request(SUBJECT, question(""));
    assertThat(inHand.await(10, TimeUnit.SECONDS)).isTrue();

    Thread closing = Thread.ofVirtual().start(backend::close);
    await().atMost(SOON).until(() -> services("PING").isEmpty());
    assertThat(reply).isNotDone();
    go.countDown();

    byte[] bytes = reply.get(10, TimeUnit.SECONDS).getData();
    assertThat(DhcpJson.readResponse(bytes)).isInstanceOf(DhcpResponse.Answer.class);
    assertThat(closing.join(SOON)).isTrue();
    assertThatThrownBy(() -> stranger.request(SUBJECT, question("")).get(10, TimeUnit.SECONDS))
        .isInstanceOf(java.util.concurrent.CancellationException.class);
  }

  @Test
  void answersAgainAfterTheServerWasAway() throws Exception {
    serve(terms(), BackendResponderTest::known);
    nats.stop();
    await().atMost(SOON).until(() -> told.getLast() instanceof BusState.Disconnected);
    nats.restart();
    await().atMost(SOON).ignoreExceptions().until(() -> ask() instanceof DhcpResponse.Answer);
    assertThat(services("PING")).hasSize(1);
  }
}
