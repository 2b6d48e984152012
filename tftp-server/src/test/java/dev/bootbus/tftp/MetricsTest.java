package dev.bootbus.tftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.runtime.testing.MetricsPage;
import dev.bootbus.runtime.testing.Scraped;
import dev.bootbus.runtime.testing.ServiceProcess;
import dev.bootbus.schema.testing.NatsServer;
import dev.bootbus.tftp.wire.TftpPacket.Ack;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The process as it is watched.
class MetricsTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  @TempDir Path root;
  private NatsServer nats;
  private ServiceProcess server;
  private TestClient client;
  private int port;

  @BeforeEach
  void start() throws Exception {
    Files.write(root.resolve("kernel"), new byte[1300]);
    nats = NatsServer.start();
    port = freePort();
    server =
        ServiceProcess.start(
            Main.class,
            List.of(
                "--address=127.0.0.1", "--root=" + root, "--port=" + port, "--nats=" + nats.url()));
    server.awaitReadiness();
    client = new TestClient(port);
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    server.close();
    nats.close();
  }

  private static int freePort() throws Exception {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void everyMetricIsDocumentedAndATransferMovesTheRightOnes() throws Exception {
    MetricsPage.check("tftp-server", server.scrapeAll());
    Scraped before = server.scrape();
    assertThat(client.read("kernel")).hasSize(1300);
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(server.scrape().since(before))
                    .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                            "bootbus_tftp_transfers_total{outcome=\"sent\"}", 1.0,
                            "bootbus_tftp_sent_blocks_total", 3.0,
                            "bootbus_tftp_transfer_seconds_count", 1.0,
                            "bootbus_tftp_blksize_bytes_count", 1.0,
                            "bootbus_tftp_windowsize_blocks_count", 1.0,
                            "bootbus_source_answer_seconds_count{source=\"disk\"}", 1.0,
                            "bootbus_source_answers_total{answer=\"found\",source=\"disk\"}", 1.0,
                            "bootbus_events_total{result=\"published\"}", 2.0)));
    Map<String, Double> series = server.scrape().series();
    assertThat(series.get("bootbus_tftp_sent_bytes_total")).isEqualTo(1300);
    assertThat(series.get("bootbus_tftp_blksize_bytes_sum")).isEqualTo(512);
  }

  /// A transfer is under way when the process is told to stop, and nobody else is let in.
  @Test
  void aTransferIsFinishedBeforeItStops() throws Exception {
    client.ask("kernel");
    TestClient.Heard first = client.hear();
    server.terminate();
    await().atMost(SOON).until(() -> server.get("/readyz").statusCode() == 503);
    try (TestClient late = new TestClient(port)) {
      late.ask("kernel");
      server.awaitLine("reason=stopping");
      assertThat(server.isAlive()).isTrue();
    }
    client.send(new Ack(1), first.from());
    TestClient.Heard second = client.hear();
    client.send(new Ack(2), second.from());
    client.send(new Ack(3), client.hear().from());
    assertThat(server.status()).isEqualTo(143);
    assertThat(server.lines().getLast()).contains("stopped sent=1");
  }
}
