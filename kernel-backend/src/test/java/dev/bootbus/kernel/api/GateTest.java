package dev.bootbus.kernel.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.bootbus.kernel.api.ApiSettings.Certificate;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/// Who may come in, over HTTP and HTTPS, with curl and openssl as somebody else's tools.
class GateTest {
  private static final String READER = "reader-reader-reader";
  private static final String WRITER = "writer-writer-writer";

  @TempDir Path folder;

  private ApiSettings settings(Optional<Path> tokens, Optional<Certificate> tls) {
    return new ApiSettings(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), false, tokens, tls);
  }

  private Path tokens() throws Exception {
    return Files.writeString(
        folder.resolve("tokens"),
        "# who may what\nada read %s\n\ngrace write sha256:%s\n"
            .formatted(READER, HexFormat.of().formatHex(TokenLine.hash(WRITER))));
  }

  private static int status(Api api, String method, String token) {
    String body = method.equals("POST") ? "{\"name\":\"k\"}" : "";
    return token.isEmpty()
        ? api.ask(method, "/api/v1/kernels", body).status()
        : api.ask(method, "/api/v1/kernels", body, "Authorization", "Bearer " + token).status();
  }

  @Test
  void tokensHaveRoles() throws Exception {
    try (TestApi served = new TestApi(settings(Optional.of(tokens()), Optional.empty()));
        Api api = new Api(served.port())) {
      assertThat(status(api, "GET", "")).isEqualTo(401);
      assertThat(api.get("/api/v1/nope").status()).isEqualTo(401);
      assertThat(api.get("/api/v1/kernels").header("WWW-Authenticate"))
          .isEqualTo("Bearer realm=\"bootbus\"");
      assertThat(status(api, "GET", READER)).isEqualTo(200);
      assertThat(status(api, "POST", READER)).isEqualTo(403);
      assertThat(status(api, "POST", WRITER)).isEqualTo(201);
      assertThat(status(api, "GET", WRITER)).isEqualTo(200);
      assertThat(api.get("/api/v1/openapi.yaml").status()).isEqualTo(200);
      assertThat(api.get("/api/v1/docs").header("Content-Security-Policy"))
          .startsWith("default-src 'none'; script-src 'self';");
    }
  }

  @Test
  void whoGuessesWaits() throws Exception {
    try (TestApi served = new TestApi(settings(Optional.of(tokens()), Optional.empty()));
        Api api = new Api(served.port())) {
      for (int i = 0; i < 10; i++) {
        assertThat(status(api, "GET", "guess-number-" + i)).isEqualTo(401);
      }
      assertThat(status(api, "GET", READER)).isEqualTo(429);
      assertThat(
              api.get("/api/v1/kernels", "Authorization", "Bearer " + READER).header("Retry-After"))
          .isEqualTo("60");
    }
  }

  @Test
  void aChangedFileCountsAndABrokenOneDoesNot() throws Exception {
    Path file = tokens();
    Tokens tokens = new Tokens(file);
    Files.writeString(file, "ada write " + READER + "\n");
    await()
        .until(
            () -> {
              tokens.look();
              return tokens.callerOf(READER).orElseThrow().role() == Caller.Role.WRITE;
            });
    assertThat(tokens.callerOf(WRITER)).isEmpty();
    Files.writeString(file, "ada destroy " + READER + "\n");
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(5)));
    tokens.look();
    assertThat(tokens.callerOf(READER)).isPresent();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "ada all secretsecretsecret ; line 1: not `NAME read|write TOKEN`",
        "ada read short ; line 1: the token has less than 16 characters",
        "ada read sha256:abcd ; line 1: sha256: has not 64 hex digits after it",
        "# none ; it has no line `NAME read|write TOKEN`",
        "a read aaaaaaaaaaaaaaaa~a read bbbbbbbbbbbbbbbb ; line 2: the name is that of a line before",
      })
  void aLineThatIsNoneIsNamedAndNotQuoted(String lines, String why) {
    assertThatThrownBy(() -> TokenLine.read(List.of(lines.split("~"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "127.0.0.1:8081  | -                      | true",
        "localhost:8081  | http://localhost:8081  | true",
        "[::1]:8081      | -                      | true",
        "evil.example    | -                      | false", // DNS that leads here
        "localhost:8081  | http://evil.example    | false",
        "localhost:8081  | null                   | false",
      })
  void withoutTokensPagesFromElsewhereStayOut(String host, String origin, boolean in) {
    Gate gate = new Gate(null);
    Gate.Credentials credentials =
        new Gate.Credentials(InetAddress.getLoopbackAddress(), host, origin, null);
    if (in) {
      assertThat(enter(gate, credentials)).isEqualTo(Caller.ANYBODY);
    } else {
      assertThatThrownBy(() -> gate.enter(credentials, true))
          .isInstanceOf(Problem.RefusedException.class);
    }
  }

  private static Caller enter(Gate gate, Gate.Credentials credentials) {
    try {
      return gate.enter(credentials, true);
    } catch (Problem.RefusedException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--api=0.0.0.0:8081               | without --api-tokens only this host may ask",
        "--api=192.0.2.1:8081             | and 192.0.2.1 is reached by others",
        "--api=here                       | --api: not [HOST:]PORT, nor off: here",
        "--api=70000                      | --api: not [HOST:]PORT, nor off: 70000",
        "--api-cert=a.pem                 | --api-cert and --api-key go together",
      })
  void flagsThatDoNotGoTogetherAreRefused(String flag, String why) {
    ApiFlags flags = CommandLine.populateCommand(new ApiFlags(), flag);
    assertThatThrownBy(flags::settings).hasMessageContaining(why);
  }

  @Test
  void httpsShowsTheCertificateAndTheNextOne() throws Exception {
    Certificate certificate =
        new Certificate(folder.resolve("cert.pem"), folder.resolve("key.pem"));
    make(certificate, "first.example", 30);
    try (TestApi served = new TestApi(settings(Optional.of(tokens()), Optional.of(certificate)))) {
      String url = "https://127.0.0.1:" + served.port() + "/api/v1/kernels/count";
      assertThat(run("curl", "-sk", "-H", "Authorization: Bearer " + READER, url))
          .isEqualTo("{\"count\":0}");
      assertThat(subject(served.port())).contains("first.example");
      double first = measuredEnd(served);
      assertThat(first).isGreaterThan(Instant.now().plus(Duration.ofDays(29)).getEpochSecond());
      make(certificate, "second.example", 31);
      await()
          .atMost(20, TimeUnit.SECONDS)
          .until(() -> subject(served.port()).contains("second.example"));
      await().until(() -> measuredEnd(served) >= first + Duration.ofDays(1).toSeconds());
      Files.writeString(certificate.key(), "nonsense");
      assertThat(run("curl", "-sk", "-H", "Authorization: Bearer " + READER, url))
          .isEqualTo("{\"count\":0}");
    }
  }

  private static double measuredEnd(TestApi served) {
    return served
        .meters()
        .get("bootbus.certificate.end.timestamp")
        .tag("use", "api")
        .gauge()
        .value();
  }

  private static void make(Certificate certificate, String name, int days) throws Exception {
    run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        String.valueOf(days),
        "-subj",
        "/CN=" + name,
        "-keyout",
        certificate.key().toString(),
        "-out",
        certificate.file().toString());
  }

  private static String subject(int port) throws Exception {
    return run(
        "sh", "-c", "echo | openssl s_client -connect 127.0.0.1:" + port + " 2>&1 | grep subject");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /api/v1/nodes HTTP/1.1~~                           | 400", // no Host, RFC 9112 §3.2
        "nonsense~~                                             | 400",
        "GET /api/v1/nodes HTTP/9.9~Host: localhost~~           | 400",
        "GET /api/v1/%zz HTTP/1.1~Host: localhost~~             | 400",
        "GET /api/v1/nodes HTTP/1.1~Host: a~Host: b~~           | 400",
        "TRACE /api/v1/nodes HTTP/1.1~Host: localhost~~         | 405",
        "POST /api/v1/nodes HTTP/1.1~Host: localhost~Content-Type: application/json~Content-Length: 9999999~~ | 413",
        "POST /api/v1/nodes HTTP/1.1~Host: localhost~Content-Length: -1~~ | 400",
        "GET /api/v1/nodes HTTP/1.0~Host: localhost~~           | 200",
      })
  void garbageIsAProblem(String request, int status) throws Exception {
    try (TestApi served = new TestApi();
        Socket socket = new Socket("127.0.0.1", served.port())) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write(request.replace("~", "\r\n").getBytes(StandardCharsets.US_ASCII));
      String answer = new BufferedReader(new InputStreamReader(socket.getInputStream())).readLine();
      assertThat(answer).startsWith("HTTP/1.1 " + status);
    }
  }

  /// Said by us and not by Jetty, after whose refusals the connection may be gone.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/api/v1/nodes/%2e%2e/kernels  | has a dot segment", // RFC 3986 §3.3
        "/api/v1/%2E/nodes             | has a dot segment",
        "/api/v1/nodes/../kernels      | has a dot segment",
        "/api/v1//nodes                | has an empty segment",
        "/api/v1/nodes/a%0ab           | has a control character",
        "/api/v1/nodes/%c0%ae          | cannot be decoded",
        "/api/v1/nodes/%u002e          | cannot be decoded",
      })
  void aPathThatIsAmbiguousLeavesTheConnection(String path, String why) throws Exception {
    try (TestApi served = new TestApi();
        Socket socket = new Socket("127.0.0.1", served.port())) {
      socket.setSoTimeout(10_000);
      BufferedReader answers =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      for (int i = 0; i < 2; i++) {
        assertThat(answer(socket, answers, path))
            .contains("\"status\":400", "\"detail\":\"the path " + why + "\"");
        assertThat(answer(socket, answers, "/api/v1/nodes/count")).isEqualTo("{\"count\":0}");
      }
    }
  }

  private static String answer(Socket socket, BufferedReader answers, String path)
      throws Exception {
    String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    int length = 0;
    for (String line = answers.readLine(); !line.isEmpty(); line = answers.readLine()) {
      String header = "content-length: ";
      if (line.toLowerCase(Locale.ROOT).startsWith(header)) {
        length = Integer.parseInt(line.substring(header.length()));
      }
    }
    char[] body = new char[length];
    assertThat(answers.read(body)).isEqualTo(length);
    return new String(body);
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return said;
  }
}
