package dev.bootbus.probe.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import dev.bootbus.probe.fetch.Fetcher.Fetched;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Against a server that behaves as badly as servers and proxies can.
class HttpFetcherTest {
  private static final Fetcher.Limits LIMITS =
      new Fetcher.Limits(Duration.ofSeconds(20), 1 << 20, 64);
  private static final Pattern RANGE = Pattern.compile("Range: bytes=(\\d+)-(\\d*)");

  private static HttpFetcher.Settings settings(HttpProfile profile, Duration silence) {
    return new HttpFetcher.Settings(
        profile,
        Duration.ofSeconds(5),
        silence,
        3,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        100);
  }

  private static Fetched fetch(URI uri, HttpProfile profile) throws Exception {
    return fetch(uri, profile, LIMITS);
  }

  private static Fetched fetch(URI uri, HttpProfile profile, Fetcher.Limits limits)
      throws Exception {
    try (HttpFetcher fetcher = new HttpFetcher(settings(profile, Duration.ofSeconds(10)))) {
      return fetcher.fetch(uri, limits, _ -> {});
    }
  }

  /// For servers that fall silent.
  private static Fetched hurriedly(URI uri) throws Exception {
    try (HttpFetcher fetcher =
        new HttpFetcher(settings(HttpProfile.PLAIN, Duration.ofMillis(500)))) {
      return fetcher.fetch(uri, LIMITS, _ -> {});
    }
  }

