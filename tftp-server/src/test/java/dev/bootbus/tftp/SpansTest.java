package dev.bootbus.tftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.runtime.testing.OtlpReceiver;
import dev.bootbus.runtime.testing.OtlpReceiver.Seen;
import dev.bootbus.runtime.testing.ServiceProcess;
import dev.bootbus.schema.BootEvent;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.EventKind;
import dev.bootbus.schema.Traceparent;
import dev.bootbus.schema.testing.NatsServer;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The process while it exports traces.
class SpansTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final InetAddress MACHINE = InetAddress.getLoopbackAddress();

  @TempDir Path root;

  private static int freePort() throws Exception {
    try (DatagramSocket socket = new DatagramSocket(0, MACHINE)) {
      return socket.getLocalPort();
    }
  }

  @Test
  void aFetchJoinsTheBootThatDhcpToldOfItsAddress() throws Exception {
    Files.write(root.resolve("kernel"), new byte[1300]);
    Traceparent ack = Traceparent.fresh();
    int port = freePort();
    try (OtlpReceiver collector = OtlpReceiver.open();
        NatsServer nats = NatsServer.start();
        Bus dhcp = Bus.connect(BusSettings.of("dhcp-server").withServers(nats.url()), _ -> {});
        ServiceProcess server =
            ServiceProcess.start(
                Main.class,
                List.of(
                    "--address=127.0.0.1",
                    "--root=" + root,
                    "--port=" + port,
                    "--nats=" + nats.url()),
                Map.of(
                    "OTEL_EXPORTER_OTLP_ENDPOINT",
                    collector.endpoint(),
                    "OTEL_BSP_SCHEDULE_DELAY",
                    "50"))) {
      server.awaitReadiness();
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> {
                dhcp.publish(
                    BootEvent.of(EventKind.DHCP_ACK).address(MACHINE).traceparent(ack.toString()));
                try (TestClient client = new TestClient(port)) {
                  assertThat(client.read("kernel")).hasSize(1300);
                }
                assertThat(collector.spans())
                    .anySatisfy(span -> assertThat(span.parentId()).isEqualTo(ack.parentId()));
              });
      Seen joined =
          collector.spans().stream()
              .filter(span -> span.parentId().equals(ack.parentId()))
              .findFirst()
              .orElseThrow();
      assertThat(joined.traceId()).isEqualTo(ack.traceId());
      assertThat(joined.service()).isEqualTo("tftp-server");
      assertThat(joined.name()).isEqualTo("TFTP RRQ");
      assertThat(joined.failed()).isFalse();
      assertThat(joined.facts())
          .containsEntry("client.address", "127.0.0.1")
          .containsEntry("bootbus.outcome", "sent")
          .containsEntry("file.path", "kernel")
          .containsEntry("bootbus.tftp.bytes", "1300");
    }
  }
}
