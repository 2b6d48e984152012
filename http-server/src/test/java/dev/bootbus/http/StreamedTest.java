package dev.bootbus.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.bootbus.content.BootPath;
import dev.bootbus.content.Content;
import dev.bootbus.content.ContentSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Contents that come from elsewhere while they are sent.
class StreamedTest {
  private static final Duration IDLE = Duration.ofMillis(100);

  /// Longer than a busy machine keeps a thread waiting.
  private static final Duration PAUSE = Duration.ofMillis(700);
  private static final byte[] BYTES = new byte[1_000_000];

  static {
    new Random(5).nextBytes(BYTES);
  }

  @TempDir private Path root;
  private Served served;

  /// What was asked of the content, in order.
  private final List<String> calls = new CopyOnWriteArrayList<>();

  @BeforeEach
  void serve() throws Exception {
    served = Served.from(root, this::open);
  }

  @AfterEach
  void stop() {
    served.close();
  }

  private ContentSource.Answer open(BootPath path, Object asker) {
    return switch (path.toString()) {
      case "sized" -> found(OptionalLong.of(BYTES.length), BYTES.length, "v1");
      case "sized.efi" -> found(OptionalLong.of(10), 10, "two words\r\nX: y");
      case "unsized" -> found(OptionalLong.empty(), BYTES.length, "v1");
      case "none" -> found(OptionalLong.of(0), 0, "");
      case "unsized-none" -> found(OptionalLong.empty(), 0, "");
      case "longer" -> found(OptionalLong.of(1000), 5000, "v1");
      case "shorter" -> found(OptionalLong.of(BYTES.length), 500_000, "v1");
      case "torn" -> torn(OptionalLong.of(BYTES.length), 500_000);
      case "unsized-torn" -> torn(OptionalLong.empty(), 500_000);
      case "dead" -> torn(OptionalLong.of(BYTES.length), 0);
      case "unsized-dead" -> torn(OptionalLong.empty(), 0);
      default -> ContentSource.missing(path);
    };
  }

  private ContentSource.Answer found(OptionalLong size, int length, String version) {
    return new ContentSource.Answer.Found(
        new Stream(size, version, new ByteArrayInputStream(BYTES, 0, length)));
  }

  private ContentSource.Answer torn(OptionalLong size, int after) {
    InputStream whole = new ByteArrayInputStream(BYTES, 0, after);
    return new ContentSource.Answer.Found(
        new Stream(
            size,
            "v1",
            new InputStream() {
              @Override
              public int read() {
                throw new AssertionError("byte by byte");
              }

              @Override
              public void reset() throws IOException {
                whole.reset();
              }

              @Override
              public int read(byte[] into, int offset, int length) throws IOException {
                int count = whole.read(into, offset, length);
                if (count < 0) {
                  throw new IOException("the upstream went away");
                }
                return count;
              }
            }));
  }

  private final class Stream implements Content.Streamed {
    private final OptionalLong size;
    private final String version;
    private final InputStream in;

    Stream(OptionalLong size, String version, InputStream in) {
      this.size = size;
      this.version = version;
      this.in = in;
    }

    @Override
    public OptionalLong size() {
      return size;
    }

    @Override
    public InputStream from(long offset) throws IOException {
      calls.add("from " + offset);
      in.reset();
      in.skipNBytes(offset);
      return in;
    }

    @Override
    public String mediaType() {
      return Content.BYTES;
    }

    @Override
    public String version() {
      return version;
    }

    @Override
    public void close() throws IOException {
      calls.add("close");
      throw new IOException("no matter");
    }
  }

  private RawClient.Answer get(String path, String... headers) throws IOException {
    return RawClient.once(served.port(), request("GET", path, headers));
  }

  private static String request(String method, String path, String... headers) {
    String lines = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    return method + " " + path + " HTTP/1.1\r\nHost: x\r\n" + lines + "\r\n";
  }

  @Test
  void aKnownSizeIsTheContentLength() throws Exception {
    RawClient.Answer answer = get("/sized");

    assertThat(answer.header("Content-Length")).isEqualTo("1000000");
    assertThat(answer.header("Transfer-Encoding")).isEmpty();
    assertThat(answer.header("Accept-Ranges")).isEqualTo("bytes");
    assertThat(answer.header("ETag")).isEqualTo("\"v1\"");
    assertThat(answer.header("Last-Modified")).isEmpty();
    assertThat(answer.body()).isEqualTo(BYTES);
    await().untilAsserted(() -> assertThat(calls).containsExactly("from 0", "close"));
  }

