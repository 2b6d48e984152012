package dev.bootbus.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What firmware, loaders and installers rely on, byte by byte.
class HttpTest {
  private static final byte[] KERNEL = new byte[300_000];

  static {
    new Random(1).nextBytes(KERNEL);
  }

  @TempDir private Path root;
  private Served served;

  @BeforeEach
  void serve() throws Exception {
    served = Served.from(root);
    served.put("vmlinuz", KERNEL);
    served.put("empty", new byte[0]);
    served.put("boot/small.cfg", "0123456789".getBytes(ISO_8859_1));
  }

  @AfterEach
  void stop() {
    served.close();
  }

  private RawClient connect() throws Exception {
    return new RawClient(served.port());
  }

  @Test
  void uefiHttpBootAsksHeadThenGet() throws Exception {
    try (RawClient client = connect()) {
      String headers =
          " HTTP/1.1\r\nHost: h\r\nAccept: */*\r\nUser-Agent: UefiHttpBoot/1.0\r\n\r\n";
      client.send("HEAD /vmlinuz" + headers);
      RawClient.Answer head = client.answer(false);
      client.send("GET /vmlinuz" + headers);
      RawClient.Answer get = client.answer();

      assertThat(head.status()).isEqualTo(200);
      assertThat(head.header("Content-Length")).isEqualTo("300000");
      head.headers().remove("date");
      get.headers().remove("date");
      assertThat(get.headers()).isEqualTo(head.headers());
      assertThat(get.body()).isEqualTo(KERNEL);
    }
  }

