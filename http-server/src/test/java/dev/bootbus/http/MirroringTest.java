package dev.bootbus.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bootbus.http.mirror.FakeUpstream;
import dev.bootbus.http.mirror.Note;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// An upstream behind http-server, with and without a cache, as a client sees it.
@Timeout(60)
class MirroringTest {
  private static final byte[] FILE = new byte[(2 << 20) + 3];

  static {
    new Random(1).nextBytes(FILE);
  }

  @TempDir Path root;
  @TempDir Path cache;
  private FakeUpstream upstream;

  @BeforeEach
  void start() throws Exception {
    upstream = FakeUpstream.start();
  }

  @AfterEach
  void stop() throws Exception {
    upstream.close();
  }

  private Mirrors mirroring(String... more) {
    return Mirrors.of(upstream.url(), more);
  }

  private Mirrors kept(String... more) {
    String[] usual = {"--cache", cache.toString()};
    return mirroring(Stream.of(usual, more).flatMap(Stream::of).toArray(String[]::new));
  }

  private static void awaitLine(Served served, String part) {
    await().untilAsserted(() -> assertThat(served.log()).anyMatch(line -> line.contains(part)));
  }

  @Test
  void aFileIsTheSameWhileItArrivesAndOnceItIsKept() throws Exception {
    upstream.put("/boot/vmlinuz.efi", FILE);
    try (Mirrors mirroring = kept();
        Served served = Served.mirroring(root, mirroring);
        RawClient client = new RawClient(served.port())) {
      RawClient.Answer first = client.get("/boot//vmlinuz.efi").answer();
      awaitLine(served, "mirror kept path=/boot/vmlinuz.efi bytes=2097155 ms=");
      RawClient.Answer second = client.get("/boot/vmlinuz.efi").answer();

      assertThat(first.status()).isEqualTo(200);
      assertThat(first.body()).isEqualTo(FILE);
      assertThat(second.body()).isEqualTo(FILE);
      for (String name : new String[] {"ETag", "Content-Length", "Content-Type", "Accept-Ranges"}) {
        assertThat(first.header(name)).as(name).isNotEmpty().isEqualTo(second.header(name));
      }
      client.send("GET /boot/vmlinuz.efi HTTP/1.1\r\nHost: a\r\nRange: bytes=5-9\r\n\r\n");
      assertThat(client.answer().body()).isEqualTo(Arrays.copyOfRange(FILE, 5, 10));
      assertThat(upstream.requests).containsExactly("GET /boot/vmlinuz.efi");
    }
  }

  @Test
  void whatTheRootHasGoesBefore() throws Exception {
    upstream.put("/a", FILE);
    Files.writeString(root.resolve("a"), "ours");
    try (Mirrors mirroring = kept();
        Served served = Served.mirroring(root, mirroring);
        RawClient client = new RawClient(served.port())) {
      assertThat(client.get("/a").answer().text()).isEqualTo("ours");
      assertThat(upstream.requests).isEmpty();
    }
  }