  @Test
  void aVersionThatIsNoEntityTagBecomesOneAndTheNameTellsTheType() throws Exception {
    RawClient.Answer answer = get("/sized.efi");

    assertThat(answer.header("ETag")).matches("\"[0-9a-f-]{36}\"");
    assertThat(answer.headers()).doesNotContainKey("x");
    assertThat(answer.header("Content-Type")).isEqualTo("application/efi");
    assertThat(get("/sized.efi", "If-None-Match: " + answer.header("ETag")).status())
        .isEqualTo(304);
  }

  @ParameterizedTest(name = "{0} {1}: {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "sized   | Range: bytes=999990-            | 206 | bytes 999990-999999/1000000 | 10",
        "sized   | Range: bytes=-5                 | 206 | bytes 999995-999999/1000000 | 5",
        "sized   | Range: bytes=1000000-           | 416 | bytes */1000000             | 0",
        "sized   | If-None-Match: \"v1\"           | 304 | ''                          | 0",
        "sized   | If-None-Match: \"v0\"           | 200 | ''                    | 1000000",
        "sized   | If-Match: \"v0\"                | 412 | ''                          | 0",
        // RFC 9110 §13.1.3, §13.1.4: ignored where there is no date
        "sized   | If-Modified-Since: Sat, 21 Nov 2026 00:00:00 GMT   | 200 | '' | 1000000",
        "sized   | If-Unmodified-Since: Sat, 21 Nov 2020 00:00:00 GMT | 200 | '' | 1000000",
        "unsized | If-None-Match: \"v1\"           | 304 | ''                          | 0",
        "none    | Accept: */*                     | 200 | ''                          | 0",
      })
  void rangesAndConditions(String path, String header, int status, String range, int length)
      throws Exception {
    RawClient.Answer answer = get("/" + path, header);

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("Content-Range")).isEqualTo(range);
    if (status < 300) {
      assertThat(answer.body()).hasSize(length);
    }
    boolean read = status < 300 && length > 0;
    await().untilAsserted(() -> assertThat(calls).hasSize(read ? 2 : 1).endsWith("close"));
  }

  @Test
  void resumedByTheVersion() throws Exception {
    assertThat(get("/sized", "Range: bytes=999999-", "If-Range: \"v1\"").status()).isEqualTo(206);
    assertThat(get("/sized", "Range: bytes=999999-", "If-Range: \"v0\"").status()).isEqualTo(200);
  }

  @Test
  void severalRangesAreReadOneAfterTheOther() throws Exception {
    RawClient.Answer answer = get("/sized", "Range: bytes=5-6,100-101");

    assertThat(answer.status()).isEqualTo(206);
    assertThat(answer.text())
        .contains("bytes 5-6/1000000\r\n\r\n" + text(5, 7) + "\r\n--")
        .contains("bytes 100-101/1000000\r\n\r\n" + text(100, 102) + "\r\n--");
    await().untilAsserted(() -> assertThat(calls).containsExactly("from 5", "from 100", "close"));
  }

  private static String text(int from, int to) {
    return new String(BYTES, from, to - from, ISO_8859_1);
  }

  @ParameterizedTest
  @CsvSource({"sized, 1000000", "unsized, ''"})
  void headReadsNothing(String path, String length) throws Exception {
    try (RawClient client = new RawClient(served.port())) {
      for (int i = 0; i < 2; i++) {
        RawClient.Answer head = client.send(request("HEAD", "/" + path)).answer(false);
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Content-Length")).isEqualTo(length);
        assertThat(head.header("ETag")).isEqualTo("\"v1\"");
      }
      await().untilAsserted(() -> assertThat(calls).containsExactly("close", "close"));
    }
  }

  @Test
  void anUnknownSizeComesInChunks() throws Exception {
    try (RawClient client = new RawClient(served.port())) {
      for (int i = 0; i < 2; i++) {
        RawClient.Answer head = client.send(request("GET", "/unsized", "Range: bytes=0-1")).head();
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Content-Length")).isEmpty();
        assertThat(head.header("Accept-Ranges")).isEmpty();
        assertThat(head.header("Transfer-Encoding")).isEqualTo("chunked");
        assertThat(client.chunks()).isEqualTo(BYTES);
      }
    }
  }

  @Test
  void whatTurnsOutToBeNothingHasALength() throws Exception {
    assertThat(get("/unsized-none").body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Connection: keep-alive\r\n"})
  void http10GetsAnUnknownSizeUntilTheConnectionEnds(String header) throws Exception {
    try (RawClient client = new RawClient(served.port())) {
      RawClient.Answer head = client.send("GET /unsized HTTP/1.0\r\n" + header + "\r\n").head();

      assertThat(head.headers()).doesNotContainKeys("content-length", "transfer-encoding");
      assertThat(head.header("Connection")).isNotEqualToIgnoringCase("keep-alive");
      assertThat(client.in().readAllBytes()).isEqualTo(BYTES);
    }
  }

  @Test
  void noMoreIsSentThanWasPromised() throws Exception {
    try (RawClient client = new RawClient(served.port())) {
      for (int i = 0; i < 2; i++) {
        assertThat(client.get("/longer").answer().body()).hasSize(1000);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "shorter, it became shorter while it was sent",
    "torn, the upstream went away",
    "unsized-torn, the upstream went away",
  })
  void aStreamThatBreaksOffEndsTheConnection(String path, String why) throws Exception {
    try (RawClient client = new RawClient(served.port())) {
      RawClient.Answer head = client.get("/" + path).head();
      assertThat(head.status()).isEqualTo(200);
      assertThatThrownBy(
              () -> {
                if (head.header("Content-Length").isEmpty()) {
                  client.chunks();
                }
                assertThat(client.in().readAllBytes()).hasSizeLessThan(BYTES.length);
                throw new IOException("the end");
              })
          .isInstanceOf(IOException.class);
    }
    await().until(() -> served.totals().contains("cut-short=1"));
    assertThat(served.log().getLast())
        .contains(" status=200 bytes=500000 ")
        .endsWith("reason=\"the file cannot be read on: " + why + "\"");
  }

  /// The end of the connection would be the end of the file.
  @Test
  void http10IsToldByAResetThatAFileOfUnknownSizeIsNotWhole() throws Exception {
    try (RawClient client = new RawClient(served.port())) {
      client.send("GET /unsized-torn HTTP/1.0\r\n\r\n");
      assertThatThrownBy(() -> client.in().readAllBytes()).isInstanceOf(SocketException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dead", "unsized-dead"})
  void aStreamThatBreaksOffBeforeItsFirstByteIsABadGateway(String path) throws Exception {
    try (RawClient client = new RawClient(served.port())) {
      for (int i = 0; i < 2; i++) {
        RawClient.Answer answer = client.get("/" + path).answer();
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.text()).isEqualTo("the file cannot be read on: the upstream went away\n");
        assertThat(answer.headers()).containsOnlyKeys("date", "content-type", "content-length");
      }
    }
    await().until(() -> served.totals().contains("unavailable=2"));
  }

  @Test
  void whatIsThereIsSentBeforeTheRestComes() throws Exception {
    SynchronousQueue<String> rest = new SynchronousQueue<>();
    InputStream slow =
        new InputStream() {
          @Override
          public int read() {
            throw new AssertionError("byte by byte");
          }

          @Override
          public int read(byte[] into, int offset, int length) throws IOException {
            try {
              byte[] next = rest.take().getBytes(ISO_8859_1);
              System.arraycopy(next, 0, into, offset, next.length);
              return next.length == 0 ? -1 : next.length;
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
          }

          @Override
          public void reset() {}
        };
    BootHttpServer.Settings settings = Served.settings(10, PAUSE, Duration.ofSeconds(30));
    try (Served other =
            Served.from(
                root,
                (_, _) ->
                    new ContentSource.Answer.Found(new Stream(OptionalLong.empty(), "", slow)),
                settings);
        RawClient client = new RawClient(other.port())) {
      client.send("GET /log HTTP/1.0\r\n\r\n");
      assertThat(rest.offer("first", 20, TimeUnit.SECONDS)).as(other.totals()).isTrue();
      client.head();
      assertThat(client.in().readNBytes(5)).asString().isEqualTo("first");
      // how long a source may take is its own business
      client.socket().setSoTimeout((int) PAUSE.multipliedBy(3).toMillis());
      assertThatThrownBy(() -> client.in().read()).isInstanceOf(SocketTimeoutException.class);
      client.socket().setSoTimeout(20_000);
      assertThat(rest.offer("second", 20, TimeUnit.SECONDS)).as(other.totals()).isTrue();
      assertThat(client.in().readNBytes(6)).asString().isEqualTo("second");
      assertThat(rest.offer("", 20, TimeUnit.SECONDS)).as(other.totals()).isTrue();
      assertThat(client.isClosedByServer()).isTrue();
    }
  }
}
