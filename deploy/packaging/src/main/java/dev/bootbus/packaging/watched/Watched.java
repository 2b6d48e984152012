package dev.bootbus.packaging.watched;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// What a Prometheus makes of its targets and rules.
///
/// @param down targets that it does not reach, each with the reason
/// @param broken rules that it cannot evaluate, each with the reason
/// @param alerts that fire, or are about to, each once
public record Watched(
    int targets, List<String> down, int rules, List<String> broken, List<String> alerts) {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration PAUSE = Duration.ofMillis(200);

  private record Figure(String name, String query) {}

  /// Since the services run.
  private static final List<Figure> OF_A_BOOT =
      List.of(
          new Figure("DHCP answers", "sum(bootbus_dhcp_packets_total{outcome=~\"offer|ack|nak\"})"),
          new Figure("bytes by TFTP", "sum(bootbus_tftp_sent_bytes_total)"),
          new Figure("bytes by HTTP", "sum(bootbus_http_sent_bytes_total)"));

  /// `PROMETHEUS-URL`: says what it makes of a boot that is over. Ends with 1 unless all targets
  /// are up and all rules evaluated.
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length != 1) {
      System.err.println("usage: Watched PROMETHEUS-URL");
      System.exit(2);
    }
    Prometheus prometheus = new Prometheus(URI.create(arguments[0]));
    Watched watched = since(prometheus, Instant.now());
    System.out.println(watched);
    for (Figure figure : OF_A_BOOT) {
      double value =
          prometheus.query(figure.query(), Instant.now()).stream()
              .mapToDouble(Prometheus.Series::last)
              .sum();
      System.out.printf(Locale.ROOT, "%s %.0f%n", figure.name(), value);
    }
    System.exit(watched.isWell() ? 0 : 1);
  }

  /// Waits, though not for long, until each target has been scraped and then each rule evaluated.
  public static Watched since(Prometheus prometheus, Instant when)
      throws IOException, InterruptedException {
    Instant deadline = when.plus(PATIENCE);
    while (!targets(prometheus).allMatch(it -> isAfter(it, "lastScrape", when))) {
      if (Instant.now().isAfter(deadline)) {
        return now(prometheus);
      }
      Thread.sleep(PAUSE);
    }
    Instant scraped = Instant.now();
    while (!rules(prometheus).allMatch(it -> isAfter(it, "lastEvaluation", scraped))
        && Instant.now().isBefore(deadline)) {
      Thread.sleep(PAUSE);
    }
    return now(prometheus);
  }

  private static Watched now(Prometheus prometheus) throws IOException, InterruptedException {
    List<JsonNode> targets = targets(prometheus).toList();
    List<JsonNode> rules = rules(prometheus).toList();
    return new Watched(
        targets.size(),
        unlike(targets, "up", "scrapePool"),
        rules.size(),
        unlike(rules, "ok", "name"),
        prometheus
            .get("/api/v1/alerts")
            .path("alerts")
            .valueStream()
            .map(
                alert ->
                    alert.at("/labels/alertname").asText() + " " + alert.path("state").asText())
            .distinct()
            .toList());
  }

  private static Stream<JsonNode> targets(Prometheus prometheus)
      throws IOException, InterruptedException {
    return prometheus.get("/api/v1/targets").path("activeTargets").valueStream();
  }

  private static Stream<JsonNode> rules(Prometheus prometheus)
      throws IOException, InterruptedException {
    return prometheus
        .get("/api/v1/rules")
        .path("groups")
        .valueStream()
        .flatMap(group -> group.path("rules").valueStream());
  }

  private static boolean isAfter(JsonNode one, String key, Instant when) {
    return OffsetDateTime.parse(one.path(key).asText()).toInstant().isAfter(when);
  }

  private static List<String> unlike(List<JsonNode> all, String health, String name) {
    List<String> unlike = new ArrayList<>();
    for (JsonNode one : all) {
      if (!one.path("health").asText().equals(health)) {
        unlike.add(one.path(name).asText() + ": " + one.path("lastError").asText());
      }
    }
    return unlike;
  }

  /// Whether all is seen and reckoned, be it good or bad.
  public boolean isWell() {
    return targets > 0 && rules > 0 && down.isEmpty() && broken.isEmpty();
  }

  @Override
  public String toString() {
    return "targets up %d/%d%s, rules evaluated %d/%d%s, alerts %s"
        .formatted(
            targets - down.size(),
            targets,
            reasons(down),
            rules - broken.size(),
            rules,
            reasons(broken),
            alerts.isEmpty() ? "none" : String.join(", ", alerts));
  }

  private static String reasons(List<String> reasons) {
    return reasons.isEmpty() ? "" : " (" + String.join("; ", reasons) + ")";
  }
}
