package dev.bootbus.dhcp;

import static dev.bootbus.dhcp.Machines.ADDRESS;
import static dev.bootbus.dhcp.Machines.ANSWER;
import static dev.bootbus.dhcp.Machines.SERVER;
import static dev.bootbus.dhcp.Machines.SETTINGS;
import static dev.bootbus.dhcp.wire.MessageType.DECLINE;
import static dev.bootbus.dhcp.wire.MessageType.DISCOVER;
import static dev.bootbus.dhcp.wire.MessageType.RELEASE;
import static dev.bootbus.dhcp.wire.MessageType.REQUEST;
import static dev.bootbus.schema.EventKind.BACKEND_SILENT;
import static dev.bootbus.schema.EventKind.DHCP_ACK;
import static dev.bootbus.schema.EventKind.DHCP_DECLINE;
import static dev.bootbus.schema.EventKind.DHCP_DISCOVER;
import static dev.bootbus.schema.EventKind.DHCP_NAK;
import static dev.bootbus.schema.EventKind.DHCP_OFFER;
import static dev.bootbus.schema.EventKind.DHCP_REFUSED;
import static dev.bootbus.schema.EventKind.DHCP_RELEASE;
import static dev.bootbus.schema.EventKind.DHCP_REQUEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.bootbus.dhcp.RunningServer.Knowing;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.schema.BackendUnavailableException;
import dev.bootbus.schema.BackendUnavailableException.Reason;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpRequest.Facts;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.DhcpResponse.Netboot;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.testing.EventTap;
import dev.bootbus.schema.testing.EventTap.Heard;
import dev.bootbus.schema.testing.NatsServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// What the bus is told of real packets, heard at a real nats-server.
class BootEventsTest {
  private static final FullDhcp FULL = new FullDhcp(SETTINGS);
  private static final ProxyDhcp PROXY = new ProxyDhcp(SETTINGS);
  private static final Duration SOON = Duration.ofSeconds(10);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private NatsServer nats;
  private EventTap tap;
  private Bus bus;

  @BeforeEach
  void connect() throws Exception {
    nats = NatsServer.start();
    tap = new EventTap(nats);
    bus = bus("dhcp-server", meters, true);
  }

  @AfterEach
  void close() throws Exception {
    bus.close();
    tap.close();
    nats.close();
  }

  private Bus bus(String name, SimpleMeterRegistry meters, boolean events) {
    BusSettings settings =
        BusSettings.of(name).withServers(nats.url()).withMeters(meters).withEvents(events);
    return Bus.connect(settings, state -> {});
  }

  private RunningServer server(Responder responder, Knowing backend) throws Exception {
    return RunningServer.start(responder, backend, bus::publish);
  }

  /// What the machine of [TestPacket] has in all its events.
  private static void assertMachine(Heard event) {
    assertThat(event.event().getSubject()).isEqualTo(TestPacket.MAC);
    assertThat(event.text("MACAddress")).isEqualTo(TestPacket.MAC);
    assertThat(event.text("UUID")).isEqualTo("564d4c41-4200-4077-8000-000000000010");
    assertThat(event.text("Transaction")).isEqualTo("12345678");
    assertThat(event.data().get("ClientArch").longValue()).isEqualTo(7);
    assertThat(event.text("ClientClass")).isEqualTo("efi-x64");
  }

  private static void assertEnded(Heard event, String messageType) {
    assertMachine(event);
    assertThat(event.text("MessageType")).isEqualTo(messageType);
    assertThat(event.data().get("Seconds").doubleValue()).isBetween(0.0, 5.0);
  }

