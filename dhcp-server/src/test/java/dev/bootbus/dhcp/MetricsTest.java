package dev.bootbus.dhcp;

import static dev.bootbus.dhcp.wire.MessageType.DISCOVER;
import static dev.bootbus.dhcp.wire.MessageType.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.runtime.testing.MetricsPage;
import dev.bootbus.runtime.testing.Scraped;
import dev.bootbus.runtime.testing.ServiceProcess;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.DhcpResponse.Answer;
import dev.bootbus.schema.DhcpResponse.Dhcp;
import dev.bootbus.schema.DhcpResponse.Extensions;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.ServiceTerms;
import dev.bootbus.schema.testing.NatsServer;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The process as it is watched, with a nats-server and a backend that knows everybody.
class MetricsTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  /// For whoever asks.
  private static final Dhcp KNOWN =
      new Dhcp(
          MacAddress.NONE,
          Machines.ADDRESS,
          Machines.DHCP.subnetMask(),
          Machines.SERVER,
          List.of(),
          "node",
          "",
          null,
          List.of(),
          3600,
          List.of());

  private NatsServer nats;
  private Bus backend;
  private ServiceProcess server;
  private TestClient client;
  private volatile CountDownLatch answering = new CountDownLatch(0);

  @BeforeEach
  void start() throws Exception {
    nats = NatsServer.start();
    backend = Bus.connect(BusSettings.of("backend").withServers(nats.url()), _ -> {});
    backend.answerDhcp(
        ServiceTerms.of("backend").withDeadline(Duration.ofMinutes(1)),
        request -> {
          answering.await();
          return new Answer(KNOWN, Machines.NETBOOT, Extensions.NONE);
        });
    int port = freePort();
    server =
        ServiceProcess.start(
            Main.class,
            List.of(
                "--address=127.0.0.1",
                "--port=" + port,
                "--proxy-port=0",
                "--log-format=json",
                "--deadline-ms=60000",
                "--nats=" + nats.url()));
    server.awaitReadiness();
    client = new TestClient(port);
    await().atMost(SOON).until(backend::isConnected);
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    server.close();
    backend.close();
    nats.close();
  }

  private static int freePort() throws Exception {
    try (DatagramSocket socket = new DatagramSocket()) {
      return socket.getLocalPort();
    }
  }

  private static TestPacket request() {
    return TestPacket.pxe(REQUEST, 7)
        .with(Option.SERVER_ID, Inet4Address.ofLiteral("127.0.0.1"))
        .with(Option.REQUESTED_ADDRESS, Machines.ADDRESS);
  }

  @Test
  void every_metric_is_documented_and_a_boot_moves_the_right_ones() throws Exception {
    MetricsPage.check("dhcp-server", server.scrapeAll());
    Scraped before = server.scrape();
    client.ask(TestPacket.pxe(DISCOVER, 7));
    client.ask(request());
    client.send(new byte[] {1, 2, 3});
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(server.scrape().since(before))
                    .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                            "bootbus_dhcp_received_total{type=\"discover\"}",
                            1.0,
                            "bootbus_dhcp_received_total{type=\"request\"}",
                            1.0,
                            "bootbus_dhcp_packets_total{outcome=\"offer\",reason=\"none\"}",
                            1.0,
                            "bootbus_dhcp_packets_total{outcome=\"ack\",reason=\"none\"}",
                            1.0,
                            "bootbus_dhcp_packets_total{outcome=\"silence\",reason=\"malformed\"}",
                            1.0,
                            "bootbus_dhcp_reply_seconds_count{type=\"offer\"}",
                            1.0,
                            "bootbus_dhcp_reply_seconds_count{type=\"ack\"}",
                            1.0,
                            "bootbus_bus_round_trip_seconds_count{question=\"dhcp\"}",
                            2.0,
                            "bootbus_events_total{result=\"published\"}",
                            4.0)));
    double bytes = server.scrape().series().get("bootbus_dhcp_sent_bytes_total");
    assertThat(bytes).isBetween(600.0, 1200.0); // 300 bytes or a little more each
  }

  /// Fifty machines leave as many series as one.
  @Test
  void machines_are_no_labels() throws Exception {
    client.ask(TestPacket.pxe(DISCOVER, 7));
    int series = server.scrape().series().size();
    for (int i = 0; i < 50; i++) {
      client.ask(TestPacket.pxe(DISCOVER, 7).mac("52:54:00:aa:00:%02x".formatted(i)).xid(1000 + i));
    }
    await()
        .atMost(SOON)
        .until(
            () ->
                server.scrape().series().get("bootbus_dhcp_received_total{type=\"discover\"}")
                    == 51);
    assertThat(server.scrape().series()).hasSizeBetween(series, series + 20); // the JVM's
    assertThat(server.scrape().series().keySet())
        .noneMatch(name -> name.contains("52:54:00") || name.contains("192.168."));
  }

  @Test
  void a_line_has_its_fields() throws Exception {
    client.ask(TestPacket.pxe(DISCOVER, 7));
    server.awaitLine("\"msg\":\"offer\"");
    String line =
        server.lines().stream().filter(one -> one.contains("offer")).findFirst().orElseThrow();
    JsonNode offer = new ObjectMapper().readTree(line);
    assertThat(offer.get("mac").asText()).isEqualTo(TestPacket.MAC);
    assertThat(offer.get("xid").asText()).isEqualTo("12345678");
    assertThat(offer.get("trace_id").asText()).hasSize(32);
    assertThat(offer.get("logger").asText()).isEqualTo("dhcp-server");
  }

  @Test
  void it_is_not_ready_without_the_bus_and_says_why() throws Exception {
    assertThat(server.get("/readyz?verbose").body())
        .isEqualTo("[+]process ok\n[+]backend ok\n[+]bus ok\n[+]sockets ok\nready\n");
    nats.stop();
    await().atMost(SOON).until(() -> server.get("/readyz").statusCode() == 503);
    assertThat(server.get("/readyz").body())
        .isEqualTo("[-]bus: not connected to " + nats.url() + "\nnot ready\n");
    assertThat(server.get("/healthz").statusCode()).isEqualTo(200);
  }

  /// The backend is being asked when the process is told to stop.
  @Test
  void what_is_under_way_is_answered_before_it_stops() throws Exception {
    answering = new CountDownLatch(1);
    client.send(TestPacket.pxe(DISCOVER, 7));
    await().atMost(SOON).until(() -> server.scrape().series().get("bootbus_dhcp_in_flight") == 1.0);
    server.terminate();
    await().atMost(SOON).until(() -> server.get("/readyz").statusCode() == 503);
    HttpResponse<String> reason = server.get("/readyz");
    assertThat(reason.body()).contains("[-]process: is stopping");
    answering.countDown();
    assertThat(client.answer(SOON)).isPresent();
    assertThat(server.status()).isEqualTo(143);
    assertThat(server.lines().getLast()).contains("stopped").contains("\"offer\":\"1\"");
  }
}
