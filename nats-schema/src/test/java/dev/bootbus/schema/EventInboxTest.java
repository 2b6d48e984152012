package dev.bootbus.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.bootbus.schema.testing.NatsServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.Connection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What one process publishes, others read, over a real nats-server.
class EventInboxTest {
  private static final String SERVED = Subjects.DEFAULT.of(EventKind.HTTP_SERVED);
  private static final Duration SOON = Duration.ofSeconds(10);

  private final List<BootEvent> read = new CopyOnWriteArrayList<>();
  private final List<BusState> told = new CopyOnWriteArrayList<>();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Deque<Bus> buses = new ArrayDeque<>();
  private NatsServer nats;
  private Bus publisher;
  private Connection raw;

  @BeforeEach
  void connect() throws Exception {
    nats = NatsServer.start();
    publisher = bus("publisher");
    CompletableFuture<Connection> connected = new CompletableFuture<>();
    publisher.onConnection(connected::complete);
    raw = connected.get(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void close() throws Exception {
    buses.forEach(Bus::close);
    nats.close();
  }

  private Bus bus(String name) {
    BusSettings settings = BusSettings.of(name).withServers(nats.url()).withMeters(meters);
    Bus bus = Bus.connect(settings, told::add);
    buses.push(bus);
    return bus;
  }

  /// A process that reads, once nats-server knows of it.
  private Bus reader() throws Exception {
    Bus bus = bus("reader");
    CompletableFuture<Connection> connected = new CompletableFuture<>();
    bus.onEvents("group", Set.of(EventKind.HTTP_SERVED, EventKind.TFTP_FINISHED), this::take);
    bus.onConnection(connected::complete);
    connected.get(10, TimeUnit.SECONDS).flush(SOON);
    return bus;
  }

  private void take(BootEvent event) {
    if (event.transaction().equals("bug")) {
      throw new IllegalStateException("a bug");
    }
    read.add(event);
  }

  private static BootEvent event(EventKind kind, String transaction) {
    return BootEvent.of(kind).transaction(transaction);
  }

  private List<String> transactions() {
    return read.stream().map(BootEvent::transaction).toList();
  }

  private double counted(EventInbox.End end) {
    return meters
        .counter("bootbus.events.read", "result", end.name().toLowerCase(java.util.Locale.ROOT))
        .count();
  }

  @Test
  void oneOfAQueueGroupReadsEachEventOfItsKinds() throws Exception {
    reader();
    reader();
    BootEvent first =
        event(EventKind.HTTP_SERVED, "0")
            .mac(MacAddress.parse("52:54:00:77:00:10"))
            .traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
            .with(EventFact.FILE, "vmlinuz")
            .with(EventFact.SECONDS, 0.25);
    publisher.publish(first);
    publisher.publish(event(EventKind.HTTP_RANGE, "another kind"));
    for (int i = 1; i < 100; i++) {
      publisher.publish(event(EventKind.TFTP_FINISHED, String.valueOf(i)));
    }

    await().atMost(SOON).until(() -> read.size() >= 100);
    buses.forEach(Bus::close); // so that none is on its way
    assertThat(transactions()).hasSize(100).doesNotHaveDuplicates().doesNotContain("another kind");
    assertThat(read).contains(first);
  }

  @Test
  void oneReaderReadsThemInOrder() throws Exception {
    reader();
    for (int i = 0; i < 200; i++) {
      publisher.publish(event(EventKind.HTTP_SERVED, String.valueOf(i)));
    }

    await().atMost(SOON).until(() -> read.size() == 200);
    assertThat(transactions())
        .isSortedAccordingTo((a, b) -> Integer.parseInt(a) - Integer.parseInt(b));
  }

  @Test
  void readsAgainAfterNatsServerWasAway() throws Exception {
    reader();
    nats.stop();
    await().atMost(SOON).until(() -> told.stream().filter(BusState::isTrouble).count() == 2);
    nats.restart();

    await()
        .atMost(SOON)
        .until(
            () -> {
              publisher.publish(event(EventKind.HTTP_SERVED, "back"));
              return transactions().contains("back");
            });
  }

  @Test
  void whatIsNoEventIsCountedAndLeft() throws Exception {
    reader();
    String other =
        "{\"specversion\":\"1.0\",\"type\":\"dev.bootbus.event.http-server.failed\","
            + "\"time\":\"2026-01-01T00:00:00Z\",\"data\":{}}";
    List<String> malformed =
        List.of(
            "",
            "\u0000\u0001",
            "[]",
            "{\"type\":\"dev.bootbus.event.http-server.served\"}",
            other.replace("failed", "served").replace("{}", "{\"Bytes\":\"many\"}"),
            other.replace("failed", "served").replace("{}", "{\"Seconds\":1e999}"),
            other.replace("failed", "served").replace("{}", "{\"MACAddress\":\"x:y\"}"),
            other.replace("failed", "served").replace("2026", "when"));
    malformed.forEach(text -> raw.publish(SERVED, text.getBytes(StandardCharsets.UTF_8)));
    raw.publish(SERVED, other.getBytes(StandardCharsets.UTF_8));
    raw.publish(SERVED, other.replace("failed", "unheard-of").getBytes(StandardCharsets.UTF_8));
    publisher.publish(event(EventKind.HTTP_SERVED, "good"));

    await().atMost(SOON).until(() -> transactions().equals(List.of("good")));
    assertThat(counted(EventInbox.End.MALFORMED)).isEqualTo(malformed.size());
    assertThat(counted(EventInbox.End.IGNORED)).isEqualTo(2);
    assertThat(told).noneMatch(BusState::isTrouble);
  }

  @Test
  void aReaderThatThrowsReadsOn() throws Exception {
    reader();
    publisher.publish(event(EventKind.HTTP_SERVED, "bug"));
    publisher.publish(event(EventKind.HTTP_SERVED, "good"));

    await().atMost(SOON).until(() -> transactions().equals(List.of("good")));
    assertThat(counted(EventInbox.End.FAILED)).isEqualTo(1);
    assertThat(told).filteredOn(BusState.HandlerFailed.class::isInstance).hasSize(1);
  }

  @Test
  void aReaderThatIsTooSlowLosesTheRestAndItIsCounted() throws Exception {
    CountDownLatch stuck = new CountDownLatch(1);
    Bus slow = bus("slow");
    CompletableFuture<Connection> connected = new CompletableFuture<>();
    slow.onEvents(
        "group",
        Set.of(EventKind.HTTP_SERVED),
        event -> {
          try {
            stuck.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          take(event);
        });
    slow.onConnection(connected::complete);
    Connection connection = connected.get(10, TimeUnit.SECONDS);
    connection.flush(SOON);
    byte[] bytes = EventJson.write("/bootbus/x", event(EventKind.HTTP_SERVED, "many"));
    for (int i = 0; i < 6000; i++) {
      raw.publish(SERVED, bytes);
    }
    raw.flush(SOON);
    connection.flush(SOON); // its PONG comes behind all of them
    stuck.countDown();

    await().atMost(SOON).until(() -> read.size() + counted(EventInbox.End.DROPPED) >= 6000);
    assertThat(counted(EventInbox.End.DROPPED)).isGreaterThan(1000);
  }

  @Test
  void whatHasComeIsReadBeforeTheEnd() throws Exception {
    Bus reader = reader();
    CompletableFuture<Connection> connected = new CompletableFuture<>();
    reader.onConnection(connected::complete);
    for (int i = 0; i < 500; i++) {
      publisher.publish(event(EventKind.HTTP_SERVED, String.valueOf(i)));
    }
    publisher.close(); // publishes the last
    connected.get().flush(SOON);
    reader.close();

    assertThat(read).hasSize(500);
  }

  @Test
  void aQueueGroupIsAName() {
    assertThatThrownBy(() -> publisher.onEvents("a b", Set.of(EventKind.HTTP_SERVED), read::add))
        .hasMessage("not a queue group: a b");
  }
}
