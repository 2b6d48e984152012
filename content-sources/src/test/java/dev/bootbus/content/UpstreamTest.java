package dev.bootbus.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.bootbus.content.Asker.Wish;
import dev.bootbus.content.ContentSource.Answer;
import dev.bootbus.content.ContentSource.Fault;
import dev.bootbus.content.FakeMirror.Script;
import dev.bootbus.schema.FileRequest.Protocol;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.Traceparent;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpstreamTest {
  private static final Duration TIMEOUT = Duration.ofMillis(700);
  private static final byte[] BYTES = bytes(300_000);
  private static final Asker ASKER =
      new Asker(
          Protocol.TFTP, InetAddress.getLoopbackAddress(), MacAddress.NONE, Traceparent.fresh());

  private final List<AutoCloseable> open = new ArrayList<>();

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  private FakeMirror mirror(Script script) throws IOException {
    FakeMirror mirror = FakeMirror.start(script);
    open.add(mirror);
    return mirror;
  }

  private Upstream upstream(URI base) {
    return upstream(base, Proxies.of(Map.of()), 4);
  }

  private Upstream upstream(URI base, Proxies proxies, int maxFetches) {
    Upstream upstream =
        Upstream.of(
            new Upstream.Settings(base, TIMEOUT, UpstreamTrust.ofTheJvm(), proxies, maxFetches));
    open.add(upstream);
    return upstream;
  }

  private Upstream against(Script script) throws IOException {
    return upstream(mirror(script).url());
  }

  private static BootPath path(String name) throws Exception {
    return BootPath.ofTftp(name);
  }

  private static Content found(Answer answer) {
    assertThat(answer).isInstanceOf(Answer.Found.class);
    return ((Answer.Found) answer).content();
  }

  private static byte[] read(Content content, long offset) throws IOException {
    try (content;
        InputStream in = content.from(offset)) {
      return in.readAllBytes();
    }
  }

  private static byte[] from(long offset) {
    return java.util.Arrays.copyOfRange(BYTES, (int) offset, BYTES.length);
  }

  /// As servers do that know ranges and one version.
  private static void serve(FakeMirror.Request request, OutputStream out, String tag)
      throws IOException {
    String range = request.header("Range");
    String condition = request.header("If-Range");
    if (request.header("If-None-Match").equals(tag)) {
      FakeMirror.head(out, "304 Not Modified", "ETag: " + tag + "\r\n");
    } else if (range.isEmpty() || !condition.isEmpty() && !condition.equals(tag)) {
      FakeMirror.say(out, "200 OK", "ETag: " + tag + "\r\nContent-Type: a/b\r\n", BYTES);
    } else {
      int first = Integer.parseInt(range.replaceAll("\\D", ""));
      if (first >= BYTES.length) {
        String size = "Content-Range: bytes */" + BYTES.length + "\r\n";
        FakeMirror.say(out, "416 Range Not Satisfiable", size, new byte[0]);
        return;
      }
      String given = "bytes " + first + "-" + (BYTES.length - 1) + "/" + BYTES.length;
      FakeMirror.say(
          out,
          "206 Partial Content",
          "Content-Range: " + given + "\r\nETag: " + tag + "\r\n",
          from(first));
    }
  }

  @Test
  void aFileIsStreamedWithItsSizeVersionAndType() throws Exception {
    Upstream upstream = against((request, out) -> serve(request, out, "\"v1\""));

    Content.Streamed content = (Content.Streamed) found(upstream.open(path("a/b"), ASKER));

    assertThat(content.size()).hasValue(BYTES.length);
    assertThat(content.version()).isEqualTo("v1");
    assertThat(content.mediaType()).isEqualTo("a/b");
    assertThat(read(content, 0)).isEqualTo(BYTES);
  }

  @ParameterizedTest
  @CsvSource({
    "vmlinuz, /vmlinuz",
    "a b/c%20d, /a%20b/c%2520d",
    "a?b#c, /a%3Fb%23c",
    "grün/100%, /gr%C3%BCn/100%25",
    "a;x=1&y, /a%3Bx%3D1%26y",
    "x/a:b@c, /x/a%3Ab%40c",
  })
  void aNameIsEncodedSegmentBySegment(String name, String target) throws Exception {
    FakeMirror mirror = mirror((request, out) -> FakeMirror.say(out, "200 OK", "", BYTES));
    Upstream upstream = upstream(URI.create(mirror.url() + "deb%20ian"));

    found(upstream.open(path(name), ASKER)).close();

    assertThat(mirror.requests.getFirst().target()).isEqualTo("/deb%20ian" + target);
    assertThat(mirror.requests.getFirst().header("Accept-Encoding")).isEqualTo("identity");
  }

  @Test
  void whoOnlyWantsTheFactsDownloadsNothing() throws Exception {
    FakeMirror mirror =
        mirror(
            (request, out) -> {
              if (request.line().startsWith("HEAD")) {
                FakeMirror.head(out, "200 OK", "Content-Length: 300000\r\nETag: \"v\"\r\n");
              } else {
                serve(request, out, "\"v\"");
              }
            });

    Content content = found(upstream(mirror.url()).open(path("f"), ASKER.wishing(Wish.FACTS)));

    assertThat(content.size()).hasValue(300_000);
    assertThat(mirror.requests).hasSize(1);
    assertThat(read(content, 299_990)).isEqualTo(from(299_990));
    assertThat(mirror.requests.getLast().header("Range")).isEqualTo("bytes=299990-");
    assertThat(mirror.requests.getLast().header("If-Range")).isEqualTo("\"v\"");
  }

  @Test
  void anUpstreamWithoutHeadIsAskedByGet() throws Exception {
    Upstream upstream =
        against(
            (request, out) -> {
              if (request.line().startsWith("HEAD")) {
                FakeMirror.say(out, "405 Method Not Allowed", "", new byte[0]);
              } else {
                serve(request, out, "\"v\"");
              }
            });

    Content content = found(upstream.open(path("f"), ASKER.wishing(Wish.FACTS)));

    assertThat(content.size()).hasValue(BYTES.length);
    assertThat(read(content, 0)).isEqualTo(BYTES);
  }

  @Test
  void anUpstreamWithoutRangesIsReadUpToTheOffset() throws Exception {
    Upstream upstream =
        against((request, out) -> FakeMirror.say(out, "200 OK", "ETag: \"v\"\r\n", BYTES));

    assertThat(read(found(upstream.open(path("f"), ASKER)), 123_456)).isEqualTo(from(123_456));
  }

  @Test
  void fetchTellsWhatBecameOfAVersion() throws Exception {
    Upstream upstream = against((request, out) -> serve(request, out, "\"v1\""));

    assertThat(upstream.fetch(path("f"), 0, "\"v1\"")).isEqualTo(new Fetched.Unchanged());
    assertThat(upstream.fetch(path("f"), 9, "\"v0\"")).isEqualTo(new Fetched.Changed());
    assertThat(upstream.fetch(path("f"), 9, "W/\"v1\"")).isEqualTo(new Fetched.Changed());
    assertThat(upstream.fetch(path("f"), BYTES.length + 1, "\"v1\""))
        .isEqualTo(new Fetched.Changed());
    try (Fetched.Body body = (Fetched.Body) upstream.fetch(path("f"), 9, "\"v1\"")) {
      assertThat(body.facts().size()).hasValue(BYTES.length);
      assertThat(body.stream().readAllBytes()).isEqualTo(from(9));
    }
    try (Fetched.Body body = (Fetched.Body) upstream.fetch(path("f"), BYTES.length, "\"v1\"")) {
      assertThat(body.stream().readAllBytes()).isEmpty();
    }
    try (Fetched.Body body = (Fetched.Body) upstream.fetch(path("f"), 0, "\"v0\"")) {
      assertThat(body.facts().version()).isEqualTo("\"v1\"");
    }
  }

  /// RFC 9110 §14.4: what a range is said to be is checked.
  @ParameterizedTest
  @CsvSource({"bytes 8-299999/300000", "bytes 9-", "''", "lines 9-299999/300000"})
  void anotherRangeThanAskedForIsNoContent(String range) throws Exception {
    Upstream upstream =
        against(
            (request, out) ->
                FakeMirror.say(
                    out, "206 Partial Content", "Content-Range: " + range + "\r\n", from(9)));

    assertThat(upstream.fetch(path("f"), 9, "")).isInstanceOf(Fetched.Failed.class);
  }

  @Test
  void theDateIsAVersionWhereThereIsNoTag() throws Exception {
    String date = "Sat, 21 Nov 2026 10:00:00 GMT";
    FakeMirror mirror =
        mirror(
            (request, out) -> {
              if (request.header("If-Modified-Since").equals(date)) {
                FakeMirror.head(out, "304 Not Modified", "");
              } else {
                FakeMirror.say(out, "200 OK", "Last-Modified: " + date + "\r\n", BYTES);
              }
            });
    Upstream upstream = upstream(mirror.url());

    try (Fetched.Body body = (Fetched.Body) upstream.fetch(path("f"), 0, "")) {
      assertThat(body.facts().version()).isEqualTo(date);
      assertThat(body.facts().tag()).matches("[0-9a-f]+-493e0");
    }
    assertThat(upstream.fetch(path("f"), 0, date)).isEqualTo(new Fetched.Unchanged());
  }

  @ParameterizedTest
  @CsvSource({
    "404 Not Found, Missing",
    "410 Gone, Missing",
    "401 Unauthorized, Denied",
    "403 Forbidden, Denied",
    "500 Oops, UPSTREAM",
    "503 Busy, UPSTREAM",
    "429 Too Many, UPSTREAM",
    "204 No Content, UPSTREAM",
    "304 Not Modified, UPSTREAM",
    "418 Teapot, UPSTREAM",
  })
  void aStatusIsToldAsWhatItIs(String status, String expected) throws Exception {
    Upstream upstream = against((request, out) -> FakeMirror.say(out, status, "", new byte[0]));

    for (Wish wish : Wish.values()) {
      Answer answer = upstream.open(path("f"), ASKER.wishing(wish));

      String kind =
          answer instanceof Answer.Unavailable(var fault, _)
              ? fault.name()
              : answer.getClass().getSimpleName();
      assertThat(kind).isEqualTo(expected);
    }
  }

  @Test
  void redirectsAreFollowedAndDirectoriesAreNone() throws Exception {
    FakeMirror mirror =
        mirror(
            (request, out) -> {
              switch (request.target()) {
                case "/moved" -> FakeMirror.say(out, "302 Found", "Location: /a\r\n", new byte[0]);
                case "/dir" -> FakeMirror.say(out, "301 Moved", "Location: /dir/\r\n", new byte[0]);
                case "/round" ->
                    FakeMirror.say(out, "302 Found", "Location: /round\r\n", new byte[0]);
                case "/file" ->
                    FakeMirror.say(
                        out, "302 Found", "Location: file:///etc/passwd\r\n", new byte[0]);
                default -> serve(request, out, "\"v\"");
              }
            });
    Upstream upstream = upstream(mirror.url());

    assertThat(read(found(upstream.open(path("moved"), ASKER)), 0)).isEqualTo(BYTES);
    assertThat(read(found(upstream.open(path("moved"), ASKER)), 5)).isEqualTo(from(5));
    assertThat(upstream.open(path("dir"), ASKER))
        .isEqualTo(new Answer.Missing("/dir is a directory of the upstream."));
    mirror.requests.clear();
    assertThat(upstream.open(path("round"), ASKER).toString()).contains("redirects too often");
    assertThat(mirror.requests).hasSizeLessThan(8);
    assertThat(upstream.open(path("file"), ASKER)).isInstanceOf(Answer.Unavailable.class);
  }

  @Test
  void anEncodingThatWasNotAskedForIsRefused() throws Exception {
    Upstream upstream =
        against(
            (request, out) -> FakeMirror.say(out, "200 OK", "Content-Encoding: gzip\r\n", BYTES));

    assertThat(upstream.open(path("f"), ASKER)).isInstanceOf(Answer.Unavailable.class);
  }

  @Test
  void aSizeThatIsNotKnownIsNotInvented() throws Exception {
    Upstream upstream =
        against(
            (request, out) -> {
              FakeMirror.head(out, "200 OK", "Transfer-Encoding: chunked\r\n");
              out.write("3\r\nabc\r\n0\r\n\r\n".getBytes(UTF_8));
            });

    Content content = found(upstream.open(path("f"), ASKER));

    assertThat(content.size()).isEmpty();
    assertThat(read(content, 0)).isEqualTo("abc".getBytes(UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"Content-Length: 9", "Transfer-Encoding: chunked"})
  void aFileCutOffIsNeverShort(String header) throws Exception {
    Upstream upstream =
        against(
            (request, out) -> {
              FakeMirror.head(out, "200 OK", header + "\r\n");
              out.write("5\r\nab".getBytes(UTF_8));
            });

    assertThatThrownBy(() -> read(found(upstream.open(path("f"), ASKER)), 0))
        .isInstanceOf(SourceFailedException.class)
        .hasMessageContaining("The upstream broke off /f");
  }

  /// Servers drop those who read slowly.
  @Test
  void theRestIsFetchedWhenTheUpstreamBreaksOff() throws Exception {
    FakeMirror mirror =
        mirror(
            (request, out) -> {
              if (request.header("Range").isEmpty()) {
                FakeMirror.head(out, "200 OK", "Content-Length: 300000\r\nETag: \"v\"\r\n");
                out.write(BYTES, 0, 100_000);
              } else {
                serve(request, out, "\"v\"");
              }
            });

    assertThat(read(found(upstream(mirror.url()).open(path("f"), ASKER)), 0)).isEqualTo(BYTES);
    assertThat(mirror.requests).hasSize(2);
    assertThat(mirror.requests.getLast().header("If-Range")).isEqualTo("\"v\"");
  }

  @Test
  void theRestOfAnotherFileIsNot() throws Exception {
    Upstream upstream =
        against(
            (request, out) -> {
              if (request.header("Range").isEmpty()) {
                FakeMirror.head(out, "200 OK", "Content-Length: 300000\r\nETag: \"v\"\r\n");
                out.write(BYTES, 0, 100_000);
              } else {
                serve(request, out, "\"w\"");
              }
            });

    assertThatThrownBy(() -> read(found(upstream.open(path("f"), ASKER)), 0))
        .hasMessageMatching("The upstream broke off /f after 100000 of 300000 bytes.");
  }

  @Test
  void anUpstreamThatAlwaysBreaksOffIsGivenUp() throws Exception {
    FakeMirror mirror =
        mirror(
            (request, out) -> {
              int first = Integer.parseInt("0" + request.header("Range").replaceAll("\\D", ""));
              FakeMirror.head(
                  out,
                  first == 0 ? "200 OK" : "206 Partial Content",
                  "Content-Range: bytes %d-299999/300000\r\nContent-Length: %d\r\nETag: \"v\"\r\n"
                      .formatted(first, 300_000 - first));
              out.write(BYTES, first, 1000);
            });

    assertThatThrownBy(() -> read(found(upstream(mirror.url()).open(path("f"), ASKER)), 0))
        .isInstanceOf(SourceFailedException.class);
    assertThat(mirror.requests).hasSize(4);
  }

  @Test
  void oneThatStallsTimesOut() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    open.add(end::countDown);
    Upstream upstream =
        against(
            (request, out) -> {
              if (request.target().equals("/begun")) {
                FakeMirror.head(out, "200 OK", "Content-Length: 300000\r\n");
                out.write(BYTES, 0, 1000);
                out.flush();
              }
              end.await();
            });

    assertThat(upstream.open(path("f"), ASKER))
        .isInstanceOfSatisfying(
            Answer.Unavailable.class,
            unavailable -> {
              assertThat(unavailable.fault()).isEqualTo(Fault.UPSTREAM_SILENT);
              assertThat(unavailable.reason()).contains("did not answer in 700 ms for /f");
            });
    InputStream stream = found(upstream.open(path("begun"), ASKER)).from(0);
    assertThat(stream.readNBytes(1000)).hasSize(1000);
    assertThatThrownBy(stream::read)
        .isInstanceOfSatisfying(
            SourceFailedException.class,
            e -> assertThat(e.fault()).isEqualTo(Fault.UPSTREAM_SILENT))
        .hasMessage("The upstream stopped sending /begun: nothing came for 700 ms.");
  }

  @Test
  void aConnectionRefusedAndAnUnknownHostAreSaid() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }

    assertThat(upstream(URI.create("http://localhost:" + port)).open(path("f"), ASKER))
        .isInstanceOfSatisfying(
            Answer.Unavailable.class,
            refused -> {
              assertThat(refused.fault()).isEqualTo(Fault.UPSTREAM);
              assertThat(refused.reason())
                  .isEqualTo(
                      "The upstream localhost:%d cannot be asked (connection refused) for /f."
                          .formatted(port));
            });
    assertThat(upstream(URI.create("http://no.such.host.invalid/")).open(path("f"), ASKER))
        .isInstanceOfSatisfying(
            Answer.Unavailable.class,
            unknown -> assertThat(unknown.reason()).contains("nobody knows the name of its host"));
  }

  @Test
  void noMoreIsTakenThanIsRead() throws Exception {
    AtomicLong sent = new AtomicLong();
    Upstream upstream =
        against(
            (request, out) -> {
              FakeMirror.head(out, "200 OK", "Content-Length: 1000000000\r\n");
              for (int i = 0; i < 4_000; i++) {
                out.write(BYTES, 0, 250_000);
                sent.addAndGet(250_000);
              }
            });
    Content content = found(upstream.open(path("f"), ASKER));
    InputStream stream = content.from(0);
    stream.readNBytes(1);
    AtomicLong before = new AtomicLong();
    await().until(() -> before.getAndSet(sent.get()) == sent.get()); // the sockets are full

    assertThat(before.get()).isLessThan(20_000_000); // socket buffers
    stream.close();
  }

  @Test
  void onlySoManyAreFetchedAtOnce() throws Exception {
    FakeMirror mirror = mirror((request, out) -> serve(request, out, "\"v\""));
    Upstream upstream = upstream(mirror.url(), Proxies.of(Map.of()), 1);
    Content first = found(upstream.open(path("f"), ASKER));

    Answer second = upstream.open(path("f"), ASKER);
    first.close();

    assertThat(second.toString()).contains("is asked for too many files at once");
    for (int i = 0; i < 5; i++) {
      found(upstream.open(path("f"), ASKER)).close();
      read(found(upstream.open(path("f"), ASKER)), 7);
      upstream.open(path("f"), ASKER.wishing(Wish.FACTS));
    }
  }

  @Test
  void aProxyIsAskedForTheWholeUrl() throws Exception {
    FakeMirror proxy = mirror((request, out) -> serve(request, out, "\"v\""));
    Upstream upstream =
        upstream(URI.create("http://mirror.example/x"), Proxies.always(proxy.url().toString()), 4);

    assertThat(read(found(upstream.open(path("f"), ASKER)), 0)).isEqualTo(BYTES);
    assertThat(proxy.requests.getFirst().target()).isEqualTo("http://mirror.example/x/f");
  }

  @ParameterizedTest
  @CsvSource({
    "ftp://h/",
    "http:///path",
    "file:///srv",
    "http://u:p@h/",
    "http://h/?a",
    "http://h/#a",
    "mirror",
  })
  void whatIsNoBaseIsRefused(URI base) {
    assertThatThrownBy(() -> upstream(base))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("an upstream ");
  }
}