  @Test
  void theHeadIsSmallAndSaysNothingOfTheServer() throws Exception {
    RawClient.Answer answer = RawClient.once(served.port(), "GET /vmlinuz HTTP/1.0\r\n\r\n");

    assertThat(answer.headers())
        .containsOnlyKeys(
            "date", "content-type", "content-length", "accept-ranges", "last-modified", "etag");
    assertThat(answer.header("Last-Modified")).isEqualTo("Fri, 02 Jan 2026 03:04:05 GMT");
    assertThat(answer.headers().toString()).hasSizeLessThan(512);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/vmlinuz", "/boot/small.cfg", "/empty", "/nothing", "/boot"})
  void headSaysWhatGetSends(String path) throws Exception {
    try (RawClient client = connect()) {
      RawClient.Answer get = client.get(path).answer();
      client.send("HEAD " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
      RawClient.Answer head = client.answer(false);

      assertThat(head.status()).isEqualTo(get.status());
      assertThat(head.header("Content-Length")).isEqualTo(String.valueOf(get.body().length));
      assertThat(head.header("Content-Type")).isEqualTo(get.header("Content-Type"));
    }
  }

  @Test
  void freebsdsLoaderReadsAKernelInRangesOnOneConnection() throws Exception {
    try (RawClient client = connect()) {
      byte[] read = new byte[KERNEL.length];
      for (int at = 0; at < KERNEL.length; at += 8192) {
        int last = Math.min(at + 8192, KERNEL.length) - 1;
        client.send(
            "GET /vmlinuz HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\nKeep-Alive: 300\r\n"
                + "User-Agent: pxe_http/0\r\nRange: bytes="
                + at
                + "-"
                + last
                + "\r\n\r\n");
        RawClient.Answer answer = client.answer();
        assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 206 Partial Content");
        assertThat(answer.header("Content-Range"))
            .isEqualTo("bytes " + at + "-" + last + "/300000");
        System.arraycopy(answer.body(), 0, read, at, answer.body().length);
      }
      assertThat(read).isEqualTo(KERNEL);
    }
  }

  @ParameterizedTest(name = "{0} of {1}")
  @CsvSource({
    "0-9,       vmlinuz, 206, bytes 0-9/300000",
    "-10,       vmlinuz, 206, bytes 299990-299999/300000",
    "299999-,   vmlinuz, 206, bytes 299999-299999/300000",
    "300000-,   vmlinuz, 416, bytes */300000",
    "-0,        vmlinuz, 416, bytes */300000",
    "8-100,     boot/small.cfg, 206, bytes 8-9/10",
    "10-,       boot/small.cfg, 416, bytes */10",
    "x,         boot/small.cfg, 200, ''",
    "0-,        empty,   200, ''",
  })
  void ranges(String range, String file, int status, String contentRange) throws Exception {
    // the second time a small file comes from memory
    for (int i = 0; i < 2; i++) {
      RawClient.Answer answer =
          RawClient.once(
              served.port(),
              "GET /" + file + " HTTP/1.1\r\nHost: x\r\nRange: bytes=" + range + "\r\n\r\n");

      assertThat(answer.status()).isEqualTo(status);
      assertThat(answer.header("Content-Range")).isEqualTo(contentRange);
      RawClient.once(served.port(), "GET /" + file + " HTTP/1.1\r\nHost: x\r\n\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/boot/small.cfg", "/vmlinuz"})
  void severalRangesComeAsMultipart(String file) throws Exception {
    RawClient.Answer whole =
        RawClient.once(served.port(), "GET " + file + " HTTP/1.1\r\nHost: x\r\n\r\n");
    RawClient.Answer answer =
        RawClient.once(
            served.port(), "GET " + file + " HTTP/1.1\r\nHost: x\r\nRange: bytes=-2,1-3\r\n\r\n");

    int length = whole.body().length;
    String text = whole.text();
    String boundary = answer.header("Content-Type").replaceFirst(".*boundary=", "");
    assertThat(answer.status()).isEqualTo(206);
    assertThat(answer.header("Content-Type")).startsWith("multipart/byteranges; boundary=");
    assertThat(answer.text())
        .isEqualTo(
            part(boundary, whole, length - 2, length - 1, text.substring(length - 2))
                + part(boundary, whole, 1, 3, text.substring(1, 4))
                + ("\r\n--" + boundary + "--\r\n"));
  }

  private static String part(
      String boundary, RawClient.Answer whole, int first, int last, String bytes) {
    return "\r\n--%s\r\nContent-Type: %s\r\nContent-Range: bytes %d-%d/%d\r\n\r\n%s"
        .formatted(boundary, whole.header("Content-Type"), first, last, whole.body().length, bytes);
  }

  @Test
  void aKnownVersionIsNotSentAgain() throws Exception {
    RawClient.Answer first =
        RawClient.once(served.port(), "GET /vmlinuz HTTP/1.1\r\nHost: x\r\n\r\n");
    RawClient.Answer byDate =
        RawClient.once(
            served.port(),
            "GET /vmlinuz HTTP/1.1\r\nHost: x\r\nIf-Modified-Since: "
                + first.header("Last-Modified")
                + "\r\n\r\n");
    RawClient.Answer byTag =
        RawClient.once(
            served.port(),
            "HEAD /vmlinuz HTTP/1.1\r\nHost: x\r\nIf-None-Match: "
                + first.header("ETag")
                + "\r\n\r\n");

    assertThat(byDate.status()).isEqualTo(304);
    assertThat(byTag.status()).isEqualTo(304);
    assertThat(byTag.header("ETag")).isEqualTo(first.header("ETag"));
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws Exception {
    try (RawClient client = connect()) {
      StringBuilder requests = new StringBuilder();
      for (int i = 0; i < 50; i++) {
        String path = i % 3 == 0 ? "/vmlinuz" : i % 3 == 1 ? "/boot/small.cfg" : "/missing" + i;
        requests.append("GET ").append(path).append(" HTTP/1.1\r\nHost: x\r\n\r\n");
      }
      client.send(requests.toString());
      for (int i = 0; i < 50; i++) {
        RawClient.Answer answer = client.answer();
        switch (i % 3) {
          case 0 -> assertThat(answer.body()).isEqualTo(KERNEL);
          case 1 -> assertThat(answer.text()).isEqualTo("0123456789");
          default -> assertThat(answer.text()).contains("/missing" + i + " is not here");
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /boot/small.cfg HTTP/1.0\r\n\r\n",
        "GET /boot/small.cfg HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "GET /vmlinuz HTTP/1.0\r\nUser-Agent: Syslinux/6.04\r\n\r\n",
      })
  void theConnectionEndsWhenTheClientWantsSo(String request) throws Exception {
    try (RawClient client = connect()) {
      RawClient.Answer answer = client.send(request).answer();

      assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 200 OK");
      assertThat(answer.header("Content-Length")).isNotEmpty();
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void http10MayKeepTheConnection() throws Exception {
    try (RawClient client = connect()) {
      for (int i = 0; i < 2; i++) {
        client.send("GET /boot/small.cfg HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        assertThat(client.answer().header("Connection")).isEqualToIgnoringCase("keep-alive");
      }
    }
  }

  @Test
  void aProxysTargetGoesBeforeTheHostHeader() throws Exception {
    RawClient.Answer answer =
        RawClient.once(
            served.port(),
            "GET http://boot.example/boot/small.cfg HTTP/1.1\r\nHost: other.example\r\n\r\n");

    assertThat(answer.text()).isEqualTo("0123456789");
  }

  @Test
  void whatIsNotThereIsSaidInOneSentence() throws Exception {
    RawClient.Answer answer =
        RawClient.once(served.port(), "GET /boot/vmlinux HTTP/1.1\r\nHost: x\r\n\r\n");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.header("Content-Type")).isEqualTo("text/plain;charset=utf-8");
    assertThat(answer.text()).isEqualTo("/boot/vmlinux is not here: no such file.\n");
  }

  @Test
  void aFileIsNoDirectory() throws Exception {
    RawClient.Answer answer =
        RawClient.once(served.port(), "GET /vmlinuz/ HTTP/1.1\r\nHost: x\r\n\r\n");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.text()).contains("is a file, not");
  }

  /// Some loaders take the end of a segment for the end of the head, or what comes with the head
  /// for all there is.
  @ParameterizedTest
  @ValueSource(strings = {"/boot/small.cfg", "/missing", "/boot", "/boot/", "/main.ipxe"})
  void headAndSmallBodyComeInOneWrite(String path) throws Exception {
    try (RawClient client = connect()) {
      byte[] read = new byte[4096];
      for (int i = 0; i < 100; i++) {
        client.get(path);
        int count = client.socket().getInputStream().read(read);
        String[] answer = new String(read, 0, count, ISO_8859_1).split("\r\n\r\n", 2);
        assertThat(answer).hasSize(2);
        assertThat(answer[0] + "\r\n").contains("Content-Length: " + answer[1].length() + "\r\n");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "POST", "DELETE", "OPTIONS", "TRACE", "PATCH", "get", "FOO"})
  void otherMethodsAreNotAllowed(String method) throws Exception {
    RawClient.Answer answer =
        RawClient.once(served.port(), method + " /vmlinuz HTTP/1.1\r\nHost: x\r\n\r\n");

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).isEqualTo("GET, HEAD");
    assertThat(answer.text()).contains("Only GET and HEAD");
  }

  @Test
  void eachRequestIsOneLogLine() throws Exception {
    try (RawClient client = connect()) {
      client.get("/boot/small.cfg?mac=52-54-00-12-34-56").answer();
      client.send("HEAD /vmlinuz HTTP/1.1\r\nHost: x\r\n\r\n").answer(false);
      client.send("GET /vmlinuz HTTP/1.1\r\nHost: x\r\nRange: bytes=0-9\r\n\r\n").answer();
      client.get("/nope").answer();
      client.send("PUT /nope HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n").answer();
      client.get("/pxelinux.cfg/01-52-54-00-12-34-56").answer();
      client.get("/../etc").answer();
    }
    await().untilAsserted(() -> assertThat(served.log()).hasSize(7));
    assertThat(
            served.log().stream()
                .map(line -> line.replaceFirst("ms=\\d+ trace=[0-9a-f]{32}", "ms=N")))
        .containsExactly(
            "get path=/boot/small.cfg peer=127.0.0.1 mac=52:54:00:12:34:56 status=200 bytes=10"
                + " ms=N",
            "head path=/vmlinuz peer=127.0.0.1 status=200 bytes=0 ms=N",
            "get path=/vmlinuz peer=127.0.0.1 status=206 bytes=10 ms=N range=0-9",
            "get path=/nope peer=127.0.0.1 status=404 bytes=33 ms=N"
                + " reason=\"/nope is not here: no such file.\"",
            "refuse method=PUT path=/nope peer=127.0.0.1 status=405 bytes=44 ms=N"
                + " reason=\"Only GET and HEAD are served here, not PUT.\"",
            "get path=/pxelinux.cfg/01-52-54-00-12-34-56 peer=127.0.0.1 mac=52:54:00:12:34:56"
                + " status=404 bytes=62 ms=N"
                + " reason=\"/pxelinux.cfg/01-52-54-00-12-34-56 is not here: no such file.\"",
            "refuse peer=127.0.0.1 status=400 bytes=18 ms=N reason=\"Refused: Bad URI.\"");
    await()
        .untilAsserted(
            () ->
                assertThat(served.totals())
                    .isEqualTo(
                        "sent=3 stored=0 online=0 listed=0 redirected=0 unchanged=0 not-found=2 denied=0 refused=2 unavailable=0 broken=0 cut-short=0"
                            + " failed=0 bytes=177"));
  }
}
