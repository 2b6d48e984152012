package dev.bootbus.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Clients that hold connections without using them.
class SlowClientsTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(300);

  @TempDir private Path root;

  @Test
  void aConnectionOnWhichNothingMovesIsClosed() throws Exception {
    try (Served served = Served.from(root, Served.settings(10, SHORT, LONG));
        RawClient silent = new RawClient(served.port());
        RawClient halfway = new RawClient(served.port());
        RawClient kept = new RawClient(served.port())) {
      halfway.send("GET /a HTTP/1.1\r\nHos");
      kept.get("/a").answer();

      assertThat(silent.isClosedByServer()).isTrue();
      assertThat(halfway.isClosedByServer()).isTrue();
      assertThat(kept.isClosedByServer()).isTrue();
    }
  }

  @Test
  void aHeadOfOneByteNowAndThenIsCut() throws Exception {
    try (Served served = Served.from(root, Served.settings(10, LONG, SHORT));
        RawClient slowLoris = new RawClient(served.port())) {
      slowLoris.send("GET /a HTTP/1.1\r\nX: ");
      slowLoris.socket().setSoTimeout(50);
      Instant end = Instant.now().plusSeconds(20);
      boolean closed = false;
      while (!closed && Instant.now().isBefore(end)) {
        try {
          slowLoris.send("a");
          closed = slowLoris.isClosedByServer();
        } catch (SocketTimeoutException e) {
          // still open
        } catch (IOException e) {
          closed = true;
        }
      }

      assertThat(closed).isTrue();
      await()
          .untilAsserted(
              () ->
                  assertThat(served.log())
                      .contains("cut peer=127.0.0.1 reason=\"less than 1024 bytes/s\""));
    }
  }

  @Test
  void aClientThatStopsTakingItsFileIsCut() throws Exception {
    try (Served served = Served.from(root, Served.settings(10, SHORT, LONG))) {
      served.put("big", new byte[64 << 20]);
      try (RawClient client = new RawClient(served.port())) {
        client.get("/big");
        await().until(() -> served.totals().contains("broken=1"));
      }
      assertThat(served.log().getFirst())
          .startsWith("get path=/big peer=127.0.0.1 status=200 bytes=")
          .endsWith("reason=\"the client took nothing until the idle timeout\"");
    }
  }

  @Test
  void aClientThatGoesAwayIsLoggedWithWhatItGot() throws Exception {
    try (Served served = Served.from(root)) {
      served.put("initrd", new byte[32 << 20]);
      for (int i = 0; i < 20; i++) {
        try (RawClient client = new RawClient(served.port())) {
          client.get("/initrd");
          client.socket().getInputStream().skipNBytes((i + 1) << 20);
        }
      }
      await().until(() -> served.log().size() == 20);
      assertThat(served.log())
          .allSatisfy(line -> assertThat(line).contains("the client closed the connection"));
      for (int i = 0; i < 20; i++) {
        long bytes = Long.parseLong(served.log().get(i).replaceFirst(".* bytes=(\\d+) .*", "$1"));
        assertThat(bytes).isBetween((1L + i) << 20, 32L << 20);
      }
      await()
          .untilAsserted(
              () -> assertThat(served.totals()).startsWith("sent=0 ").contains("broken=20"));
    }
  }

  @Test
  void oneConnectionTooManyWaitsForItsTurn() throws Exception {
    List<RawClient> clients = new ArrayList<>();
    try (Served served = Served.from(root, Served.patient(8))) {
      served.put("a", "here".getBytes(UTF_8));
      for (int i = 0; i < 8; i++) {
        clients.add(new RawClient(served.port()));
        clients.get(i).get("/a").answer();
      }
      RawClient ninth = new RawClient(served.port());
      clients.add(ninth);
      ninth.get("/a");
      ninth.socket().setSoTimeout(300);
      assertThat(answerOf(ninth)).isEqualTo("none yet");
      clients.removeFirst().close();
      ninth.socket().setSoTimeout(20_000);

      assertThat(answerOf(ninth)).isEqualTo("here");
      await().untilAsserted(() -> assertThat(served.log()).contains("full connections=8"));
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  private static String answerOf(RawClient client) throws IOException {
    try {
      return client.answer().text();
    } catch (SocketTimeoutException e) {
      return "none yet";
    }
  }
}
