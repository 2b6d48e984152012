package dev.bootbus.tftp;

import static dev.bootbus.schema.EventKind.TFTP_FAILED;
import static dev.bootbus.schema.EventKind.TFTP_FINISHED;
import static dev.bootbus.schema.EventKind.TFTP_STARTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.content.ContentSource;
import dev.bootbus.content.GeneratedFiles;
import dev.bootbus.content.GeneratedNames;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.BusState;
import dev.bootbus.schema.FileAnswer;
import dev.bootbus.schema.testing.EventTap;
import dev.bootbus.schema.testing.EventTap.Heard;
import dev.bootbus.schema.testing.NatsServer;
import dev.bootbus.tftp.Outcome.Ending;
import dev.bootbus.tftp.wire.ErrorCode;
import dev.bootbus.tftp.wire.TftpPacket;
import dev.bootbus.tftp.wire.TftpPacket.Ack;
import dev.bootbus.tftp.wire.TftpPacket.Data;
import dev.bootbus.tftp.wire.TftpPacket.OptionAck;
import dev.bootbus.tftp.wire.TftpPacket.ReadRequest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the bus is told of real transfers, heard at a real nats-server.
class BootEventsTest {
  private static final byte[] FILE = new byte[100_000];
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Duration PATIENT = Duration.ofSeconds(5);

  static {
    new Random(7).nextBytes(FILE);
  }

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<BusState> told = new CopyOnWriteArrayList<>();
  private final List<String> traces = new CopyOnWriteArrayList<>();
  private NatsServer nats;
  private EventTap tap;
  private Bus bus;
  private TestServer server;
  private TestClient client;

  @BeforeEach
  void start() throws Exception {
    nats = NatsServer.start();
    tap = new EventTap(nats);
    bus = bus("tftp-server", meters, true);
    serve(PATIENT);
  }

  private Bus bus(String name, SimpleMeterRegistry counted, boolean events) {
    return Bus.connect(
        BusSettings.of(name).withServers(nats.url()).withMeters(counted).withEvents(events),
        told::add);
  }

  private void serve(Duration patience) throws Exception {
    ContentSource files = traced(TestServer.files(Map.of("boot/file", FILE)));
    server = TestServer.telling(files, patience, bus::publish);
    client = server.client();
  }

  private ContentSource traced(ContentSource source) {
    return (path, call) -> {
      traces.add(call.trace().toString());
      return source.open(path, call);
    };
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    server.close();
    bus.close();
    tap.close();
    nats.close();
  }

  private void assertPeer(List<Heard> events) {
    assertThat(events)
        .allSatisfy(
            event -> {
              assertThat(event.text("IPAddress")).isEqualTo("127.0.0.1");
              assertThat(event.text("Transaction")).startsWith(client.port() + "-");
              assertThat(event.traceparent()).isEqualTo(events.getFirst().traceparent());
              assertThat(event.text("Transaction"))
                  .isEqualTo(events.getFirst().text("Transaction"));
              assertThat(event.keys()).doesNotContain("MACAddress");
            });
  }

  private static void assertFigures(Heard event, long bytes, long blksize, long windowsize) {
    assertThat(event.data().get("Bytes").longValue()).isEqualTo(bytes);
    assertThat(event.data().get("BlockSize").longValue()).isEqualTo(blksize);
    assertThat(event.data().get("WindowSize").longValue()).isEqualTo(windowsize);
    assertThat(event.data().get("Seconds").doubleValue()).isBetween(0.0, 10.0);
  }

  @Test
  void aTransferIsToldWhenItBeginsAndWhenItEnds() throws Exception {
    assertThat(client.read("/boot//file", "blksize", "1024", "windowsize", "8", "tsize", "0"))
        .isEqualTo(FILE);

    List<Heard> events = tap.await(TFTP_STARTED, TFTP_FINISHED);
    assertPeer(events);
    assertThat(events).allSatisfy(e -> assertThat(e.text("File")).isEqualTo("boot/file"));
    assertThat(events).extracting(Heard::traceparent).containsOnly(traces.getFirst());
    assertThat(events.getFirst().data().get("BlockSize").longValue()).isEqualTo(1024);
    assertThat(events.getFirst().data().get("WindowSize").longValue()).isEqualTo(8);
    assertFigures(events.getLast(), FILE.length, 1024, 8);
    assertThat(events.getLast().data().get("Resent").longValue()).isZero();
    assertThat(events.getLast().keys()).doesNotContain("Reason", "Message");
  }