  @Test
  void a_lease_is_told_step_by_step_in_the_traces_that_the_backend_saw() throws Exception {
    List<DhcpRequest> asked = new CopyOnWriteArrayList<>();
    try (Bus backend = bus("backend", new SimpleMeterRegistry(), true);
        RunningServer server = server(FULL, bus::ask);
        TestClient client = new TestClient(server.port())) {
      backend.answerDhcp(
          "test",
          request -> {
            asked.add(request);
            return ANSWER;
          });
      awaitBackend();
      asked.clear();

      client.ask(TestPacket.pxe(DISCOVER, 7));
      List<Heard> discover = tap.await(DHCP_DISCOVER, DHCP_OFFER);
      tap.clear();
      TestPacket select =
          TestPacket.pxe(REQUEST, 7)
              .with(Option.SERVER_ID, SERVER)
              .with(Option.REQUESTED_ADDRESS, ADDRESS);
      client.ask(select);
      List<Heard> request = tap.await(DHCP_REQUEST, DHCP_ACK);
      tap.clear();
      client.ask(select.with(Option.REQUESTED_ADDRESS, SERVER));
      List<Heard> refused = tap.await(DHCP_REQUEST, DHCP_NAK);

      List<List<Heard>> packets = List.of(discover, request, refused);
      assertThat(asked).hasSize(packets.size());
      for (int i = 0; i < packets.size(); i++) {
        String trace = asked.get(i).traceparent();
        assertThat(packets.get(i)).extracting(Heard::traceparent).containsExactly(trace, trace);
        assertThat(packets.get(i)).allSatisfy(BootEventsTest::assertMachine);
      }
      assertThat(asked).extracting(DhcpRequest::traceparent).doesNotHaveDuplicates();
      assertSeen(discover.getFirst());
      assertGiven(discover.getLast(), "DISCOVER");
      assertGiven(request.getLast(), "REQUEST");
      assertNak(refused.getLast());
    }
  }

  private void awaitBackend() {
    DhcpRequest question = new DhcpRequest(MacAddress.parse(TestPacket.MAC), "", Facts.NONE);
    await()
        .atMost(SOON)
        .ignoreExceptionsInstanceOf(BackendUnavailableException.class)
        .until(() -> bus.ask(question).equals(ANSWER));
  }

  private static void assertSeen(Heard seen) {
    assertThat(seen.keys())
        .containsExactlyInAnyOrder(
            "Outcome", "MACAddress", "UUID", "Transaction", "TraceID", "ClientArch", "ClientClass");
  }

  private static void assertGiven(Heard given, String messageType) {
    assertEnded(given, messageType);
    assertThat(given.text("IPAddress")).isEqualTo(ADDRESS.getHostAddress());
    assertThat(given.text("BootFile")).isEqualTo("ipxe.efi");
    assertThat(given.data().get("LeaseSeconds").longValue()).isEqualTo(3600);
    assertThat(given.keys()).doesNotContain("Reason", "Message", "Url");
  }

  private static void assertNak(Heard nak) {
    assertEnded(nak, "REQUEST");
    assertThat(nak.text("Reason")).isEqualTo("other-address");
    assertThat(nak.text("Message")).isEqualTo("the address is 192.168.77.115 now");
    assertThat(nak.keys()).doesNotContain("IPAddress", "BootFile", "LeaseSeconds");
  }

  @Test
  void ipxe_is_told_a_url_and_a_machine_that_may_not_boot_why() throws Exception {
    List<DhcpResponse> answers = new CopyOnWriteArrayList<>();
    try (RunningServer server = server(FULL, request -> answers.getLast());
        TestClient client = new TestClient(server.port())) {
      answers.add(Machines.with(new Netboot(true, Machines.SCRIPT)));
      client.ask(TestPacket.ipxe(DISCOVER, 7));
      Heard offer = tap.await(DHCP_DISCOVER, DHCP_OFFER).getLast();
      assertThat(offer.text("ClientClass")).isEqualTo("ipxe");
      assertThat(offer.text("BootFile")).isEqualTo(Machines.SCRIPT);
      assertThat(offer.text("Url")).isEqualTo(Machines.SCRIPT);

      tap.clear();
      answers.add(Machines.with(new Netboot(false, "")));
      client.ask(TestPacket.pxe(DISCOVER, 7));
      Heard denied = tap.await(DHCP_DISCOVER, DHCP_OFFER).getLast();
      assertThat(denied.text("Reason")).isEqualTo("netboot-denied");
      assertThat(denied.keys()).doesNotContain("BootFile", "Url");

      tap.clear();
      client.ask(TestPacket.of(DISCOVER));
      assertThat(tap.await(DHCP_DISCOVER, DHCP_OFFER).getLast().keys())
          .doesNotContain("Reason", "BootFile", "Url", "UUID", "ClientArch");
    }
  }