  @Test
  void headFetchesNothing() throws Exception {
    upstream.put("/a", FILE);
    try (Mirrors mirroring = kept();
        Served served = Served.mirroring(root, mirroring);
        RawClient client = new RawClient(served.port())) {
      client.send("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.head().header("Content-Length")).isEqualTo("" + FILE.length);
      assertThat(upstream.requests).containsExactly("HEAD /a");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1 404 No, 404",
    "HTTP/1.1 403 No, 403",
    "HTTP/1.1 500 No, 502",
    "nonsense, 502",
    "'', 504",
  })
  void failuresAreToldAndTheNextRequestTriesAgain(String response, int status) throws Exception {
    FakeUpstream.Resource file = upstream.put("/a", FILE);
    if (response.isEmpty()) {
      file.stoppingAt(0);
    } else {
      file.always(response + "\r\nContent-Length: 0\r\n\r\n");
    }
    try (Mirrors mirroring = kept("--upstream-timeout", response.isEmpty() ? "1" : "10");
        Served served = Served.mirroring(root, mirroring);
        RawClient client = new RawClient(served.port())) {
      RawClient.Answer answer = client.get("/a").answer();
      assertThat(answer.status()).isEqualTo(status);
      assertThat(answer.text()).matches("[^\n]*/a[^\n]*\n");
      upstream.put("/a", FILE);
      assertThat(client.get("/a").answer().body()).isEqualTo(FILE);
    }
  }

  @Test
  void aDownloadThatFailsCutsTheResponseShort() throws Exception {
    CountDownLatch gate =
        upstream.put("/a", FILE).version("").breakingAt(2 << 20).stoppingAt(1 << 20);
    try (Mirrors mirroring = kept();
        Served served = Served.mirroring(root, mirroring);
        RawClient client = new RawClient(served.port())) {
      assertThat(client.get("/a").head().status()).isEqualTo(200);
      gate.countDown();
      assertThat(client.in().readAllBytes()).hasSizeLessThan(FILE.length);
      awaitLine(served, "The upstream broke off /a after 2097152 of 2097155 bytes");
      awaitLine(served, "mirror failed path=/a");
      await().untilAsserted(() -> assertThat(served.totals()).contains(" cut-short=1 "));
    }
  }

  @Test
  void whatIsNotPinnedRightIsRefused() throws Exception {
    upstream.put("/a", "wrong".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    Path pins = Files.writeString(root.resolve("pins"), "0".repeat(64) + "  a\n");
    try (Mirrors mirroring = kept("--mirror-pins", pins.toString());
        Served served = Served.mirroring(root, mirroring);
        RawClient client = new RawClient(served.port())) {
      RawClient.Answer answer = client.get("/a").answer();
      assertThat(answer.status()).isEqualTo(502);
      assertThat(answer.text()).contains("SHA-256");
      await()
          .untilAsserted(
              () -> assertThat(mirroring.mirroring().log().totals()).contains(" mismatched=1 "));
    }
  }

  @Test
  void theCacheIsListedAndDeleted() throws Exception {
    upstream.put("/a", FILE);
    upstream.put("/dir/b%20c", FILE);
    try (Mirrors mirroring = kept();
        Served served = Served.mirroring(root, mirroring);
        RawClient client = new RawClient(served.port())) {
      client.get("/a").answer();
      client.get("/dir/b%20c").answer();
      awaitLine(served, "mirror kept path=/a ");
      awaitLine(served, "mirror kept path=\"/dir/b c\" ");
      JsonNode page = new ObjectMapper().readTree(client.get("/cache").answer().text());
      JsonNode listed = page.get("upstreams").get(0);
      assertThat(listed.get("url").asText()).isEqualTo(upstream.url().toString());
      assertThat(listed.get("kept").asInt()).isEqualTo(2);
      assertThat(listed.get("files").get(0).get("state").asText()).isEqualTo("kept");
      assertThat(listed.get("files").findValuesAsText("path"))
          .containsExactlyInAnyOrder("/a", "/dir/b c");

      assertThat(delete(client, "/cache/dir/b%20c")).contains("{\"deleted\":1}");
      assertThat(delete(client, "/cache/dir/b%20c")).contains("is not in the cache");
      assertThat(delete(client, "/cache/%2e%2e/x")).contains("Refused");
      assertThat(delete(client, "/cache")).contains("{\"deleted\":1}");
      assertThat(client.get("/cache").answer().text()).contains("\"kept\":0");
      client.send("PUT /cache HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(405);
      awaitLine(served, "mirror lost path=/a bytes=2097155 reason=deleted");
    }
  }

  private static String delete(RawClient client, String path) throws Exception {
    client.send("DELETE " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
    return client.answer().text();
  }

  @Test
  void othersMayNotSeeTheCache() throws Exception {
    try (Mirrors mirroring = kept("--cache-admin", "10.0.0.0/8,::1");
        Served served = Served.mirroring(root, mirroring);
        RawClient client = new RawClient(served.port())) {
      assertThat(client.get("/cache").answer().status()).isEqualTo(403);
      assertThat(delete(client, "/cache/a")).contains("/cache is not for 127.0.0.1");
      assertThat(client.get("/cache/a").answer().status()).isEqualTo(404);
    }
  }

  @Test
  void withoutACacheFilesAreStreamedThrough() throws Exception {
    upstream.put("/a", FILE);
    try (Mirrors mirroring = mirroring();
        Served served = Served.mirroring(root, mirroring);
        RawClient client = new RawClient(served.port())) {
      assertThat(client.get("/a").answer().body()).isEqualTo(FILE);
      assertThat(client.get("/a").answer().body()).isEqualTo(FILE);
      assertThat(client.get("/cache").answer().status()).isEqualTo(404);
      assertThat(upstream.requests).containsExactly("GET /a", "GET /a", "GET /cache");
    }
  }

  @Test
  void theReadmeExplainsEveryEndAndEveryLoss() throws Exception {
    String readme = Files.readString(Path.of("README.md"));
    String mirror = readme.substring(readme.indexOf("\n## Mirror"));
    for (Note.End end : Note.End.values()) {
      assertThat(mirror).contains("| `" + end.key() + "` |");
    }
    for (Note.Loss loss : Note.Loss.values()) {
      assertThat(mirror).contains("`" + loss.key() + "`");
    }
    assertThat(mirror).contains("`stale`");
  }
}
