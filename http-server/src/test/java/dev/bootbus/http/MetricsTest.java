package dev.bootbus.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.bootbus.runtime.testing.MetricsPage;
import dev.bootbus.runtime.testing.Scraped;
import dev.bootbus.runtime.testing.ServiceProcess;
import dev.bootbus.schema.testing.Authority;
import dev.bootbus.schema.testing.Authority.Issued;
import dev.bootbus.schema.testing.NatsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The process as it is watched, with an upstream and a cache before it.
class MetricsTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final int LARGE = 32 << 20;

  @TempDir Path root;
  @TempDir Path cache;
  @TempDir Path files;
  private NatsServer nats;
  private HttpServer upstream;
  private ServiceProcess server;
  private int port;

  @BeforeEach
  void start() throws Exception {
    Files.write(root.resolve("large"), new byte[LARGE]);
    nats = NatsServer.start();
    upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    upstream.createContext(
        "/kernel",
        exchange -> {
          exchange.sendResponseHeaders(200, 1000);
          exchange.getResponseBody().write(new byte[1000]);
          exchange.close();
        });
    upstream.start();
    port = freePort();
    Issued issued =
        new Authority("the CA")
            .issue(Authority.elliptic(), new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
    String certificate = Authority.write(files, "tls.crt", issued.certificate());
    String key = Authority.write(files, "tls.key", issued.pkcs8());
    server =
        ServiceProcess.start(
            Main.class,
            List.of(
                "--address=127.0.0.1",
                "--root=" + root,
                "--sources=disk,upstream",
                "--upstream=http://127.0.0.1:" + upstream.getAddress().getPort() + "/",
                "--cache=" + cache,
                "--http-port=" + port,
                "--https-port=0",
                "--tls-cert=" + certificate,
                "--tls-key=" + key,
                "--nats=" + nats.url()));
    server.awaitReadiness();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    upstream.stop(0);
    nats.close();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private byte[] get(String path) throws IOException {
    try (InputStream body = URI.create("http://127.0.0.1:" + port + path).toURL().openStream()) {
      return body.readAllBytes();
    }
  }

  @Test
  void everyMetricIsDocumentedAndADownloadMovesTheRightOnes() throws Exception {
    MetricsPage.check("http-server", server.scrapeAll());
    Scraped before = server.scrape();
    assertThat(get("/kernel")).hasSize(1000);
    await()
        .atMost(SOON)
        .until(
            () ->
                server.scrape().series().get("bootbus_mirror_downloads_total{result=\"kept\"}")
                    == 1);
    assertThat(get("/kernel")).hasSize(1000);
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(server.scrape().since(before))
                    .containsExactlyInAnyOrderEntriesOf(
                        Map.ofEntries(
                            Map.entry("bootbus_http_requests_total{outcome=\"sent\"}", 2.0),
                            Map.entry("bootbus_http_responses_total{status=\"2xx\"}", 2.0),
                            Map.entry("bootbus_http_request_seconds_count", 2.0),
                            Map.entry("bootbus_mirror_downloads_total{result=\"kept\"}", 1.0),
                            Map.entry("bootbus_mirror_requests_total{result=\"miss\"}", 1.0),
                            Map.entry("bootbus_mirror_requests_total{result=\"hit\"}", 1.0),
                            Map.entry(
                                "bootbus_source_answers_total{answer=\"missing\",source=\"disk\"}",
                                2.0),
                            Map.entry(
                                "bootbus_source_answers_total{answer=\"found\",source=\"upstream\"}",
                                2.0),
                            Map.entry("bootbus_source_answer_seconds_count{source=\"disk\"}", 2.0),
                            Map.entry(
                                "bootbus_source_answer_seconds_count{source=\"upstream\"}", 2.0),
                            Map.entry("bootbus_events_total{result=\"published\"}", 2.0))));
    Map<String, Double> series = server.scrape().series();
    assertThat(series.get("bootbus_http_sent_bytes_total")).isEqualTo(2000);
    assertThat(series.get("bootbus_mirror_cache_bytes")).isGreaterThanOrEqualTo(1000);
  }

  /// A download is under way when the process is told to stop, and nobody else is let in.
  @Test
  void aDownloadIsFinishedBeforeItStops() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket
          .getOutputStream()
          .write("GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".getBytes());
      InputStream body = socket.getInputStream();
      byte[] begin = body.readNBytes(1000);
      server.terminate();
      await().atMost(SOON).until(() -> server.get("/readyz").statusCode() == 503);
      await().atMost(SOON).until(() -> isRefused(port));
      assertThat(begin.length + body.readAllBytes().length).isGreaterThan(LARGE);
    }
    assertThat(server.status()).isEqualTo(143);
    assertThat(server.lines().getLast()).contains("stopped sent=1");
  }

  private static boolean isRefused(int port) {
    try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
