package dev.bootbus.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.runtime.testing.MetricsPage;
import dev.bootbus.runtime.testing.Scraped;
import dev.bootbus.runtime.testing.ServiceProcess;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.DhcpResponse.Answer;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.testing.NatsServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The process as it is watched.
class MetricsTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final MacAddress MAC = MacAddress.parse("52:54:00:77:00:10");

  private NatsServer nats;
  private Bus frontEnd;
  private ServiceProcess server;

  @BeforeEach
  void start() throws Exception {
    nats = NatsServer.start(true);
    frontEnd = Bus.connect(BusSettings.of("front").withServers(nats.url()), _ -> {});
    server =
        ServiceProcess.start(
            Main.class,
            List.of(
                "--pool=192.0.2.10-192.0.2.19",
                "--subnet-mask=255.255.255.0",
                "--api=off",
                "--nats=" + nats.url()));
    server.awaitReadiness();
    await().atMost(SOON).until(frontEnd::isConnected);
  }

  @AfterEach
  void stop() throws Exception {
    frontEnd.close();
    server.close();
    nats.close();
  }

  @Test
  void everyMetricIsDocumentedAndALeaseMovesTheRightOnes() throws Exception {
    await()
        .atMost(SOON)
        .until(() -> server.scrape().families().containsKey("bootbus_kernel_nodes"));
    MetricsPage.check("kernel-backend", server.scrapeAll());
    Scraped before = server.scrape();
    Answer offer = (Answer) frontEnd.ask(Lab.discover(MAC));
    String address = offer.dhcp().ipAddress().getHostAddress();
    assertThat(frontEnd.ask(Lab.request(MAC, address))).isInstanceOf(Answer.class);
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(server.scrape().since(before))
                    .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                            "bootbus_kernel_outcomes_total{outcome=\"offered\"}",
                            1.0,
                            "bootbus_kernel_outcomes_total{outcome=\"bound\"}",
                            1.0,
                            "bootbus_responder_requests_total{end=\"answered\",endpoint=\"dhcp\"}",
                            2.0,
                            "bootbus_responder_time_seconds_count{endpoint=\"dhcp\"}",
                            2.0,
                            "bootbus_store_write_seconds_count{bucket=\"leases\"}",
                            1.0,
                            "bootbus_store_writes_total{bucket=\"leases\",result=\"stored\"}",
                            1.0,
                            "bootbus_store_write_seconds_count{bucket=\"nodes\"}",
                            1.0,
                            "bootbus_store_writes_total{bucket=\"nodes\",result=\"stored\"}",
                            1.0,
                            "bootbus_events_total{result=\"published\"}",
                            2.0)));
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(server.scrape().series())
                    .containsEntry(
                        "bootbus_kernel_leases{state=\"bound\",subnet=\"192.0.2.0/24\"}", 1.0)
                    .containsEntry("bootbus_kernel_pool_taken{subnet=\"192.0.2.0/24\"}", 1.0)
                    .containsEntry("bootbus_kernel_pool_size{subnet=\"192.0.2.0/24\"}", 10.0)
                    .containsEntry("bootbus_kernel_nodes{stage=\"commissioning\"}", 1.0)
                    .containsEntry("bootbus_store_records{bucket=\"nodes\"}", 1.0));
    assertThat(server.scrape().series().keySet()).noneMatch(name -> name.contains(address));
  }
}