  @Test
  void what_the_backend_refuses_and_what_is_not_asked_is_refused() throws Exception {
    try (RunningServer server =
            server(FULL, request -> new DhcpResponse.Error(404, "mac not found"));
        TestClient client = new TestClient(server.port())) {
      client.send(TestPacket.pxe(DISCOVER, 7));
      Heard unknown = tap.await(DHCP_DISCOVER, DHCP_REFUSED).getLast();
      assertEnded(unknown, "DISCOVER");
      assertThat(unknown.text("Reason")).isEqualTo("backend-error");
      assertThat(unknown.text("Message")).isEqualTo("404 mac not found");

      tap.clear();
      client.send(TestPacket.pxe(RELEASE, 7).ciaddr("192.168.77.115"));
      Heard release = tap.await(DHCP_REFUSED).getFirst();
      assertEnded(release, "RELEASE");
      assertThat(release.text("Reason")).isEqualTo("no-server-id");
      assertThat(release.text("IPAddress")).isEqualTo("192.168.77.115");
      assertThat(release.traceparent()).isNotEqualTo(unknown.traceparent());
    }
  }

  @Test
  void what_the_backend_takes_note_of_is_told_once() throws Exception {
    List<DhcpRequest> asked = new CopyOnWriteArrayList<>();
    Knowing backend =
        request -> {
          asked.add(request);
          return ANSWER;
        };
    try (RunningServer server = server(FULL, backend);
        TestClient client = new TestClient(server.port())) {
      client.send(
          TestPacket.pxe(DECLINE, 7)
              .with(Option.SERVER_ID, SERVER)
              .with(Option.REQUESTED_ADDRESS, ADDRESS)
              .with(Option.MESSAGE, "in use"));
      Heard decline = tap.await(DHCP_DECLINE).getFirst();
      assertEnded(decline, "DECLINE");
      assertThat(decline.text("IPAddress")).isEqualTo(ADDRESS.getHostAddress());
      assertThat(decline.text("Message")).isEqualTo("in use");

      tap.clear();
      client.send(
          TestPacket.pxe(RELEASE, 7)
              .with(Option.SERVER_ID, SERVER)
              .ciaddr(ADDRESS.getHostAddress()));
      Heard release = tap.await(DHCP_RELEASE).getFirst();
      assertEnded(release, "RELEASE");
      assertThat(release.text("IPAddress")).isEqualTo(ADDRESS.getHostAddress());

      assertThat(asked)
          .extracting(r -> r.facts().messageType())
          .containsExactly("DECLINE", "RELEASE");
      assertThat(asked.getFirst().facts().requestedAddress()).isEqualTo(ADDRESS);
      assertThat(asked.getLast().facts().ciaddr()).isEqualTo(ADDRESS);
      assertThat(client.answer(Duration.ofMillis(1))).isEmpty();
      await()
          .untilAsserted(
              () ->
                  assertThat(server.outcomes.totals())
                      .startsWith("offer=0 ack=0 nak=0 decline=1 release=1"));
    }
  }

