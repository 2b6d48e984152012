package dev.bootbus.packaging.watched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bootbus.packaging.watched.Dashboard.Panel;
import dev.bootbus.packaging.watched.Dashboard.Target;
import dev.bootbus.packaging.watched.Prometheus.Series;
import dev.bootbus.runtime.testing.Scraped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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

  @TempDir private Path folder;
  private Stack stack;

  @BeforeEach
  void start() throws Exception {
    stack = Stack.start(folder);
  }

  @AfterEach
  void stop() {
    stack.close();
  }

  @Test
  void aBootMovesTheseSeriesAndNoOthers() throws Exception {
    Map<String, Scraped> before = scrapes();
    assertThat(stack.probe("boot", "--mac", "02:b0:0a:00:00:01")).isZero();
    await().atMost(SOON).untilAsserted(() -> assertThat(moved(before)).isEqualTo(Map.of()));
  }

  private Map<String, Scraped> scrapes() throws Exception {
    Map<String, Scraped> scrapes = new TreeMap<>();
    for (String service : Stack.SERVICES) {
      scrapes.put(service, stack.scrape(service));
    }
    return scrapes;
  }

  private Map<String, Double> moved(Map<String, Scraped> before) throws Exception {
    Map<String, Double> moved = new TreeMap<>();
    for (String service : Stack.SERVICES) {
      stack
          .scrape(service)
          .since(before.get(service))
          .forEach((series, by) -> moved.put(service + " " + series, by));
    }
    return moved;
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
                stack.scrape("kernel-backend").series().get("bootbus_store_records{bucket=\"nodes\"}")
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
    onlyWithPrometheus();
    Prometheus prometheus = stack.prometheus(ALERTS);
    await().atMost(SOON).until(() -> up(prometheus) == Stack.SERVICES.size());
    assertThat(stack.probe("load", "--clients=8", "--ramp=2", "--release=off")).isZero();
    assertThat(stack.probe("boot", "--mac=02:b0:0b:00:00:01", "--arch=11"))
        .describedAs("there is no loader for ARM")
        .isEqualTo(1);
    Instant after = Instant.now();
    await().atMost(SOON).until(() -> Instant.now().isAfter(after.plusSeconds(2)));

    for (JsonNode target : prometheus.get("/api/v1/targets").path("activeTargets")) {
      assertThat(target.path("health").asText()).as(target.toString()).isEqualTo("up");
    }
    await().atMost(SOON).untilAsserted(() -> rulesAreFine(prometheus));
    assertThat(prometheus.get("/api/v1/alerts").path("alerts").valueStream())
        .describedAs("none fires, none is about to")
        .isEmpty();
    assertThat(silentPanels(prometheus, after)).containsExactlyInAnyOrderElementsOf(Set.of());

    stack.kill("nats-server");
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(
                        prometheus
                            .get("/api/v1/alerts")
                            .path("alerts")
                            .valueStream()
                            .map(alert -> alert.at("/labels/alertname").asText()))
                    .contains("BootbusNatsDisconnected"));
  }

  private static void onlyWithPrometheus() {
    if (Stream.of("/usr/bin/prometheus", "/usr/local/bin/prometheus")
        .anyMatch(program -> Files.isExecutable(Path.of(program)))) {
      return;
    }
    String otherwise = "needs a Prometheus: apt-get install prometheus";
    if ("required".equals(System.getenv("BOOTBUS_TEST_PROMETHEUS"))) {
      throw new AssertionError(otherwise);
    }
    abort(otherwise);
  }

  private static double up(Prometheus prometheus) throws IOException, InterruptedException {
    return prometheus.query("sum(up)", Instant.now()).stream()
        .mapToDouble(Series::last)
        .findFirst()
        .orElse(0);
  }

  private static void rulesAreFine(Prometheus prometheus) throws IOException, InterruptedException {
    List<JsonNode> rules =
        prometheus
            .get("/api/v1/rules")
            .path("groups")
            .valueStream()
            .flatMap(group -> group.path("rules").valueStream())
            .toList();
    assertThat(rules).hasSizeGreaterThan(10);
    for (JsonNode rule : rules) {
      assertThat(rule.path("health").asText()).as(rule.toString()).isEqualTo("ok");
    }
  }

  /// Those that are answered, but with no series.
  private static Set<String> silentPanels(Prometheus prometheus, Instant at) throws Exception {
    Set<String> silent = new TreeSet<>();
    try (Stream<Path> files = Files.list(FILES.resolve("dashboards"))) {
      for (Path file : files.toList()) {
        for (Panel panel : Dashboard.read(file).panels()) {
          for (Target target : panel.targets()) {
            if (prometheus.query(target.filled("15s", "5m"), at).isEmpty()) {
              silent.add(file.getFileName().toString().replace(".json", "") + ": " + panel.title());
            }
          }
        }
      }
    }
    return silent;
  }
}
