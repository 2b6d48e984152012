package dev.bootbus.http;

import static dev.bootbus.schema.EventKind.HTTP_FAILED;
import static dev.bootbus.schema.EventKind.HTTP_RANGE;
import static dev.bootbus.schema.EventKind.HTTP_SCRIPT;
import static dev.bootbus.schema.EventKind.HTTP_SERVED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.schema.Bus;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.BusState;
import dev.bootbus.schema.FileAnswer;
import dev.bootbus.schema.FileRequest;
import dev.bootbus.schema.Traceparent;
import dev.bootbus.schema.testing.EventTap;
import dev.bootbus.schema.testing.EventTap.Heard;
import dev.bootbus.schema.testing.NatsServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the bus is told of real requests, heard at a real nats-server.
class BootEventsTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final int SIZE = 4096;

  @TempDir private Path root;
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<BusState> told = new CopyOnWriteArrayList<>();
  private NatsServer nats;
  private EventTap tap;
  private Bus bus;
  private Served served;

  @BeforeEach
  void start() throws Exception {
    nats = NatsServer.start();
    tap = new EventTap(nats);
    bus = bus("http-server", meters);
    served = Served.telling(root, bus);
    served.put("boot/small", new byte[SIZE]);
  }

  private Bus bus(String name, SimpleMeterRegistry counted) {
    BusSettings settings =
        BusSettings.of(name)
            .withServers(nats.url())
            .withMeters(counted)
            .withDeadline(Duration.ofSeconds(2));
    return Bus.connect(settings, told::add);
  }

  @AfterEach
  void stop() throws Exception {
    served.close();
    bus.close();
    tap.close();
    nats.close();
  }

  private RawClient.Answer get(String path, String... headers) throws Exception {
    return RawClient.once(served.port(), request("GET", path, headers));
  }

  private static String request(String method, String path, String... headers) {
    StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: x\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    return head.append("\r\n").toString();
  }

  private static void assertFigures(Heard event, String file, long bytes, long status) {
    assertThat(event.text("File")).isEqualTo(file);
    assertThat(event.data().get("Bytes").longValue()).isEqualTo(bytes);
    assertThat(event.data().get("Status").longValue()).isEqualTo(status);
    assertThat(event.data().get("Seconds").doubleValue()).isBetween(0.0, 10.0);
    assertThat(event.text("IPAddress")).isEqualTo("127.0.0.1");
  }

  @Test
  void aFileIsToldWhetherItComesFromDiskOrFromMemory() throws Exception {
    get("//boot/sm%61ll");
    get("/boot/small?x=1", "Range: lines=1-2"); // which is ignored
    get("/boot/small");

    List<Heard> events = tap.await(HTTP_SERVED, HTTP_SERVED, HTTP_SERVED);
    assertThat(events)
        .allSatisfy(
            event -> {
              assertFigures(event, "boot/small", SIZE, 200);
              assertThat(event.keys())
                  .doesNotContain("Reason", "Message", "Range", "MACAddress", "Transaction");
            });
    assertThat(events).extracting(Heard::traceparent).doesNotHaveDuplicates();
  }

  @Test
  void aRangeIsToldWithWhatWasAskedFor() throws Exception {
    served.put("large", new byte[100_000]);
    get("/boot/small", "Range: bytes=0-1023");
    get("/large", "Range: bytes=-10");
    get("/boot/small", "Range: bytes=5000-");

    List<Heard> events = tap.await(HTTP_RANGE, HTTP_RANGE, HTTP_FAILED);
    assertFigures(events.get(0), "boot/small", 1024, 206);
    assertThat(events.get(0).text("Range")).isEqualTo("0-1023");
    assertFigures(events.get(1), "large", 10, 206);
    assertThat(events.get(1).text("Range")).isEqualTo("-10");
    assertThat(events.get(2).text("Reason")).isEqualTo("refused");
    assertThat(events.get(2).text("Message")).isEqualTo("The file has only 4096 bytes.");
    assertThat(events.get(2).data().get("Status").longValue()).isEqualTo(416);
  }

  @Test
  void aFileThatTheClientHasIsToldWithoutBytes() throws Exception {
    String etag = get("/boot/small").header("ETag");
    get("/boot/small", "If-None-Match: " + etag);

    assertFigures(tap.await(HTTP_SERVED, HTTP_SERVED).getLast(), "boot/small", 0, 304);
  }

  @Test
  void aBackendSeesTheTraceThatTheEventHas() throws Exception {
    List<FileRequest> asked = new CopyOnWriteArrayList<>();
    try (Bus backend = bus("backend", new SimpleMeterRegistry())) {
      backend.answerFiles(
          "backend",
          request -> {
            asked.add(request);
            return new FileAnswer.Content("#!ipxe\n", "text/plain");
          });
      await().atMost(SOON).until(() -> get("/main.ipxe").status() == 200);
      await().atMost(SOON).until(() -> !tap.heard(HTTP_SCRIPT).isEmpty());
      tap.clear();
      asked.clear();
      Traceparent client = Traceparent.fresh();
      get("/main.ipxe?mac=52-54-00-77-00-10", "Traceparent: " + client);

      Heard script = tap.await(HTTP_SCRIPT).getFirst();
      assertFigures(script, "main.ipxe", "#!ipxe\n".length(), 200);
      assertThat(script.text("MACAddress")).isEqualTo("52:54:00:77:00:10");
      assertThat(script.traceparent()).isEqualTo(asked.getFirst().traceparent());
      assertThat(script.text("TraceID")).isEqualTo(client.traceId());
      assertThat(script.traceparent()).doesNotContain(client.parentId());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01, 00-x"
      })
  void whatIsNoTraceIsReplacedByOne(String header) throws Exception {
    get("/boot/small?mac=nonsense", "traceparent: " + header);

    Heard event = tap.await(HTTP_SERVED).getFirst();
    assertThat(Traceparent.parse(event.traceparent())).isPresent();
    assertThat(event.text("TraceID")).doesNotContain("0af7651916cd43dd8448eb211c80319c");
    assertThat(event.keys()).doesNotContain("MACAddress");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET  | /nowhere            | 404 | not-found   | nowhere    | /nowhere is not here",
        "HEAD | /nowhere            | 404 | not-found   | nowhere    | /nowhere is not here",
        "GET  | /x/..%2fy           | 400 | refused     | x/..%2fy   | Refused: ",
        "POST | /boot/small         | 405 | refused     | boot/small | Only GET and HEAD",
        "GET  | /main.ipxe?mac=zz   | 400 | refused     | main.ipxe  | The mac= of the URL",
        "GET  | /main.ipxe          | 503 | unavailable | main.ipxe  | The backend is not answer",
      })
  void aFailureIsToldWithItsReason(
      String method, String path, int status, String reason, String file, String message)
      throws Exception {
    try (RawClient client = new RawClient(served.port())) {
      client.send(request(method, path)).answer(!method.equals("HEAD"));
    }

    Heard failed = tap.await(HTTP_FAILED).getFirst();
    assertThat(failed.text("Reason")).isEqualTo(reason);
    assertThat(failed.text("Message")).startsWith(message);
    assertThat(failed.text("File")).isEqualTo(file);
    assertThat(failed.data().get("Status").longValue()).isEqualTo(status);
  }

  @Test
  void aDownloadThatBreaksOffHasFailed() throws Exception {
    served.put("large", new byte[50_000_000]);
    try (RawClient client = new RawClient(served.port())) {
      assertThat(client.get("/large").head().status()).isEqualTo(200);
    }

    Heard broken = tap.await(HTTP_FAILED).getFirst();
    assertThat(broken.text("Reason")).isEqualTo("broken");
    assertThat(broken.text("Message")).isEqualTo("the client closed the connection");
    assertThat(broken.data().get("Bytes").longValue()).isBetween(0L, 49_999_999L);
    assertThat(broken.data().get("Status").longValue()).isEqualTo(200);
  }

  @Test
  void askingForTheSizeAndWhatIsNoRequestAreNoEvents() throws Exception {
    try (RawClient client = new RawClient(served.port())) {
      client.send(request("HEAD", "/boot/small")).answer(false);
    }
    try (RawClient stranger = new RawClient(served.port())) {
      stranger.send("\u0016\u0003\u0001\u0002\u0000\r\n\r\n").answer();
    }
    await().atMost(SOON).until(() -> served.totals().contains("refused=1"));
    get("/boot/small");

    tap.await(HTTP_SERVED);
  }

  @Test
  void switchedOffNothingIsTold() throws Exception {
    try (Served silent = Served.from(root, bus)) {
      RawClient.once(silent.port(), request("GET", "/boot/small"));
      await().atMost(SOON).until(() -> silent.totals().contains("sent=1"));
    }
    get("/nowhere");

    tap.await(HTTP_FAILED);
  }

  /// 4,096 of them wait in the buffer and one with its publisher, however many there are.
  @Test
  void aBusThatIsAwayDelaysNoResponseAndKeepsABoundedNumber() throws Exception {
    int requests = 6000;
    await().atMost(SOON).until(() -> told.stream().anyMatch(BusState.Connected.class::isInstance));
    nats.stop();
    await()
        .atMost(SOON)
        .until(() -> told.stream().anyMatch(BusState.Disconnected.class::isInstance));
    try (RawClient client = new RawClient(served.port())) {
      client.socket().setSoTimeout(1000);
      for (int i = 0; i < requests; i++) {
        assertThat(client.get("/boot/small").answer().status()).isEqualTo(200);
      }
    }
    await().atMost(SOON).until(() -> served.totals().contains("sent=" + requests + " "));

    double dropped = count("dropped");
    assertThat(dropped).isBetween(requests - 4097.0, requests - 4096.0);
    nats.restart();
    await().atMost(SOON).until(() -> count("published") == requests - dropped);
  }

  private double count(String result) {
    return meters.get("bootbus.events").tag("result", result).counter().count();
  }
}