  @Test
  void strangers_packets_are_no_events() throws Exception {
    try (RunningServer server = server(PROXY, request -> ANSWER);
        TestClient client = new TestClient(server.port())) {
      for (int i = 0; i < 20; i++) {
        client.send(new byte[300]);
        client.send(TestPacket.of(DISCOVER));
        client.send(TestPacket.pxe(REQUEST, 7));
        client.send(TestPacket.pxe(RELEASE, 7));
        client.send(TestPacket.pxe(DISCOVER, 7).op(2));
      }
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(server.outcomes.totals())
                      .contains(" malformed=20", " not-pxe=20", " not-for-proxy=40")
                      .contains(" not-a-request=20"));
      client.ask(TestPacket.pxe(DISCOVER, 7));
      tap.await(DHCP_DISCOVER, DHCP_OFFER);
    }
  }

  @Test
  void a_silent_backend_is_told_with_the_reason() throws Exception {
    try (RunningServer server = server(FULL, bus::ask);
        TestClient client = new TestClient(server.port())) {
      await().atMost(SOON).until(() -> unavailable() == Reason.NO_RESPONDERS);

      client.send(TestPacket.pxe(DISCOVER, 7));
      Heard silent = tap.await(DHCP_DISCOVER, BACKEND_SILENT).getLast();
      assertEnded(silent, "DISCOVER");
      assertThat(silent.text("Reason")).isEqualTo("backend-no-responders");
      assertThat(silent.text("Message")).startsWith("nobody answers on bootbus.v1.dhcp");
    }
  }

  private Reason unavailable() {
    try {
      bus.ask(new DhcpRequest(MacAddress.parse(TestPacket.MAC), "", Facts.NONE));
      throw new AssertionError("no backend runs");
    } catch (BackendUnavailableException e) {
      return e.reason();
    }
  }

  @Test
  void what_happens_while_the_bus_is_away_is_told_when_it_is_back() throws Exception {
    try (RunningServer server = server(FULL, bus::ask);
        TestClient client = new TestClient(server.port())) {
      await().atMost(SOON).until(() -> unavailable() == Reason.NO_RESPONDERS);
      nats.stop();
      await().atMost(SOON).until(() -> unavailable() == Reason.DISCONNECTED);
      client.send(TestPacket.pxe(DISCOVER, 7));
      await().atMost(SOON).until(() -> server.outcomes.count(DropReason.BACKEND_DISCONNECTED) == 1);
      nats.restart();
      await().atMost(SOON).until(() -> count("published") == 2);
    }
  }

  private double count(String result) {
    return meters.get("bootbus.events").tag("result", result).counter().count();
  }

  @Test
  void a_bug_is_told_too() throws Exception {
    try (RunningServer server =
            server(
                FULL,
                request -> {
                  throw new IllegalStateException("a bug");
                });
        TestClient client = new TestClient(server.port())) {
      client.send(TestPacket.pxe(DISCOVER, 7));
      Heard failed = tap.await(DHCP_DISCOVER, DHCP_REFUSED).getLast();
      assertThat(failed.text("Reason")).isEqualTo("failed");
      assertThat(failed.text("Message")).contains("a bug");
      await().until(() -> server.outcomes.count(DropReason.FAILED) == 1);
    }
  }

  @Test
  void a_log_line_leads_to_its_events() throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger("dhcp-server");
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    logger.setLevel(Level.DEBUG);
    try (RunningServer server = server(FULL, bus::ask);
        TestClient client = new TestClient(server.port())) {
      log.start();
      logger.addAppender(log);
      client.send(TestPacket.pxe(DISCOVER, 7));
      String trace = tap.await(DHCP_DISCOVER, BACKEND_SILENT).getLast().text("TraceID");

      await()
          .atMost(SOON)
          .until(() -> lines(log).anyMatch(l -> l.matches("silence .* trace=" + trace)));
    } finally {
      logger.detachAppender(log);
      logger.setLevel(null);
    }
  }

  private static Stream<String> lines(ListAppender<ILoggingEvent> log) {
    synchronized (log) {
      return List.copyOf(log.list).stream().map(ILoggingEvent::getFormattedMessage);
    }
  }

  @Test
  void switched_off_nothing_is_told() throws Exception {
    try (Bus quiet = bus("dhcp-server", new SimpleMeterRegistry(), false);
        RunningServer server = RunningServer.start(FULL, request -> ANSWER, quiet::publish);
        RunningServer telling = server(FULL, request -> ANSWER);
        TestClient client = new TestClient(server.port());
        TestClient other = new TestClient(telling.port())) {
      client.ask(TestPacket.pxe(DISCOVER, 7));
      await().atMost(SOON).until(() -> server.outcomes.totals().startsWith("offer=1 "));
      other.ask(TestPacket.pxe(DISCOVER, 7));

      tap.await(DHCP_DISCOVER, DHCP_OFFER);
    }
  }

  /// 4,096 of them wait in the buffer and one with its publisher, however many there are.
  @Test
  void a_bus_that_is_away_delays_no_answer_and_keeps_a_bounded_number() throws Exception {
    int packets = 3000;
    try (RunningServer server = server(FULL, request -> ANSWER);
        TestClient client = new TestClient(server.port())) {
      await().atMost(SOON).until(() -> unavailable() == Reason.NO_RESPONDERS);
      nats.stop();
      await().atMost(SOON).until(() -> unavailable() == Reason.DISCONNECTED);
      for (int i = 0; i < packets; i++) {
        client.send(TestPacket.pxe(DISCOVER, 7));
        assertThat(client.answer(Duration.ofSeconds(1))).as("answer %d", i).isPresent();
      }
      await()
          .atMost(SOON)
          .until(() -> server.outcomes.totals().startsWith("offer=" + packets + " "));
      assertThat(count("dropped")).isBetween(2 * packets - 4097.0, 2 * packets - 4096.0);
      double dropped = count("dropped");
      nats.restart();
      await().atMost(SOON).until(() -> count("published") == 2 * packets - dropped);
    }
  }
}