  private static String cause(Fetched fetched) {
    return switch (fetched) {
      case Fetched.Whole whole ->
          "ok"
              + String.join(
                  "", whole.findings().stream().map(f -> " " + f.cause().code()).toList());
      case Fetched.Broken broken -> broken.finding().cause().code();
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # RFC 9112 §6.3: the body is as long as Content-Length says
          ok                       | HTTP/1.1 200 OK~Content-Length: 5~~hello
          http-closed-early        | HTTP/1.1 200 OK~Content-Length: 6~~hello
          http-closed-early        | HTTP/1.1 200 OK~Transfer-Encoding: chunked~~5~hello~
          http-closed-early        | HTTP/1.1 200 OK~Transfer-Encoding: chunked~~zz~hello~
          ok http-no-length        | HTTP/1.1 200 OK~Transfer-Encoding: chunked~~5~hello~0~~
          ok http-no-length        | HTTP/1.1 200 OK~Connection: close~~hello
          http-not-understood      | HTTP/1.1 200 OK~Content-Length: 5~Content-Length: 4~~hello
          http-not-understood      | HTTP/1.1 200 OK~Content-Length: -5~~hello
          fetch-too-large          | HTTP/1.1 200 OK~Content-Length: 99999999999~~hello
          # RFC 9110 §8.4: never decompressed, so a bomb is a small file
          ok http-encoded          | HTTP/1.1 200 OK~Content-Encoding: gzip~Content-Length: 5~~hello
          http-not-found           | HTTP/1.1 404 Not Found~Content-Length: 0~~
          http-not-found           | HTTP/1.0 410 Gone~Content-Length: 0~~
          http-denied              | HTTP/1.1 403 Forbidden~Content-Length: 0~~
          http-denied              | HTTP/1.1 401 Unauthorized~WWW-Authenticate: Basic~~
          http-server-error        | HTTP/1.1 503 Busy~Content-Length: 0~~
          http-status-unexpected   | HTTP/1.1 204 No Content~~
          http-status-unexpected   | HTTP/1.1 302 Found~Content-Length: 0~~
          http-status-unexpected   | HTTP/1.1 302 Found~Location: gopher://x/~Content-Length: 0~~
          # a part that nobody asked for
          http-status-unexpected   | HTTP/1.1 206 Part~Content-Range: bytes 0-4/9~Content-Length: 5~~hello
          http-closed-early        | ''
          http-closed-early        | SSH-2.0-OpenSSH_9.2p1~
          http-closed-early        | HTTP/1.1 200
          """)
  void answers_have_causes(String expected, String answer) throws Exception {
    try (var server = LittleHttp.saying(answer.replace('~', '\n'))) {
      assertThat(cause(fetch(server.uri("/x"), HttpProfile.PLAIN))).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # RFC 9110 §14.4 and §15.3.7, asked for bytes=2-4
          ok                       | HTTP/1.1 206 Part~Content-Range: bytes 2-4/9~Content-Length: 3~~llo
          ok                       | HTTP/1.1 206 Part~Content-Range: bytes 2-3/4~Content-Length: 2~~ll
          ok                       | HTTP/1.1 206 Part~Content-Range: bytes 2-4/*~Content-Length: 3~~llo
          http-range-wrong         | HTTP/1.1 206 Part~Content-Range: bytes 0-4/9~Content-Length: 5~~hello
          http-range-wrong         | HTTP/1.1 206 Part~Content-Range: bytes 2-3/9~Content-Length: 2~~ll
          http-range-wrong         | HTTP/1.1 206 Part~Content-Range: bytes 2-4/3~Content-Length: 3~~llo
          http-range-wrong         | HTTP/1.1 206 Part~Content-Range: bytes 4-2/9~Content-Length: 3~~llo
          http-range-wrong         | HTTP/1.1 206 Part~Content-Length: 3~~llo
          http-range-wrong         | HTTP/1.1 206 Part~Content-Range: bytes 2-4/9~Content-Length: 4~~llo!
          http-range-ignored       | HTTP/1.1 200 OK~Content-Length: 5~~hello
          http-range-refused       | HTTP/1.1 416 No~Content-Range: bytes */1~Content-Length: 0~~
          """)
  void parts_must_be_those_asked_for(String expected, String answer) throws Exception {
    try (var server = LittleHttp.saying(answer.replace('~', '\n'))) {
      HttpProfile part = HttpProfile.PLAIN.with(ByteRange.parse("2-4"));
      assertThat(cause(fetch(server.uri("/x"), part))).isIn(expected, expected + " http-no-length");
      assertThat(server.heads.getFirst()).contains("Range: bytes=2-4\r\n");
    }
  }

  /// A file that can be had in parts.
  private static LittleHttp file(byte[] file, int requestsOfConnection) throws IOException {
    var left = new AtomicInteger(requestsOfConnection);
    return new LittleHttp(
        (head, out) -> {
          Matcher range = RANGE.matcher(head);
          boolean part = range.find();
          int first = part ? Integer.parseInt(range.group(1)) : 0;
          int last =
              part && !range.group(2).isEmpty()
                  ? Math.min(file.length - 1, Integer.parseInt(range.group(2)))
                  : file.length - 1;
          String lines =
              part
                  ? "HTTP/1.1 206 Part\r\nContent-Range: bytes %d-%d/%d\r\n"
                      .formatted(first, last, file.length)
                  : "HTTP/1.1 200 OK\r\n";
          lines += "Content-Length: " + (last - first + 1) + "\r\n\r\n";
          out.write(lines.getBytes(StandardCharsets.ISO_8859_1));
          if (!head.startsWith("HEAD")) {
            out.write(file, first, last - first + 1);
          }
          return !head.contains("Connection: close")
              && left.decrementAndGet() % requestsOfConnection != 0;
        });
  }

  @Test
  void each_client_asks_in_its_own_way() throws Exception {
    byte[] file = new byte[20_000];
    record Row(HttpProfile profile, String way, int connections) {}
    for (Row row :
        List.of(
            new Row(HttpProfile.PLAIN, "GET /x HTTP/1.1 keep-alive", 1),
            new Row(HttpProfile.UEFI, "HEAD /x HTTP/1.1 keep-alive, GET /x HTTP/1.1 keep-alive", 1),
            new Row(HttpProfile.IPXE, "GET /x HTTP/1.1 keep-alive", 1),
            new Row(HttpProfile.PXELINUX, "GET /x HTTP/1.0 close", 1),
            new Row(HttpProfile.FREEBSD, "GET /x HTTP/1.1 close", 1),
            new Row(
                HttpProfile.FREEBSD_PXE,
                "HEAD /x HTTP/1.1 keep-alive, GET /x HTTP/1.1 keep-alive 0-8191,"
                    + " GET /x HTTP/1.1 keep-alive 8192-16383,"
                    + " GET /x HTTP/1.1 keep-alive 16384-24575",
                1),
            new Row(
                HttpProfile.PLAIN.resuming(),
                "GET /x HTTP/1.1 keep-alive, GET /x HTTP/1.1 keep-alive 10000-,"
                    + " GET /x HTTP/1.1 keep-alive",
                2))) {
      try (var server = file(file, 1000)) {
        assertThat(cause(fetch(server.uri("/x"), row.profile()))).as("%s", row).isEqualTo("ok");
        List<String> ways = server.heads.stream().map(HttpFetcherTest::way).toList();
        assertThat(String.join(", ", ways)).isEqualTo(row.way());
        assertThat(server.connections).hasValue(row.connections());
        assertThat(server.heads.getFirst())
            .contains("User-Agent: " + row.profile().userAgent() + "\r\n")
            .doesNotContain("Accept-Encoding");
      }
    }
  }

  private static String way(String head) {
    Matcher range = RANGE.matcher(head);
    return head.lines().findFirst().orElseThrow()
        + (head.toLowerCase(Locale.ROOT).contains("connection: close") ? " close" : " keep-alive")
        + (range.find() ? " " + range.group(1) + "-" + range.group(2) : "");
  }

  @Test
  void a_server_may_close_between_two_ranges() throws Exception {
    try (var server = file(new byte[100_000], 3)) {
      assertThat(cause(fetch(server.uri("/x"), HttpProfile.FREEBSD_PXE))).isEqualTo("ok");
      assertThat(server.connections.get()).isGreaterThan(3);
    }
  }

  @Test
  void a_resumed_file_is_compared() throws Exception {
    byte[] file = new byte[50_000];
    try (var server =
        new LittleHttp(
            (head, out) -> {
              boolean part = head.contains("Range:");
              file[49_999] = (byte) (part ? 1 : 2);
              String lines =
                  part
                      ? "HTTP/1.1 206 P\r\nContent-Range: bytes 25000-49999/50000\r\n"
                          + "Content-Length: 25000\r\n\r\n"
                      : "HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n";
              out.write(lines.getBytes(StandardCharsets.ISO_8859_1));
              out.write(file, part ? 25_000 : 0, part ? 25_000 : 50_000);
              return false;
            })) {
      assertThat(cause(fetch(server.uri("/x"), HttpProfile.PLAIN.resuming())))
          .isEqualTo("http-resume-differs");
    }
  }

  @Test
  void HEAD_and_GET_must_tell_the_same_size() throws Exception {
    try (var server =
        new LittleHttp(
            (head, out) -> {
              String size = head.startsWith("HEAD") ? "0" : "5\r\nConnection: close";
              out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n").getBytes());
              if (!head.startsWith("HEAD")) {
                out.write("hello".getBytes());
              }
              return head.startsWith("HEAD");
            })) {
      assertThat(cause(fetch(server.uri("/x"), HttpProfile.UEFI))).isEqualTo("http-head-differs");
      assertThat(cause(fetch(server.uri("/x"), HttpProfile.IPXE))).isEqualTo("ok");
    }
  }

  @Test
  void redirects_are_followed_and_told() throws Exception {
    try (var server =
        new LittleHttp(
            (head, out) -> {
              int n = head.charAt("GET /".length()) - '0';
              String answer =
                  n == 0
                      ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
                      : "HTTP/1.1 302 Found\r\nLocation: "
                          + (n == 9 ? "/9" : "" + (n - 1))
                          + "\r\nContent-Length: 0\r\n\r\n";
              out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
              return true;
            })) {
      assertThat(cause(fetch(server.uri("/1"), HttpProfile.PLAIN))).isEqualTo("ok http-redirected");
      assertThat(cause(fetch(server.uri("/8"), HttpProfile.PLAIN))).isEqualTo("http-redirect-loop");
      assertThat(cause(fetch(server.uri("/9"), HttpProfile.PLAIN))).isEqualTo("http-redirect-loop");
    }
  }

  private static void forever(OutputStream out, String head, byte[] piece, long pause)
      throws IOException {
    out.write(head.getBytes(StandardCharsets.ISO_8859_1));
    try {
      while (true) {
        out.write(piece);
        out.flush();
        Thread.sleep(pause);
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"})
  void a_byte_now_and_then_ends_at_the_deadline(String head) throws Exception {
    try (var server =
        new LittleHttp(
            (_, out) -> {
              forever(out, head, new byte[1], 50);
              return false;
            })) {
      var limits = new Fetcher.Limits(Duration.ofMillis(700), Long.MAX_VALUE, 0);
      Fetched fetched = fetch(server.uri("/x"), HttpProfile.PLAIN, limits);
      assertThat(cause(fetched)).isEqualTo("fetch-timed-out");
      assertThat(fetched.took()).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void what_has_no_end_ends_at_a_limit() throws Exception {
    record Row(String cause, String head, byte[] piece) {}
    for (Row row :
        List.of(
            new Row("fetch-too-large", "HTTP/1.1 200 OK\r\n\r\n", new byte[10_000]),
            new Row("http-headers-too-large", "HTTP/1.1 200 OK\r\nX: ", "x".repeat(999).getBytes()),
            new Row("http-headers-too-large", "HTTP/1.1 200 OK\r\n", "a: b\r\n".getBytes()),
            new Row("http-not-understood", "", new byte[5000]),
            new Row("fetch-timed-out", "", "HTTP/1.1 100 Continue\r\n\r\n".getBytes()))) {
      try (var server =
          new LittleHttp(
              (_, out) -> {
                forever(out, row.head(), row.piece(), 0);
                return false;
              })) {
        var limits = new Fetcher.Limits(Duration.ofSeconds(2), 1 << 20, 0);
        Fetched fetched = fetch(server.uri("/x"), HttpProfile.PLAIN, limits);
        assertThat(cause(fetched)).as("%s", fetched).isIn(row.cause(), "http-headers-too-large");
      }
    }
  }

  @Test
  void silence_before_the_answer_and_in_the_middle_are_told_apart() throws Exception {
    try (var silent =
            new LittleHttp(
                (_, out) -> {
                  forever(out, "", new byte[0], 50);
                  return false;
                });
        var half =
            new LittleHttp(
                (_, out) -> {
                  forever(out, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi", new byte[0], 50);
                  return false;
                })) {
      assertThat(cause(hurriedly(silent.uri("/x")))).isEqualTo("http-no-answer");
      assertThat(cause(hurriedly(half.uri("/x")))).isEqualTo("http-stalled");
    }
  }

  @Test
  void a_closed_port_and_an_unknown_host_are_named() throws Exception {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    assertThat(cause(fetch(URI.create("http://127.0.0.1:" + closed + "/"), HttpProfile.PLAIN)))
        .isEqualTo("http-port-closed");
    assertThat(cause(fetch(URI.create("http://no-such-host.invalid/"), HttpProfile.PLAIN)))
        .isEqualTo("host-not-found");
  }

  @Test
  void through_a_proxy_the_whole_URL_is_asked_for() throws Exception {
    try (var proxy = LittleHttp.saying("HTTP/1.1 200 OK\nContent-Length: 2\n\nhi");
        var fetcher =
            new HttpFetcher(
                new HttpFetcher.Settings(
                    HttpProfile.PLAIN,
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(5),
                    3,
                    Optional.of(new HttpFetcher.HostPort("127.0.0.1", proxy.port())),
                    Optional.empty(),
                    Optional.empty(),
                    1))) {
      Fetched fetched = fetcher.fetch(URI.create("http://boot.test:8080//a?b"), LIMITS, _ -> {});
      assertThat(cause(fetched)).isEqualTo("ok");
      assertThat(proxy.heads.getFirst()).startsWith("GET http://boot.test:8080//a?b HTTP/1.1\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/a", "//a//b", "/a%20b", "/a?b=c&d", "/%c3%bc/./x/../y"})
  void a_path_goes_to_the_wire_as_it_is(String path) throws Exception {
    try (var server = LittleHttp.saying("HTTP/1.1 200 OK\nContent-Length: 0\n\n")) {
      fetch(server.uri(path), HttpProfile.PLAIN);
      assertThat(server.heads.getFirst()).startsWith("GET " + path + " HTTP/1.1\r\n");
    }
  }

  @Test
  void hundreds_of_machines_fetch_at_once_with_few_connections() throws Exception {
    try (var server = file(new byte[20_000], 1000);
        var fetcher = new HttpFetcher(settings(HttpProfile.UEFI, Duration.ofSeconds(20)));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Fetched>> machines = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        machines.add(() -> fetcher.fetch(server.uri("/x"), LIMITS, _ -> {}));
      }
      for (Future<Fetched> fetched : threads.invokeAll(machines)) {
        assertThat(cause(fetched.get())).isEqualTo("ok");
      }
      assertThat(server.connections.get()).isLessThanOrEqualTo(110);
    }
  }

  @Test
  void an_interrupt_ends_a_fetch() throws Exception {
    try (var silent =
        new LittleHttp(
            (_, out) -> {
              forever(out, "", new byte[0], 50);
              return false;
            })) {
      List<Object> ends = new CopyOnWriteArrayList<>();
      Thread thread =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (HttpFetcher fetcher = new HttpFetcher(HttpProfile.PLAIN)) {
                      ends.add(fetcher.fetch(silent.uri("/x"), LIMITS, _ -> {}));
                    } catch (InterruptedException | IOException e) {
                      ends.add(e);
                    }
                  });
      await().until(() -> !silent.heads.isEmpty());
      thread.interrupt();
      assertThat(thread.join(Duration.ofSeconds(5))).isTrue();
      assertThat(ends).singleElement().isInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void what_is_told_is_printable() throws Exception {
    try (var server = LittleHttp.saying("HTTP/1.1 404 \u001b[2Jno\nContent-Length: 0\n\n")) {
      Fetched fetched = fetch(server.uri("/x"), HttpProfile.PLAIN);
      Finding finding = ((Fetched.Broken) fetched).finding();
      assertThat(finding).isEqualTo(new Finding(Cause.HTTP_NOT_FOUND, "404 ?[2Jno"));
    }
  }
}
