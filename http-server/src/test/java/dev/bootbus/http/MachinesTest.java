package dev.bootbus.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.schema.Bus;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.EventKind;
import dev.bootbus.schema.FileAnswer;
import dev.bootbus.schema.FileRequest;
import dev.bootbus.schema.ServiceTerms;
import dev.bootbus.schema.testing.EventTap;
import dev.bootbus.schema.testing.NatsServer;
import io.nats.client.Connection;
import io.nats.client.ObjectStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What machines store and say, over a real nats-server with JetStream. The backend knows those
/// with the addresses 192.168.77.1 to 9 and the token `good`, and this computer stands as a proxy
/// before them.
class MachinesTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final TrustedProxies LOOPBACK = TrustedProxies.parse(List.of("127.0.0.0/8"));

  @TempDir private Path root;
  private final List<FileRequest> asked = new CopyOnWriteArrayList<>();
  private NatsServer nats;
  private Bus asking;
  private Bus answering;
  private EventTap events;
  private Served served;

  @BeforeEach
  void connect() throws Exception {
    nats = NatsServer.start(true);
    events = new EventTap(nats);
    asking = bus("http-server");
    answering = bus("backend");
    answering.answerFiles(ServiceTerms.of("backend").withDeadline(SOON), this::backend);
    served = Served.behind(LOOPBACK, root, asking);
    await().atMost(SOON).until(() -> get("192.168.77.1", "/user-data").status() == 200);
    asked.clear();
    events.clear();
  }

  private static Bus bus(String name, NatsServer nats) {
    return Bus.connect(
        BusSettings.of(name).withServers(nats.url()).withDeadline(Duration.ofSeconds(2)), _ -> {});
  }

  private Bus bus(String name) {
    return bus(name, nats);
  }

  private FileAnswer backend(FileRequest request) {
    asked.add(request);
    String peer = request.peer().getHostAddress();
    if (!request.token().isEmpty() && !request.token().equals("good")) {
      return new FileAnswer.Denied("the token in the URL is no machine's");
    }
    if (request.token().isEmpty() && !peer.matches("192\\.168\\.77\\.[1-9]")) {
      return new FileAnswer.NotFound("no machine at " + peer + " is known");
    }
    String mac = "52-54-00-00-00-0" + (request.token().isEmpty() ? peer.substring(11) : "1");
    return switch (request.path()) {
      case "apkovl" ->
          new FileAnswer.Content(mac + "\nalpine/default.apkovl\n", "text/x-bootbus-machine");
      case "online" -> new FileAnswer.Content(mac + "\n", "text/x-bootbus-machine");
      default -> new FileAnswer.Content(request.path() + " of " + mac, "text/plain");
    };
  }

  @AfterEach
  void close() throws Exception {
    served.close();
    asking.close();
    answering.close();
    events.close();
    nats.close();
  }

  private RawClient.Answer get(String client, String path) throws Exception {
    return send("GET", client, path, Map.of(), new byte[0]);
  }

  private RawClient.Answer put(String client, String path, byte[] body) throws Exception {
    return send("PUT", client, path, Map.of("Content-Length", "" + body.length), body);
  }

  private RawClient.Answer send(
      String method, String client, String path, Map<String, String> headers, byte[] body)
      throws Exception {
    try (RawClient connection = new RawClient(served.port())) {
      connection.send(head(method, client, path, headers));
      connection.send(body);
      return connection.answer();
    }
  }

  private static String head(
      String method, String client, String path, Map<String, String> headers) {
    StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: x\r\n");
    if (!client.isEmpty()) {
      head.append("X-Forwarded-For: ").append(client).append("\r\n");
    }
    headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    return head.append("\r\n").toString();
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  @Test
  void anOverlayIsKeptForTheMachineAlone() throws Exception {
    served.put("alpine/default.apkovl", "default".getBytes(UTF_8));
    byte[] first = random(300_000);
    assertThat(get("192.168.77.1", "/apkovl").text()).isEqualTo("default");

    RawClient.Answer stored = put("192.168.77.1", "/apkovl", first);

    assertThat(stored.status()).isEqualTo(201);
    assertThat(stored.text()).isEqualTo("Stored 300000 bytes for 52:54:00:00:00:01.\n");
    RawClient.Answer back = get("192.168.77.1", "/apkovl/brave-otter.apkovl.tar.gz");
    assertThat(back.body()).isEqualTo(first);
    assertThat(back.header("Cache-Control")).isEqualTo("no-store");
    assertThat(get("192.168.77.2", "/apkovl").text()).isEqualTo("default");
    assertThat(get("192.168.77.20", "/apkovl").status()).isEqualTo(404);
    assertThat(get("192.168.77.20", "/t/good/apkovl").body()).isEqualTo(first);

    byte[] second = random(1000);
    assertThat(put("192.168.77.20", "/t/good/apkovl/x", second).status()).isEqualTo(201);
    assertThat(get("192.168.77.1", "/apkovl").body()).isEqualTo(second);
    await().atMost(SOON).until(() -> events.heard(EventKind.HTTP_STORED).size() == 2);
    assertThat(events.heard(EventKind.HTTP_STORED).getFirst().text("MACAddress"))
        .isEqualTo("52:54:00:00:00:01");
    await().untilAsserted(() -> assertThat(served.totals()).contains(" stored=2 "));
    assertThat(served.log())
        .anyMatch(line -> line.startsWith("stored path=/t/(secret)/apkovl/x peer=192.168.77.20"))
        .noneMatch(line -> line.contains("good"));
  }

  @Test
  void whatBreaksOffLeavesTheLastVersion() throws Exception {
    byte[] first = random(200_000);
    assertThat(put("192.168.77.1", "/apkovl", first).status()).isEqualTo(201);
    try (RawClient client = new RawClient(served.port())) {
      client.send(head("PUT", "192.168.77.1", "/apkovl", Map.of("Content-Length", "400000")));
      client.send(random(399_999));
    }
    await().atMost(SOON).until(() -> served.totals().contains(" broken=1 "));
    assertThat(get("192.168.77.1", "/apkovl").body()).isEqualTo(first);
    // nor are there chunks that nobody will ever read
    CompletableFuture<Connection> connection = new CompletableFuture<>();
    asking.onConnection(connection::complete);
    ObjectStore store = connection.get(10, TimeUnit.SECONDS).objectStore(Served.bucket(asking));
    assertThat(store.getList()).hasSize(1);
    await().atMost(SOON).until(() -> store.getStatus().getSize() < 210_000);
  }

  @Test
  void anUploadHasALimit() throws Exception {
    byte[] most = random(Served.MAX_UPLOAD);
    assertThat(put("192.168.77.1", "/apkovl", most).status()).isEqualTo(201);
    byte[] more = random(Served.MAX_UPLOAD + 1);
    assertThat(put("192.168.77.1", "/apkovl", more).status()).isEqualTo(413);
    // one that is still sending hears it, too
    assertThat(put("192.168.77.1", "/apkovl", random(5 * Served.MAX_UPLOAD)).status())
        .isEqualTo(413);
    RawClient.Answer unsized;
    try (RawClient client = new RawClient(served.port())) {
      client.send(head("PUT", "192.168.77.1", "/apkovl", Map.of("Transfer-Encoding", "chunked")));
      client.send(Integer.toHexString(more.length) + "\r\n");
      client.send(more);
      unsized = client.answer();
    }
    assertThat(unsized.status()).isEqualTo(413);
    assertThat(unsized.text()).isEqualTo("An overlay has at most 1048576 bytes here.\n");
    assertThat(put("192.168.77.1", "/apkovl", new byte[0]).status()).isEqualTo(400);
    assertThat(get("192.168.77.1", "/apkovl").body()).isEqualTo(most);
  }

  @Test
  void twoUploadsOfOneMachineAtOnceAreOneTooMany() throws Exception {
    try (RawClient slow = new RawClient(served.port())) {
      slow.send(head("PUT", "192.168.77.1", "/apkovl", Map.of("Content-Length", "3")));
      slow.send("ab");
      await().atMost(SOON).until(() -> put("192.168.77.1", "/apkovl", random(9)).status() == 503);
      assertThat(put("192.168.77.2", "/apkovl", random(9)).status()).isEqualTo(201);
      slow.send("c");
      assertThat(slow.answer().status()).isEqualTo(201);
    }
    assertThat(get("192.168.77.1", "/apkovl").text()).isEqualTo("abc");
    assertThat(put("192.168.77.1", "/apkovl", random(9)).status()).isEqualTo(201);
  }

  @ParameterizedTest
  @CsvSource({
    "192.168.77.20, /apkovl, 404",
    "192.168.77.1, /t/bad/apkovl, 403",
    "'', /apkovl, 404",
    "'192.168.77.1, 192.168.77.20', /apkovl, 404",
    "192.168.77.1, /apkovl/a/b, 405",
    "192.168.77.1, /apkovl/, 405",
    "192.168.77.1, /apkovl/..%2fx, 405",
    "192.168.77.1, /apkovl?mac=zz, 400",
    "192.168.77.1, /boot.ipxe, 405",
    "192.168.77.1, /user-data, 405",
  })
  void otherUploadsAreRefused(String client, String path, int status) throws Exception {
    assertThat(put(client, path, random(9)).status()).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "PUT"})
  void aMachineSaysThatItIsUp(String method) throws Exception {
    RawClient.Answer answer =
        send(method, "192.168.77.3", "/online", Map.of("Content-Length", "0"), new byte[0]);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("Hello 52:54:00:00:00:03.\n");
    await().atMost(SOON).until(() -> events.heard(EventKind.HTTP_ONLINE).size() == 1);
    assertThat(events.heard(EventKind.HTTP_ONLINE).getFirst().text("MACAddress"))
        .isEqualTo("52:54:00:00:00:03");
    await()
        .untilAsserted(
            () ->
                assertThat(served.log()).anyMatch(line -> line.startsWith("online path=/online")));
  }

  @Test
  void whoIsNotKnownIsNotUp() throws Exception {
    assertThat(
            send("POST", "192.168.77.20", "/online", Map.of("Content-Length", "0"), new byte[0])
                .status())
        .isEqualTo(404);
    await().atMost(SOON).until(() -> events.heard(EventKind.HTTP_FAILED).size() == 1);
    assertThat(events.heard(EventKind.HTTP_ONLINE)).isEmpty();
  }

  /// Each name, by each lie about who asks.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "user-data",
        "meta-data",
        "vendor-data",
        "network-config",
        "ignition",
        "preseed",
        "kickstart",
        "autoinstall",
        "ssh_keys",
        "k3os/config",
        "apkovl",
        "online"
      })
  void theBackendIsAskedAsWhoAsks(String name) throws Exception {
    get("192.168.77.1", "/" + name + "?mac=52:54:00:00:00:02");
    assertThat(asked.getLast().peer().getHostAddress()).isEqualTo("192.168.77.1");
    assertThat(asked.getLast().mac()).hasToString("52:54:00:00:00:02"); // for it to judge
    assertThat(get("192.168.77.20", "/" + name).status()).isEqualTo(404);
    assertThat(get("192.168.77.1", "/t/bad/" + name).status()).isEqualTo(403);
    assertThat(asked.getLast().token()).isEqualTo("bad");
    assertThat(get("192.168.77.1, 192.168.77.20", "/" + name).status()).isEqualTo(404);
    assertThat(asked.getLast().peer().getHostAddress()).isEqualTo("192.168.77.20");
    Map<String, String> both = Map.of("Forwarded", "for=192.168.77.1");
    assertThat(send("GET", "192.168.77.1", "/" + name, both, new byte[0]).status()).isEqualTo(404);
    RawClient.Answer forwarded = send("GET", "", "/" + name, both, new byte[0]);
    assertThat(forwarded.status())
        .as(forwarded.text())
        .isEqualTo(name.equals("apkovl") ? 404 : 200);
    assertThat(served.log()).noneMatch(line -> line.contains("/bad/"));
  }

  @Test
  void nobodyIsBelievedWhoIsNoProxy() throws Exception {
    served.close();
    served = Served.behind(TrustedProxies.NONE, root, asking);
    for (String header : List.of("X-Forwarded-For", "Forwarded", "X-Real-IP", "Client-IP")) {
      String value = header.equals("Forwarded") ? "for=192.168.77.1" : "192.168.77.1";
      assertThat(send("GET", "", "/user-data", Map.of(header, value), new byte[0]).status())
          .isEqualTo(404);
      assertThat(asked.getLast().peer().getHostAddress()).isEqualTo("127.0.0.1");
    }
  }

  @Test
  void withoutABusNothingIsStored() throws Exception {
    nats.stop();
    await().atMost(SOON).until(() -> put("192.168.77.1", "/apkovl", random(9)).status() == 503);
  }

  @Test
  void withoutJetStreamNothingIsStored() throws Exception {
    try (NatsServer plain = NatsServer.start();
        Bus asker = bus("http-server", plain);
        Bus backend = bus("backend", plain);
        Served other = Served.behind(LOOPBACK, root, asker)) {
      CompletableFuture<Connection> connected = new CompletableFuture<>();
      backend.onConnection(connected::complete);
      connected.get(10, TimeUnit.SECONDS);
      backend.answerFiles(ServiceTerms.of("backend").withDeadline(SOON), this::backend);
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> {
                try (RawClient client = new RawClient(other.port())) {
                  client.send(
                      head("PUT", "192.168.77.1", "/apkovl", Map.of("Content-Length", "3")));
                  client.send("abc");
                  RawClient.Answer answer = client.answer();
                  assertThat(answer.status()).isEqualTo(503);
                  assertThat(answer.text()).contains("It cannot be stored: ");
                  assertThat(answer.header("Retry-After")).isEqualTo("2");
                }
              });
    }
  }
}
