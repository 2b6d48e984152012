package dev.bootbus.packaging.watched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.bootbus.packaging.watched.Dashboard.Panel;
import dev.bootbus.packaging.watched.Dashboard.Target;
import dev.bootbus.runtime.testing.Scraped;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Machines boot in software, and what is said of that: by the services, by a real Prometheus that
/// scrapes them, and by the alerts and dashboards that `deploy` ships.
class BootsWatchedTest {
  private static final Path FILES = Path.of("../helm/bootbus/files");
  private static final Path ALERTS = FILES.resolve("alerts.yaml");
  private static final Duration SOON = Duration.ofSeconds(20);

  /// Panels without a series, although one of nine machines does not boot.
  private static final Map<String, String> SILENT =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("dhcp-server: Questions without an answer", "all were answered"),
              Map.entry("dhcp-server: Reasons", "nothing was odd"),
              Map.entry("http-server: Certificate ends in", "there is no HTTPS"),
              Map.entry("http-server: Downloads", "there is no cache"),
              Map.entry("http-server: Files that left the cache", "there is no cache"),
              Map.entry("http-server: Room taken", "there is no cache"),
              Map.entry("nats: Replies that nobody waited for", "none came late or twice"),
              Map.entry("nats: Without an answer", "all were answered"),
              Map.entry("overview: Files that did not arrive, HTTP {{outcome}}", "all came"),
              Map.entry("overview: Why machines got no answer", "all got one"),
              Map.entry("tftp-server: Datagrams not acted upon", "all were")));

  /// What one machine with UEFI moves: firmware and iPXE each ask for an address; the firmware asks
  /// for the size of its loader before it fetches it; iPXE fetches script, kernel and initrd.
  private static final String ONE_BOOT =
      """
      dhcp-server
        bootbus_bus_round_trip_seconds_count{question="dhcp"} 4
        bootbus_dhcp_packets_total{outcome="ack",reason="none"} 2
        bootbus_dhcp_packets_total{outcome="offer",reason="none"} 2
        bootbus_dhcp_received_total{type="discover"} 2
        bootbus_dhcp_received_total{type="request"} 2
        bootbus_dhcp_reply_seconds_count{type="ack"} 2
        bootbus_dhcp_reply_seconds_count{type="offer"} 2
        bootbus_events_total{result="published"} 8
      tftp-server
        bootbus_events_total{result="published"} 2
        bootbus_source_answer_seconds_count{source="disk"} 2
        bootbus_source_answers_total{answer="found",source="disk"} 2
        bootbus_tftp_blksize_bytes_count 2
        bootbus_tftp_sent_blocks_total 3
        bootbus_tftp_transfer_seconds_count 1
        bootbus_tftp_transfers_total{outcome="sent"} 1
        bootbus_tftp_transfers_total{outcome="size-only"} 1
        bootbus_tftp_windowsize_blocks_count 2
      http-server
        bootbus_bus_round_trip_seconds_count{question="file"} 1
        bootbus_events_total{result="published"} 3
        bootbus_http_request_seconds_count 3
        bootbus_http_requests_total{outcome="sent"} 3
        bootbus_http_responses_total{status="2xx"} 3
        bootbus_source_answer_seconds_count{source="disk"} 3
        bootbus_source_answer_seconds_count{source="generated"} 1
        bootbus_source_answers_total{answer="found",source="disk"} 2
        bootbus_source_answers_total{answer="found",source="generated"} 1
        bootbus_source_answers_total{answer="missing",source="disk"} 1
      kernel-backend
        bootbus_events_read_total{result="read"} 3
        bootbus_events_total{result="published"} 4
        bootbus_kernel_outcomes_total{outcome="bound"} 2
        bootbus_kernel_outcomes_total{outcome="node-changed"} 1
        bootbus_kernel_outcomes_total{outcome="offered"} 2
        bootbus_kernel_outcomes_total{outcome="script"} 1
        bootbus_responder_requests_total{end="answered",endpoint="dhcp"} 4
        bootbus_responder_requests_total{end="answered",endpoint="file"} 1
        bootbus_responder_time_seconds_count{endpoint="dhcp"} 4
        bootbus_responder_time_seconds_count{endpoint="file"} 1
        bootbus_store_write_seconds_count{bucket="leases"} 2
        bootbus_store_write_seconds_count{bucket="nodes"} 2
        bootbus_store_writes_total{bucket="leases",result="stored"} 2
        bootbus_store_writes_total{bucket="nodes",result="stored"} 2
      """;

  @TempDir private Path folder;
  private Stack stack;

  @BeforeEach
  void start() throws Exception {
    onlyWith("nats-server", "nats-server");
    stack = Stack.start(folder);
  }

  @AfterEach
  void stop() {
    if (stack != null) { // else it was skipped
      stack.close();
    }
  }

  @Test
  void aBootMovesTheseSeriesAndNoOthers() throws Exception {
    Map<String, Scraped> before = scrapes();
    assertThat(stack.probe("boot", "--mac", "02:b0:0a:00:00:01")).isZero();
    await().atMost(SOON).untilAsserted(() -> assertThat(moved(before)).isEqualTo(ONE_BOOT));
    assertThat(bytes(before, "tftp-server", "bootbus_tftp_sent_bytes_total"))
        .isEqualTo(Stack.LOADER);
    double script = bytes(before, "http-server", "bootbus_http_sent_bytes_total") - stack.system();
    assertThat(script).describedAs("what is no kernel and no initrd").isBetween(300.0, 3000.0);
    assertThat(bytes(before, "dhcp-server", "bootbus_dhcp_sent_bytes_total"))
        .describedAs("four messages of one Ethernet frame at most")
        .isBetween(4 * 240.0, 4 * 1472.0);
  }

  private double bytes(Map<String, Scraped> before, String service, String series)
      throws Exception {
    return stack.scrape(service).series().get(series) - before.get(service).series().get(series);
  }

  private Map<String, Scraped> scrapes() throws Exception {
    Map<String, Scraped> scrapes = new TreeMap<>();
    for (String service : Stack.SERVICES) {
      scrapes.put(service, stack.scrape(service));
    }
    return scrapes;
  }

  /// As above.
  private String moved(Map<String, Scraped> before) throws Exception {
    StringBuilder moved = new StringBuilder();
    for (String service : Stack.SERVICES) {
      moved.append(service).append('\n');
      stack
          .scrape(service)
          .since(before.get(service))
          .forEach((series, by) -> moved.append("  %s %.0f%n".formatted(series, by)));
    }
    return moved.toString();
  }

  @Test
  void fiftyMachinesHaveAsManySeriesAsFive() throws Exception {
    assertThat(stack.probe("load", "--clients=5", "--ramp=0")).isZero();
    Map<String, Set<String>> five = ours();
    assertThat(stack.probe("load", "--clients=45", "--ramp=0", "--seed=5")).isZero();
    await()
        .atMost(SOON)
        .until(
            () ->
                stack
                        .scrape("kernel-backend")
                        .series()
                        .get("bootbus_store_records{bucket=\"nodes\"}")
                    == 50);
    assertThat(ours()).isEqualTo(five);
  }

  /// Without those of the JVM, of which some come with the first collection of its garbage.
  private Map<String, Set<String>> ours() throws Exception {
    Map<String, Set<String>> ours = new TreeMap<>();
    for (Map.Entry<String, Scraped> scrape : scrapes().entrySet()) {
      Set<String> series = new TreeSet<>(scrape.getValue().series().keySet());
      series.removeIf(name -> !name.startsWith("bootbus_"));
      ours.put(scrape.getKey(), series);
    }
    return ours;
  }

  @Test
  void prometheusTakesItAllAndAlarmsWhenItShould() throws Exception {
    onlyWith("prometheus", "prometheus");
    Prometheus prometheus = stack.prometheus(ALERTS);
    // a series begins with what it counts first, and grows only from there
    assertThat(stack.probe("boot", "--mac=02:b0:0b:00:00:02")).isZero();
    assertThat(Watched.since(prometheus, Instant.now()).down()).isEmpty();
    assertThat(stack.probe("load", "--clients=8", "--ramp=2", "--release=off")).isZero();
    assertThat(stack.probe("boot", "--mac=02:b0:0b:00:00:01", "--arch=11"))
        .describedAs("there is no loader for ARM")
        .isEqualTo(1);
    Instant after = Instant.now().plusSeconds(3);
    Watched watched = Watched.since(prometheus, after);

    assertThat(watched.toString())
        .startsWith("targets up 4/4, rules evaluated ")
        .endsWith(", alerts none");
    assertThat(watched.isWell()).as("%s", watched).isTrue();
    assertThat(watched.rules()).isGreaterThan(10);
    assertThat(silentPanels(prometheus, after)).isEqualTo(SILENT.keySet());

    stack.kill("nats-server");
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(Watched.since(prometheus, Instant.now()).alerts())
                    .contains("BootbusNatsDisconnected pending"));

    stack.kill("http-server");
    Watched broken = Watched.since(prometheus, Instant.now());
    assertThat(broken.isWell()).isFalse();
    assertThat(broken.toString()).contains("targets up 3/4 (http-server: ", "refused");
  }

  private static void onlyWith(String program, String debian) {
    if (Stack.program(program).isPresent()) {
      return;
    }
    String otherwise = "needs %s: apt-get install %s".formatted(program, debian);
    if ("required".equals(System.getenv("BOOTBUS_TEST_PROMETHEUS"))) {
      throw new AssertionError(otherwise);
    }
    abort(otherwise);
  }

  /// Those that are answered, but with no series.
  private static Set<String> silentPanels(Prometheus prometheus, Instant at) throws Exception {
    Set<String> silent = new TreeSet<>();
    try (Stream<Path> files = Files.list(FILES.resolve("dashboards"))) {
      for (Path file : files.toList()) {
        for (Panel panel : Dashboard.read(file).panels()) {
          for (Target target : panel.targets()) {
            if (prometheus.query(target.filled("1m", "5m"), at).isEmpty()) {
              String board = file.getFileName().toString().replace(".json", "");
              String which = panel.targets().size() > 1 ? ", " + target.legend() : "";
              silent.add(board + ": " + panel.title() + which);
            }
          }
        }
      }
    }
    return silent;
  }
}
