package dev.bootbus.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.schema.Bus;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.FileAnswer;
import dev.bootbus.schema.FileRequest;
import dev.bootbus.schema.ServiceTerms;
import dev.bootbus.schema.testing.NatsServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Files that a backend writes, over a real nats-server.
class GeneratedTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Duration DEADLINE = Duration.ofSeconds(2);
  private static final String SCRIPT = "#!ipxe\necho gr\u00fc\u00df dich\n";

  @TempDir private Path root;
  private final List<FileRequest> asked = new CopyOnWriteArrayList<>();
  private NatsServer nats;
  private Bus asking;
  private Bus answering;
  private Served served;
  private volatile Function<FileRequest, FileAnswer> backend =
      _ -> new FileAnswer.Content(SCRIPT, "text/plain");

  @BeforeEach
  void connect() throws Exception {
    nats = NatsServer.start();
    asking = bus("http-server");
    answering = bus("backend");
    answering.answerFiles(
        ServiceTerms.of("backend").withDeadline(SOON),
        request -> {
          asked.add(request);
          return backend.apply(request);
        });
    served = Served.from(root, asking);
    await().atMost(SOON).until(() -> get("/main.ipxe").status() == 200);
    asked.clear();
  }

  private Bus bus(String name) {
    BusSettings settings = BusSettings.of(name).withServers(nats.url()).withDeadline(DEADLINE);
    return Bus.connect(settings, _ -> {});
  }

  @AfterEach
  void close() throws Exception {
    served.close();
    asking.close();
    answering.close();
    nats.close();
  }

  private RawClient.Answer get(String path) throws Exception {
    return RawClient.once(served.port(), "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
  }

  @Test
  void theBackendsTextIsSent() throws Exception {
    RawClient.Answer answer = get("/main.ipxe");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(SCRIPT.getBytes(UTF_8));
    assertThat(answer.header("Content-Type")).isEqualTo("text/plain");
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    assertThat(asked).hasSize(1);
    assertThat(asked.getFirst().path()).isEqualTo("main.ipxe");
    assertThat(asked.getFirst().protocol()).isEqualTo(FileRequest.Protocol.HTTP);
    assertThat(asked.getFirst().peer().getHostAddress()).isEqualTo("127.0.0.1");
    assertThat(asked.getFirst().mac().isNone()).isTrue();
  }

  @Test
  void headSaysTheLengthThatGetSends() throws Exception {
    try (RawClient client = new RawClient(served.port())) {
      client.send("HEAD //main.ipxe HTTP/1.1\r\nHost: x\r\n\r\n");
      RawClient.Answer head = client.answer(false);
      RawClient.Answer get = client.get("/main.ipxe").answer();

      assertThat(head.header("Content-Length")).isEqualTo(String.valueOf(get.body().length));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "mac=52:54:00:12:34:56, 52:54:00:12:34:56",
    "mac=52-54-00-12-34-56, 52:54:00:12:34:56",
    "mac=52%3A54%3a00:12:34:56, 52:54:00:12:34:56",
    "mac=5254.0012.3456, 52:54:00:12:34:56",
    "mac=525400123456, 52:54:00:12:34:56",
    "mac=52:54:00:AB:CD:EF, 52:54:00:ab:cd:ef",
    "uuid=x&mac=52:54:00:12:34:56&ip=1, 52:54:00:12:34:56",
    "mac=, ''",
    "machine=1, ''",
  })
  void theUrlMayNameTheMachine(String query, String mac) throws Exception {
    assertThat(get("/main.ipxe?" + query).status()).isEqualTo(200);
    assertThat(asked.getFirst().mac()).hasToString(mac);
  }

  @ParameterizedTest
  @CsvSource({
    "mac=zz:zz:zz:zz:zz:zz",
    "mac=5",
    "mac=%zz",
    "mac=${net0/mac}",
    "mac=52:54:00:12:34:56:52:54:00:12:34:56:52:54:00:12:34:56:52:54:00:12:34:56"
  })
  void aBrokenHardwareAddressIsSaidToBeSo(String query) throws Exception {
    RawClient.Answer answer = get("/main.ipxe?" + query);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).contains("hardware address");
    assertThat(asked).isEmpty();
  }

  @Test
  void onlyTheGivenNamesAreAsked() throws Exception {
    for (String path : List.of("/other.ipxe", "/x/main.ipxe", "/main.ipxe/", "/MAIN.IPXE")) {
      assertThat(get(path).status()).isEqualTo(404);
    }
    assertThat(asked).isEmpty();
  }

  @Test
  void whatTheOperatorPutOnDiskWins() throws Exception {
    served.put("main.ipxe", "#!ipxe\nshell\n".getBytes(UTF_8));

    assertThat(get("/main.ipxe").text()).isEqualTo("#!ipxe\nshell\n");
    assertThat(asked).isEmpty();
  }

  @Test
  void refusalsOfTheBackendAreHandedOn() throws Exception {
    backend = _ -> new FileAnswer.NotFound("no node has the address 192.168.77.9");
    RawClient.Answer missing = get("/main.ipxe");
    backend = _ -> new FileAnswer.Denied("192.168.77.9 may not boot");
    RawClient.Answer denied = get("/main.ipxe");
    backend = _ -> new FileAnswer.Failed(429, "too many requests at once");
    RawClient.Answer busy = get("/main.ipxe");

    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.text()).isEqualTo("no node has the address 192.168.77.9\n");
    assertThat(denied.status()).isEqualTo(403);
    assertThat(denied.text()).isEqualTo("192.168.77.9 may not boot\n");
    assertThat(busy.status()).isEqualTo(503);
    assertThat(busy.header("Retry-After")).isEqualTo("2");
    assertThat(busy.text()).isEqualTo("too many requests at once\n");
  }

  @Test
  void aReasonIsOneLine() throws Exception {
    backend = _ -> new FileAnswer.NotFound("no\nsuch\u001b[2Jnode");

    assertThat(get("/main.ipxe").text()).isEqualTo("no such [2Jnode\n");
  }

  @Test
  void aBackendCannotWriteHeaders() throws Exception {
    backend = _ -> new FileAnswer.Content("x", "text/plain\r\nSet-Cookie: a=b");
    RawClient.Answer answer = get("/main.ipxe");

    assertThat(answer.headers()).doesNotContainKey("set-cookie");
    assertThat(answer.text()).isEqualTo("x");
  }

  @Test
  void aBackendThatDoesNotAnswerHoldsUpNobodyElse() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    backend =
        _ -> {
          try {
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return new FileAnswer.NotFound("late");
        };
    served.put("vmlinuz", new byte[100_000]);
    List<RawClient> waiting = new ArrayList<>();
    try {
      for (int i = 0; i < 50; i++) {
        waiting.add(new RawClient(served.port()).get("/main.ipxe"));
      }
      await().atMost(SOON).until(() -> asked.size() == 50);
      assertThat(get("/vmlinuz").body()).hasSize(100_000);
      assertThat(served.totals()).contains(" unavailable=0 ");
      for (RawClient client : waiting) {
        RawClient.Answer answer = client.answer();
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.text()).contains("no answer on bootbus.v1.file in 2000 ms");
      }
    } finally {
      end.countDown();
      for (RawClient client : waiting) {
        client.close();
      }
    }
  }

  @Test
  void theBusMayGoAndComeBack() throws Exception {
    served.put("vmlinuz", new byte[10]);
    nats.stop();
    await().atMost(SOON).until(() -> get("/main.ipxe").status() == 503);
    RawClient.Answer away = get("/main.ipxe");
    assertThat(away.header("Retry-After")).isEqualTo("2");
    assertThat(away.text()).startsWith("The backend is not answering: ");
    assertThat(get("/vmlinuz").status()).isEqualTo(200);
    nats.restart();

    await().atMost(SOON).until(() -> get("/main.ipxe").status() == 200);
  }
}
