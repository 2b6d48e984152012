package dev.bootbus.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests that no honest client sends. After each of them the server still serves.
class HostileTest {
  private static final String SECRET = "root:x:0:0";

  @TempDir private Path folder;
  private Served served;

  @BeforeEach
  void serve() throws Exception {
    Path root = Files.createDirectory(folder.resolve("root"));
    served = Served.from(root);
    served.put("file", "content".getBytes(ISO_8859_1));
    Files.writeString(folder.resolve("secret"), SECRET);
    Files.createDirectory(folder.resolve("root-private"));
    Files.writeString(folder.resolve("root-private/secret"), SECRET);
    Files.createSymbolicLink(root.resolve("link"), folder.resolve("secret"));
    Files.createSymbolicLink(root.resolve("dirlink"), folder.resolve("root-private"));
    Files.createSymbolicLink(root.resolve("relative"), Path.of("../secret"));
    Files.createSymbolicLink(root.resolve("inside"), Path.of("file"));
    Files.createSymbolicLink(root.resolve("loop"), Path.of("loop"));
    Files.createSymbolicLink(root.resolve("zero"), Path.of("/dev/zero"));
  }

  @AfterEach
  void stillServes() throws Exception {
    assertThat(RawClient.once(served.port(), "GET /file HTTP/1.0\r\n\r\n").text())
        .isEqualTo("content");
    assertThat(served.totals()).contains(" failed=0 ");
    served.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../secret",
        "/../root-private/secret",
        "/./../secret",
        "/a/../../secret",
        "/..%2fsecret",
        "/%2e%2e/secret",
        "/%2e%2e%2fsecret",
        "/.%2e/secret",
        "/%252e%252e/secret",
        "/..;/secret",
        "/..;a=b/secret",
        "/;/../secret",
        "/..\\secret",
        "/..%5csecret",
        "/%5c..%5csecret",
        "//../secret",
        "/..//secret",
        "//secret",
        "///etc/passwd",
        "/etc/passwd",
        "/%2fetc%2fpasswd",
        "/file%00",
        "/file%00.txt",
        "/../secret%00.txt",
        "/%c0%ae%c0%ae/secret",
        "/%e0%80%ae%e0%80%ae/secret",
        "/%uff0e%uff0e/secret",
        "/\u00c0\u00ae\u00c0\u00ae/secret",
        "/file/../../secret",
        "/file/x",
        "/link",
        "/dirlink/secret",
        "/relative",
        "/loop",
        "/zero",
        "/dirlink/../secret",
        "http://x/../secret",
        "http://x/%2e%2e/secret",
        "file:///etc/passwd",
        "../secret",
        "secret",
        "*",
        "/#/../secret",
      })
  void nothingOutsideTheRootIsServed(String target) throws Exception {
    RawClient.Answer answer =
        RawClient.once(served.port(), "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");

    assertThat(answer.status()).isBetween(400, 404);
    assertThat(answer.text()).doesNotContain(SECRET).endsWith(".\n");
    assertThat(answer.text().lines()).hasSize(1);
  }

  /// Said by us and not by Jetty, after whose refusals the connection may be gone.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /x/%2e%2e/file     | the path hides a dot segment
          /boot/%2e/file     | the path hides a dot segment
          /x/..%2fsecret     | the path has a slash or a backslash inside a name
          /file%0a           | the path has a control character
          /%c0%ae            | the path is not UTF-8
          """)
  void aRefusedPathLeavesTheConnection(String target, String reason) throws Exception {
    try (RawClient client = new RawClient(served.port())) {
      RawClient.Answer refusal = client.get(target).answer();

      assertThat(refusal.status()).isEqualTo(400);
      assertThat(refusal.text()).isEqualTo("Refused: " + reason + ".\n");
      assertThat(client.get("/file").answer().text()).isEqualTo("content");
    }
  }

  @Test
  void aLinkInsideTheRootIsServed() throws Exception {
    assertThat(RawClient.once(served.port(), "GET /inside HTTP/1.0\r\n\r\n").text())
        .isEqualTo("content");
  }

  @Test
  void aLinkOutOfTheRootIsForbidden() throws Exception {
    RawClient.Answer answer = RawClient.once(served.port(), "GET /link HTTP/1.0\r\n\r\n");

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.text()).isEqualTo("/link is a symbolic link that leads out of the root.\n");
  }

  @Test
  void aFifoIsNotOpened() throws Exception {
    Path fifo = folder.resolve("root/fifo");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();

    RawClient.Answer answer = RawClient.once(served.port(), "GET /fifo HTTP/1.0\r\n\r\n");

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.text()).isEqualTo("/fifo is not a regular file.\n");
  }

  static Stream<Arguments> badRequests() {
    String get = "GET /file HTTP/1.1\r\nHost: x\r\n";
    return Stream.of(
        Arguments.of("garbage", "GARBAGE\r\n\r\n", 400),
        Arguments.of("TLS ClientHello", "\u0016\u0003\u0001\u0002\u0000\u0001", 400),
        Arguments.of("HTTP/0.9", "GET /file\r\n", 505),
        Arguments.of("HTTP/3.0", "GET /file HTTP/3.0\r\nHost: x\r\n\r\n", 505),
        Arguments.of("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 426),
        Arguments.of("no Host", "GET /file HTTP/1.1\r\n\r\n", 400),
        Arguments.of("two Hosts", get + "Host: y\r\n\r\n", 400),
        Arguments.of("space before the colon", get + "Range : bytes=0-1\r\n\r\n", 400),
        Arguments.of("folded header", get + "A: b\r\n c\r\n\r\n", 400),
        Arguments.of("NUL in a header", get + "A: b\u0000c\r\n\r\n", 400),
        Arguments.of(
            "Content-Length and chunked",
            get + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400),
        Arguments.of("two lengths", get + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        Arguments.of("negative length", get + "Content-Length: -1\r\n\r\n", 400),
        Arguments.of("unknown coding", get + "Transfer-Encoding: x\r\n\r\n", 400),
        Arguments.of("unknown expectation", get + "Expect: tea\r\n\r\n", 417),
        Arguments.of("header of 1 MB", get + "A: " + "a".repeat(1 << 20) + "\r\n\r\n", 431),
        Arguments.of("10,000 headers", get + "A: b\r\n".repeat(10_000) + "\r\n", 431),
        Arguments.of("path of 1 MB", "GET /" + "a".repeat(1 << 20) + " HTTP/1.1\r\n\r\n", 414),
        Arguments.of("name of 5 KB", "GET /" + "a".repeat(5000) + " HTTP/1.0\r\n\r\n", 404),
        Arguments.of("path of 4 KB", "GET " + "/a".repeat(2100) + " HTTP/1.0\r\n\r\n", 404),
        Arguments.of("10,000 ranges", get + ranges(10_000) + "\r\n\r\n", 431),
        Arguments.of("1,000 ranges", get + ranges(1000) + "\r\n\r\n", 200),
        Arguments.of("overlapping ranges", get + "Range: bytes=0-,0-,0-\r\n\r\n", 200),
        Arguments.of("encodings of none", get + "Accept-Encoding: ;q=;,=\"gzip\r\n\r\n", 200),
        Arguments.of("2,000 encodings", get + encodings(2000) + "\r\n\r\n", 200),
        Arguments.of("body of a GET", get + "Content-Length: 5\r\n\r\nhello", 200),
        Arguments.of(
            "10 GB upload",
            "PUT /x HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000000\r\n\r\n",
            405),
        Arguments.of("CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", 405),
        Arguments.of("OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 405));
  }

  private static String encodings(int count) {
    return "Accept-Encoding: " + "x,".repeat(count);
  }

  private static String ranges(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "0-" + i % 7)
        .collect(Collectors.joining(",", "Range: bytes=", ""));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badRequests")
  void badRequestsAreAnswered(String name, String request, int status) throws Exception {
    try (RawClient client = new RawClient(served.port())) {
      try {
        client.send(request);
      } catch (IOException e) {
        // the server has answered and closed before all was sent
      }
      RawClient.Answer answer = client.answer();

      assertThat(answer.status()).as(answer.text()).isEqualTo(status);
      if (status >= 400) {
        assertThat(answer.header("Content-Type")).isEqualTo("text/plain;charset=utf-8");
        assertThat(answer.text().lines()).hasSize(1);
      }
    }
  }

  @Test
  void nobodyIsSomebodyElseByAHeader() throws Exception {
    RawClient.once(
        served.port(),
        "GET /file HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 10.9.9.9\r\nForwarded: for=10.9.9.9\r\n"
            + "X-Real-IP: 10.9.9.9\r\n\r\n");

    await().until(() -> !served.log().isEmpty());
    assertThat(served.log().toString()).contains("peer=127.0.0.1").doesNotContain("10.9.9.9");
  }

  @Test
  void aLogLineCannotBeForged() throws Exception {
    RawClient.once(served.port(), "GET /a%0aget\u001b[2Jpath=/b\"x HTTP/1.1\r\nHost: x\r\n\r\n");

    await().until(() -> !served.log().isEmpty());
    assertThat(served.log())
        .allSatisfy(line -> assertThat(line.chars()).allMatch(c -> c >= ' ' && c < 127));
  }

  @Test
  void noiseIsSurvived() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] request =
        "GET /file HTTP/1.1\r\nHost: x\r\nRange: bytes=0-1\r\nAccept-Encoding: gzip;q=0.5,identity\r\nConnection: close\r\n\r\n"
            .getBytes(ISO_8859_1);
    for (int i = 0; i < 2000; i++) {
      byte[] mutated = request.clone();
      for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
      }
      try (RawClient client = new RawClient(served.port())) {
        client.send(mutated);
        client.socket().shutdownOutput();
        byte[] answer = client.socket().getInputStream().readAllBytes();
        assertThat(new String(answer, ISO_8859_1))
            .as("seed %d, request %d", seed, i)
            .doesNotContain("HTTP/1.1 500");
      } catch (IOException e) {
        // closed or reset: as good an answer as any
      }
    }
  }
}
