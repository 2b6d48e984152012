package dev.bootbus.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.bootbus.schema.testing.NatsServer;
import io.cloudevents.CloudEvent;
import io.cloudevents.jackson.JsonFormat;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import io.nats.client.Nats;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/// Boot events: their JSON, and their way over a real nats-server.
class EventsTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private static final BootEvent EVENT =
      BootEvent.of(EventKind.TFTP_FINISHED)
          .at(Instant.parse("2026-11-21T06:00:00.123Z"))
          .mac(MacAddress.parse("52:54:00:77:00:10"))
          .address(InetAddress.ofLiteral("192.168.77.100"))
          .uuid("564d4c41-4200-4077-8000-000000000010")
          .transaction("2a")
          .traceparent(TRACE)
          .with(EventFact.FILE, "ipxe.efi")
          .with(EventFact.BYTES, 1_048_576L)
          .with(EventFact.SECONDS, 0.25);

  @Test
  void anEventIsACloudEventAboutTheMachine() {
    byte[] bytes = EventJson.write("/bootbus/tftp-server", EVENT);

    CloudEvent event = new JsonFormat().deserialize(bytes);
    assertThat(event.getType()).isEqualTo("dev.bootbus.event.tftp-server.finished");
    assertThat(event.getSource()).hasToString("/bootbus/tftp-server");
    assertThat(event.getSubject()).isEqualTo("52:54:00:77:00:10");
    assertThat(event.getTime()).hasToString("2026-11-21T06:00:00.123Z");
    assertThat(event.getExtension("traceparent")).isEqualTo(TRACE);
    assertThat(new String(bytes, StandardCharsets.UTF_8))
        .contains(
            "\"data\":{\"Outcome\":\"DONE\",\"MACAddress\":\"52:54:00:77:00:10\","
                + "\"IPAddress\":\"192.168.77.100\","
                + "\"UUID\":\"564d4c41-4200-4077-8000-000000000010\",\"Transaction\":\"2a\","
                + "\"TraceID\":\"0af7651916cd43dd8448eb211c80319c\",\"File\":\"ipxe.efi\","
                + "\"Bytes\":1048576,\"Seconds\":0.25}");
  }

  @Test
  void whatIsWrittenIsRead() throws Exception {
    assertThat(EventJson.read(EventJson.write("/t", EVENT))).contains(EVENT);
    for (EventKind kind : EventKind.values()) {
      BootEvent bare = BootEvent.of(kind).at(Instant.EPOCH).because("a-code", "A sentence.");
      assertThat(EventJson.read(EventJson.write("/t", bare))).contains(bare);
    }
  }

  @Test
  void anEventOfALaterVersionIsPassedOver() throws Exception {
    String later =
        new String(EventJson.write("/t", EVENT), StandardCharsets.UTF_8)
            .replace("tftp-server.finished", "tftp-server.paused");

    assertThat(EventJson.read(later.getBytes(StandardCharsets.UTF_8))).isEmpty();
  }

  @Test
  void aFactOfTheWrongTypeIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EVENT.with(EventFact.BYTES, 7))
        .withMessage("Bytes is a Long, not 7");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EVENT.with(EventFact.STATUS, 200L))
        .withMessage("tftp-server.finished does not tell Status");
  }

  @Test
  void theyArePublishedInOrderAndOutlastALossOfTheBus() throws Exception {
    List<Message> seen = new CopyOnWriteArrayList<>();
    try (NatsServer nats = NatsServer.start();
        Bus bus = bus(nats, new SimpleMeterRegistry(), new CopyOnWriteArrayList<>())) {
      Connection subscriber = subscriber(nats, seen);
      bus.publish(EVENT.transaction("first"));
      await().atMost(SOON).until(() -> seen.size() == 1);
      assertThat(seen.getFirst().getSubject()).isEqualTo("bootbus.v1.event.tftp-server.finished");
      assertThat(seen.getFirst().getHeaders().getFirst("content-type"))
          .isEqualTo("application/cloudevents+json");

      nats.stop();
      await().atMost(SOON).until(() -> subscriber.getStatus() != Connection.Status.CONNECTED);
      bus.publish(EVENT.transaction("meanwhile"));
      nats.restart();
      await().atMost(SOON).until(() -> subscriber.getStatus() == Connection.Status.CONNECTED);
      bus.publish(EVENT.transaction("after"));

      await().atMost(SOON).until(() -> seen.stream().anyMatch(m -> text(m).contains("after")));
      assertThat(EventJson.read(seen.getLast().getData()))
          .hasValueSatisfying(last -> assertThat(last.transaction()).isEqualTo("after"));
      subscriber.close();
    }
  }

  private static String text(Message message) {
    return new String(message.getData(), StandardCharsets.UTF_8);
  }

  private static Connection subscriber(NatsServer nats, List<Message> seen) throws Exception {
    Connection connection = Nats.connect(nats.url());
    Dispatcher dispatcher = connection.createDispatcher(seen::add);
    dispatcher.subscribe("bootbus.v1.event.>");
    connection.flush(SOON);
    return connection;
  }

  private static Bus bus(NatsServer nats, SimpleMeterRegistry meters, List<BusState> told) {
    return Bus.connect(
        BusSettings.of("tftp-server").withServers(nats.url()).withMeters(meters), told::add);
  }

  @Test
  void withoutABusTheNewestAreDroppedCountedAndToldOnce() throws Exception {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    List<BusState> told = new CopyOnWriteArrayList<>();
    try (NatsServer nats = NatsServer.start()) {
      nats.stop();
      try (Bus bus = bus(nats, meters, told)) {
        for (int i = 0; i < 5000; i++) {
          bus.publish(EVENT);
        }
        double dropped = count(meters, "dropped");
        assertThat(dropped).isBetween(5000.0 - 4096 - 1, 5000.0 - 4096);
        assertThat(told.stream().filter(BusState.EventsDropped.class::isInstance)).hasSize(1);
        nats.restart();
        await().atMost(SOON).until(() -> count(meters, "published") == 5000 - dropped);
      }
    }
  }

  private static double count(SimpleMeterRegistry meters, String result) {
    return meters.get("bootbus.events").tag("result", result).counter().count();
  }

  @Test
  void switchedOffNothingIsPublished() throws Exception {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    try (NatsServer nats = NatsServer.start();
        Bus bus =
            Bus.connect(
                BusSettings.of("t").withServers(nats.url()).withMeters(meters).withEvents(false),
                state -> {})) {
      bus.publish(EVENT);
      assertThat(count(meters, "published") + count(meters, "dropped")).isZero();
    }
  }
}