  @Test
  void twoTransfersOfOneMachineAreTwoTransactions() throws Exception {
    client.read("boot/file", "blksize", "1468");
    // the client has all before the server knows it, so the next transfer might begin earlier
    List<Heard> events = new ArrayList<>(tap.await(TFTP_STARTED, TFTP_FINISHED));
    tap.clear();
    client.read("/boot/file", "blksize", "1468");
    events.addAll(tap.await(TFTP_STARTED, TFTP_FINISHED));
    assertThat(Set.copyOf(events.stream().map(e -> e.text("Transaction")).toList())).hasSize(2);
    assertThat(Set.copyOf(events.stream().map(Heard::traceparent).toList())).hasSize(2);
  }

  @Test
  void aFileThatIsNotThereHasFailed() throws Exception {
    client.ask("\\nowhere");
    client.hear();

    List<Heard> events = tap.await(TFTP_FAILED);
    assertPeer(events);
    assertThat(events.getFirst().text("Reason")).isEqualTo("not-found");
    assertThat(events.getFirst().text("Message")).isEqualTo("/nowhere is not here: no such file.");
    assertThat(events.getFirst().text("File")).isEqualTo("nowhere");
    assertThat(events.getFirst().keys()).doesNotContain("BlockSize", "WindowSize", "Resent");
  }

  @Test
  void anyNameThatCanBeAskedForCanBeTold() throws Exception {
    client.ask("//../../etc/passwd\u0001\ud83d" + "x".repeat(400));
    client.hear();

    Heard denied = tap.await(TFTP_FAILED).getFirst();
    assertThat(denied.text("Reason")).isEqualTo("denied");
    assertThat(denied.text("File")).startsWith("../../etc/passwd\u0001");
  }

  @Test
  void whoOnlyAsksForTheSizeHasNotFailed() throws Exception {
    client.ask("boot/file", "tsize", "0");
    TestClient.Heard offered = client.hear();
    assertThat(offered.packet()).isInstanceOf(OptionAck.class);
    client.send(new TftpPacket.Error(ErrorCode.OPTIONS_REFUSED, "enough"), offered.from());
    awaitEnds(Ending.ABORTED_BY_CLIENT, 1);
    client.read("boot/file");

    tap.await(TFTP_STARTED, TFTP_FINISHED);
  }

  private void awaitEnds(Ending ending, int count) {
    await().atMost(SOON).until(() -> server.journal.count(ending) == count);
  }

  @Test
  void whoGivesUpOnTheWayHasFailed() throws Exception {
    client.ask("boot/file");
    TestClient.Heard first = client.hear();
    client.send(new TftpPacket.Error(ErrorCode.DISK_FULL, "disk full"), first.from());

    Heard failed = tap.await(TFTP_STARTED, TFTP_FAILED).getLast();
    assertFigures(failed, 512, 512, 1);
    assertThat(failed.text("Reason")).isEqualTo("aborted-by-client");
    assertThat(failed.text("Message")).isEqualTo("error 3: disk full");
  }

  @Test
  void whoFallsSilentHasFailedAndBlocksSentAgainAreCounted() throws Exception {
    client.close();
    server.close();
    serve(Duration.ofMillis(50));
    client.ask("boot/file", "blksize", "1000");
    TestClient.Heard offered = client.hear();
    client.send(new Ack(0), offered.from());
    assertThat(client.hearBlock()).isEqualTo(1);
    client.send(new Ack(1), offered.from());

    List<Heard> events = tap.await(TFTP_STARTED, TFTP_FAILED);
    assertPeer(events);
    assertFigures(events.getLast(), 2000, 1000, 1);
    assertThat(events.getLast().data().get("Resent").longValue()).isEqualTo(TestServer.RETRIES);
    assertThat(events.getLast().text("Reason")).isEqualTo("no-ack");
  }

