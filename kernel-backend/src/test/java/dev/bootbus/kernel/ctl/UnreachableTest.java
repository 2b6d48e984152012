package dev.bootbus.kernel.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.bootbus.runtime.terminal.Terminal;
import dev.bootbus.schema.testing.Authority;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Exit code 3, and one line that says what to do.
class UnreachableTest {
  private static Run status(String url, String... options) {
    String[] words = {"--api=" + url, "kernels", "get", "a"};
    return Run.of(
        Terminal.NONE, Stream.of(options, words).flatMap(Stream::of).toArray(String[]::new));
  }

  private static void isToldOf(String url, String complaint) {
    assertThat(status(url)).isEqualTo(new Run(3, "", "bootctl: " + complaint + "\n"));
  }

  @Test
  void nobodyListens() throws IOException {
    String url;
    try (ServerSocket free = new ServerSocket(0)) {
      url = "http://127.0.0.1:" + free.getLocalPort();
    }
    isToldOf(
        url,
        url
            + ": nobody listens there: start kernel-backend with its API, or say where it is with"
            + " --api URL (BOOTBUS_API)");
  }

  @Test
  void noSuchHost() {
    isToldOf(
        "http://nobody.invalid",
        "http://nobody.invalid: there is no such host: say where the API is with --api URL"
            + " (BOOTBUS_API)");
  }

  /// One that says this to whoever connects, and keeps the connection.
  private static final class Peer implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    private final Thread thread;

    Peer(String says) throws IOException {
      thread =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (Socket client = socket.accept()) {
                      client.getOutputStream().write(says.getBytes(StandardCharsets.UTF_8));
                      InputStream in = client.getInputStream();
                      while (in.read() >= 0) {
                        // until it goes
                      }
                    } catch (IOException e) {
                      // the test is over
                    }
                  });
    }

    String url() {
      return "http://127.0.0.1:" + socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      socket.close();
      thread.interrupt();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"
      })
  void oneThatFallsSilentIsWaitedForOnlySoLong(String says) throws IOException {
    try (Peer peer = new Peer(says)) {
      assertThat(status(peer.url(), "--timeout=1"))
          .isEqualTo(
              new Run(3, "", "bootctl: " + peer.url() + " says nothing for 1 s (--timeout)\n"));
    }
  }

  @Test
  void aListThatStopsIsWaitedForOnlySoLong() throws IOException {
    String says =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n[{\"id\":\"a\"},";
    try (Peer peer = new Peer(says)) {
      Run run =
          Run.of(Terminal.NONE, "--api=" + peer.url(), "--timeout=1", "nodes", "--all", "-o=name");
      assertThat(run)
          .isEqualTo(
              new Run(3, "", "bootctl: " + peer.url() + " says nothing for 1 s (--timeout)\n"));
    }
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "200 | text/html | <html> | its answer is text/html",
        "200 | application/json | { | its answer is not JSON",
        "404 | text/html | x | status 404, text/html",
        "302 | text/html | x | status 302, text/html",
        "502 | text/plain;charset=x | x | status 502, text/plain",
        "500 | application/problem+json | { | its answer is not JSON",
      })
  void somebodyElseAnswers(int status, String mediaType, String body, String why)
      throws IOException {
    try (CannedApi api = new CannedApi()) {
      api.on("GET /api/v1/kernels/a", status, mediaType, body);
      isToldOf(
          api.url(),
          "%s answers, but not as the API of kernel-backend (%s): is the URL right?"
              .formatted(api.url(), why));
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | its list is no array",
        "[{\"id\":1},{ | its list breaks off",
        "[1 | its list breaks off",
        "'' | its list is no array"
      })
  void aListThatIsNone(String body, String why) throws IOException {
    try (CannedApi api = new CannedApi()) {
      api.on("GET /api/v1/nodes/all", body);
      assertThat(Run.of(api, "nodes --all").code()).isEqualTo(3);
      assertThat(Run.of(api, "nodes --all").err()).contains("(" + why + ")");
    }
  }

  @Test
  void tlsThatIsNone() throws IOException {
    try (Peer peer = new Peer("HTTP/1.1 400 Bad Request\r\n\r\n")) {
      String url = peer.url().replace("http:", "https:");
      Run run = status(url);
      assertThat(run.code()).isEqualTo(3);
      assertThat(run.err())
          .startsWith("bootctl: " + url + ": TLS fails: ")
          .endsWith(": is it http, not https?\n");
    }
  }

  @Test
  void aCertificateIsTrustedByItsAuthorityOnly(@TempDir Path folder) throws Exception {
    Authority authority = new Authority("bootctl");
    String trusted = Authority.write(folder, "ca.pem", authority.pem());
    String other = Authority.write(folder, "other.pem", new Authority("other").pem());
    HttpsServer server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls(authority)));
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, 10);
          exchange.getResponseBody().write("{\"id\":\"a\"}".getBytes(StandardCharsets.US_ASCII));
          exchange.close();
        });
    server.start();
    try {
      String url = "https://127.0.0.1:" + server.getAddress().getPort();
      String[] get = {"--api=" + url, "kernels", "get", "a", "-o=name", "--cacert=" + trusted};
      assertThat(Run.of(Terminal.NONE, get)).isEqualTo(new Run(0, "a\n", ""));
      get[5] = "--cacert=" + other;
      Run run = Run.of(Terminal.NONE, get);
      assertThat(run.code()).isEqualTo(3);
      assertThat(run.err())
          .startsWith("bootctl: " + url + ": its certificate is not one to trust: name the CA's")
          .hasLineCount(1);
    } finally {
      server.stop(0);
    }
  }

  private static SSLContext tls(Authority authority) throws Exception {
    Authority.Issued issued =
        authority.issue(Authority.elliptic(), new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
    Certificate certificate =
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(issued.certificate().getBytes(StandardCharsets.US_ASCII)));
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("a", issued.key(), new char[0], new Certificate[] {certificate});
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }
}
