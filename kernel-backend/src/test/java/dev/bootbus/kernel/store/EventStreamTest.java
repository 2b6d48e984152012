package dev.bootbus.kernel.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.kernel.Backends;
import dev.bootbus.kernel.HeardEvents;
import dev.bootbus.kernel.Lab;
import dev.bootbus.kernel.Log;
import dev.bootbus.schema.BootEvent;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.EventKind;
import dev.bootbus.schema.testing.NatsServer;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The stream that captures events, in a real nats-server.
public class EventStreamTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String[] POOL = {"--pool=10.0.0.10-10.0.0.99", "--subnet=10.0.0.0/24"};
  private static final String[] OTHER_LIMITS = {"--events-age=36h", "--events-bytes=64MiB"};

  private static NatsServer nats;
  private Backends backends;

  @BeforeAll
  static void startNats() throws IOException {
    nats = NatsServer.start(true);
  }

  @AfterAll
  static void stopNats() throws IOException {
    nats.close();
  }

  @BeforeEach
  void connect() {
    backends = new Backends(nats);
  }

  @AfterEach
  void disconnect() {
    backends.close();
  }

  private StreamConfiguration configuration() throws IOException, JetStreamApiException {
    return backends.stream().getConfiguration();
  }

  private boolean exists() throws IOException, JetStreamApiException {
    return backends.streams().getStreamNames().contains(backends.streamName());
  }

  @Test
  void theStreamIsThereBeforeARequestIsAnswered() throws Exception {
    backends.start("", POOL);
    StreamConfiguration stream = configuration();
    assertThat(stream.getSubjects()).containsExactly(backends.subjects().event() + ".>");
    assertThat(stream.getMaxAge()).isEqualTo(Duration.ofDays(7));
    assertThat(stream.getMaxBytes()).isEqualTo(256 << 20);
    assertThat(stream.getMaximumMessageSize()).isEqualTo(64 << 10);
    assertThat(stream.getDiscardPolicy()).isEqualTo(DiscardPolicy.Old);
    assertThat(stream.getStorageType()).isEqualTo(StorageType.File);
    assertThat(stream.getReplicas()).isEqualTo(1);
  }

  @Test
  void replicasThatStartAtOnceMakeOneStream() throws Exception {
    try (Log log = new Log()) {
      backends.startAtOnce("", List.of(POOL, POOL, POOL));
      assertThat(configuration().getMaxAge()).isEqualTo(Duration.ofDays(7));
      assertThat(log.lines("event stream "))
          .isNotEmpty()
          .allMatch(line -> line.contains(" created "));
    }
  }

  @Test
  void replicasWithOtherLimitsDoNotFight() throws Exception {
    try (Log log = new Log()) {
      backends.startAtOnce("", List.of(OTHER_LIMITS, new String[] {"--events-age=90m"}));
      AtomicReference<Duration> last = new AtomicReference<>(Duration.ZERO);
      await()
          .during(Duration.ofMillis(5500)) // both look after it twice
          .atMost(SOON.multipliedBy(2)) // on a busy machine one of them may have to try again
          .until(
              () -> {
                Duration now = configuration().getMaxAge();
                return last.getAndSet(now).equals(now);
              });
      assertThat(last.get()).isIn(Duration.ofHours(36), Duration.ofMinutes(90));
      assertThat(log.lines("event stream updated")).hasSizeLessThanOrEqualTo(2);
      assertThat(log.lines("event stream unavailable")).isEmpty();
    }
  }

  @Test
  void otherFlagsChangeTheLimitsAndKeepTheEvents() throws Exception {
    backends.start("", POOL);
    publish("a");
    await().atMost(SOON).until(() -> backends.stream().getStreamState().getMsgCount() == 1);
    backends.stopNewest();
    try (Log log = new Log()) {
      backends.start("", OTHER_LIMITS);
      assertThat(log.lines("event stream updated")).hasSize(1);
    }
    assertThat(configuration().getMaxAge()).isEqualTo(Duration.ofHours(36));
    assertThat(configuration().getMaxBytes()).isEqualTo(64 << 20);
    assertThat(backends.stream().getStreamState().getMsgCount()).isEqualTo(1);

    // shorter than the window in which nats-server knows duplicates
    backends.stopNewest();
    backends.start("", "--events-age=1m", "--events-bytes=1GiB");
    assertThat(configuration().getMaxAge()).isEqualTo(Duration.ofMinutes(1));
    assertThat(configuration().getMaxBytes()).isEqualTo(1 << 30);
  }

  @Test
  void whatTheOperatorAddedIsKept() throws Exception {
    backends.start("", POOL);
    backends.stopNewest();
    backends
        .streams()
        .updateStream(
            StreamConfiguration.builder(configuration())
                .maxMessagesPerSubject(1000)
                .maxAge(Duration.ofDays(1))
                .build());
    backends.start("", POOL);
    assertThat(configuration().getMaxMsgsPerSubject()).isEqualTo(1000);
    assertThat(configuration().getMaxAge()).isEqualTo(Duration.ofDays(7));
  }

  @Test
  void aDeletedStreamComesBack() throws Exception {
    backends.startAtOnce("", List.of(OTHER_LIMITS, OTHER_LIMITS));
    backends.streams().deleteStream(backends.streamName());
    await().atMost(SOON).until(this::exists);
    assertThat(configuration().getMaxAge()).isEqualTo(Duration.ofHours(36));
    // a stream can be seen a moment before it captures
    await()
        .atMost(SOON)
        .until(
            () -> {
              publish("again");
              return backends.stream().getStreamState().getMsgCount() > 0;
            });
  }

  @Test
  void eventsOfAnyServiceAreCapturedInOrder() throws Exception {
    backends.start("", POOL);
    List<String> published = IntStream.range(0, 100).mapToObj(String::valueOf).toList();
    publish(published.toArray(String[]::new));
    await().atMost(SOON).until(() -> backends.stream().getStreamState().getMsgCount() == 100);

    List<String> read = new ArrayList<>();
    for (int i = 1; i <= 100; i++) {
      var message = backends.streams().getMessage(backends.streamName(), i);
      assertThat(message.getSubject())
          .isEqualTo(backends.subjects().event() + ".dhcp-server.offer");
      read.add(Records.read(message.getData()).path("data").path("Transaction").asText());
    }
    assertThat(read).isEqualTo(published);
  }

  private void publish(String... transactions) {
    try (Bus service = backends.service("dhcp-server")) {
      for (String transaction : transactions) {
        service.publish(BootEvent.of(EventKind.DHCP_OFFER).transaction(transaction));
      }
    }
  }

  @Test
  void whatIsLargerThanAnyEventIsNotKept() throws Exception {
    backends.start("", POOL);
    String subject = backends.subjects().event() + ".http-server.served";
    backends.connection().publish(subject, new byte[65 << 10]);
    backends.connection().publish(subject, new byte[1 << 10]);
    await().atMost(SOON).until(() -> backends.stream().getStreamState().getLastSequence() > 0);
    StreamInfo stream = backends.stream();
    assertThat(stream.getStreamState().getMsgCount()).isEqualTo(1);
    assertThat(stream.getStreamState().getByteCount()).isLessThan(2 << 10);
  }

  @Test
  void withoutEventsThereIsNoStream() throws Exception {
    backends.start("", "--events=off", "--pool=10.0.0.10-10.0.0.99", "--subnet=10.0.0.0/24");
    try (HeardEvents bound = new HeardEvents(backends, EventKind.LEASE_BOUND);
        HeardEvents registered = new HeardEvents(backends, EventKind.NODE_REGISTERED)) {
      assertThat(backends.address(Lab.request(Lab.mac(1), null))).startsWith("10.0.0.");
      backends.stopNewest(); // publishes what is to be published
      bound.flush();
      assertThat(bound.count() + registered.count()).isZero();
    }
    assertThat(exists()).isFalse();
  }

  @Test
  void tooLittleStorageIsToldOnceAndRequestsAreAnswered() throws Exception {
    try (Log log = new Log()) {
      backends.start("", "--events-bytes=999999GiB", POOL[0], POOL[1]);
      assertThat(backends.ask(Lab.discover(Lab.mac(1)))).isInstanceOf(DhcpResponse.Answer.class);
      await()
          .during(Duration.ofMillis(5500)) // two attempts and more
          .atMost(SOON)
          .until(() -> log.lines("event stream unavailable").size() == 1);
      assertThat(log.lines("event stream unavailable").getFirst())
          .startsWith(
              "WARN event stream unavailable, trying again: stream "
                  + backends.streamName()
                  + ": insufficient storage");
      assertThat(exists()).isFalse();
    }
  }

  @Test
  void subjectsOfAnotherStreamAreToldOnceUntilItIsGone() throws Exception {
    backends.start("", "--events=off");
    backends
        .streams()
        .addStream(
            StreamConfiguration.builder()
                .name("mine")
                .subjects(backends.subjects().event() + ".>")
                .build());
    try (Log log = new Log()) {
      backends.start("", POOL);
      assertThat(log.lines("event stream unavailable"))
          .hasSize(1)
          .allMatch(line -> line.contains("subjects overlap with an existing stream"));
      backends.streams().deleteStream("mine");
      await().atMost(SOON).until(() -> log.lines("event stream back").size() == 1);
    }
    assertThat(exists()).isTrue();
  }
}