  @Test
  void requestsThatAreRefusedHaveFailed() throws Exception {
    client.toServer(new TftpPacket.WriteRequest("up", "octet", TestClient.options()));
    client.hear();
    assertThat(tap.await(TFTP_FAILED).getFirst().text("Reason")).isEqualTo("write-request");
    tap.clear();
    client.toServer(new ReadRequest("boot/file", "mail", TestClient.options()));
    client.hear();
    Heard mode = tap.await(TFTP_FAILED).getFirst();
    assertThat(mode.text("Reason")).isEqualTo("unsupported-mode");
    assertThat(mode.text("File")).isEqualTo("boot/file");
    assertPeer(List.of(mode));
  }

  @Test
  void strangersDatagramsAreNoEvents() throws Exception {
    for (int i = 0; i < 50; i++) {
      client.toServer(new byte[] {0, 9, 1});
      client.toServer(new Ack(3));
    }
    await().atMost(SOON).until(() -> server.journal.count(DropReason.OUT_OF_PLACE) == 50);
    client.read("boot/file");

    tap.await(TFTP_STARTED, TFTP_FINISHED);
  }

  @Test
  void aBackendSeesTheTraceThatTheEventsHave() throws Exception {
    List<String> asked = new CopyOnWriteArrayList<>();
    try (Bus backend = bus("backend", new SimpleMeterRegistry(), true);
        TestServer generating =
            TestServer.telling(
                new GeneratedFiles(bus, GeneratedNames.of(List.of("main.ipxe"))),
                PATIENT,
                bus::publish);
        TestClient machine = generating.client()) {
      backend.answerFiles(
          "test",
          request -> {
            asked.add(request.traceparent());
            return new FileAnswer.Content("#!ipxe\n", "text/plain");
          });
      await().atMost(SOON).until(() -> isServed(machine));
      await().atMost(SOON).until(() -> !tap.heard(TFTP_FINISHED).isEmpty());

      assertThat(asked).hasSize(1);
      assertThat(tap.heard(TFTP_FINISHED).getFirst().traceparent()).isEqualTo(asked.getFirst());
      assertThat(tap.heard(TFTP_STARTED).getFirst().traceparent()).isEqualTo(asked.getFirst());
    }
  }

  /// Until the backend's subscription has reached the server.
  private static boolean isServed(TestClient machine) throws Exception {
    machine.ask("main.ipxe");
    TestClient.Heard answer = machine.hear();
    if (answer.packet() instanceof Data(var block, _)) {
      machine.send(new Ack(block), answer.from());
      return true;
    }
    return false;
  }

  @Test
  void switchedOffNothingIsTold() throws Exception {
    try (Bus quiet = bus("tftp-server", new SimpleMeterRegistry(), false);
        TestServer silent =
            TestServer.telling(TestServer.files(Map.of("file", FILE)), PATIENT, quiet::publish);
        TestClient machine = silent.client()) {
      assertThat(machine.read("file")).isEqualTo(FILE);
      await().atMost(SOON).until(() -> silent.journal.count(Ending.SENT) == 1);
      client.read("boot/file");

      assertThat(tap.await(TFTP_STARTED, TFTP_FINISHED).getFirst().text("File"))
          .isEqualTo("boot/file");
    }
  }

  /// 4,096 of them wait in the buffer and one with its publisher, however many there are.
  @Test
  void aBusThatIsAwayDelaysNoTransferAndKeepsABoundedNumber() throws Exception {
    int requests = 6000;
    client.read("boot/file");
    tap.await(TFTP_STARTED, TFTP_FINISHED);
    nats.stop();
    await()
        .atMost(SOON)
        .until(() -> told.stream().anyMatch(BusState.Disconnected.class::isInstance));
    for (int i = 0; i < requests; i++) {
      client.ask("nowhere" + i); // the same again would be taken for a repeated request
      assertThat(client.hear(Duration.ofSeconds(1))).as("answer %d", i).isPresent();
    }
    assertThat(client.read("boot/file")).isEqualTo(FILE);
    awaitEnds(Ending.NOT_FOUND, requests);
    awaitEnds(Ending.SENT, 2);

    double dropped = count("dropped");
    assertThat(dropped).isBetween(requests + 2 - 4097.0, requests + 2 - 4096.0);
    nats.restart();
    await().atMost(SOON).until(() -> count("published") == requests + 4 - dropped);
  }

  private double count(String result) {
    return meters.get("bootbus.events").tag("result", result).counter().count();
  }
}
