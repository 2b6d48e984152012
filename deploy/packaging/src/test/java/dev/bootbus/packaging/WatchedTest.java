package dev.bootbus.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What alerts and dashboards ask of Prometheus, against what the services say.
class WatchedTest {
  private static final Path FILES = Chart.FOLDER.resolve("files");
  private static final Path ALERTS = FILES.resolve("alerts.yaml");
  private static final Path METRICS = Path.of("../../service-runtime/METRICS.md");
  private static final Path PAGES = Path.of("../docs/alerts.md");

  private static final Pattern ROW = Pattern.compile("\\| `(\\w+)` \\| (\\w+) \\| (.*?) \\|.*");
  private static final Pattern SERIES =
      Pattern.compile("\\b((?:bootbus|process|jvm)_\\w+)(?:\\{([^}]*)})?");
  private static final Pattern LABEL = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)\\s*\"([^\"]*)\"");
  private static final Set<String> OF_PROMETHEUS = Set.of("job", "instance", "le");

  /// @param where for people
  private record Query(String where, String text) {
    /// As Grafana fills it in.
    String filled() {
      return text.replace("$__rate_interval", "5m").replace("$__range", "1h");
    }
  }

  private static List<Query> queries() throws IOException {
    Stream<Query> alerts =
        rules().map(rule -> new Query(rule.path("alert").asText(), rule.path("expr").asText()));
    Stream.Builder<Query> panels = Stream.builder();
    try (Stream<Path> files = Files.list(FILES.resolve("dashboards"))) {
      for (Path file : files.toList()) {
        for (JsonNode panel : new ObjectMapper().readTree(file.toFile()).path("panels")) {
          String where = file.getFileName() + ": " + panel.path("title").asText();
          panel
              .path("targets")
              .forEach(target -> panels.add(new Query(where, target.path("expr").asText())));
        }
      }
    }
    return Stream.concat(alerts, panels.build()).toList();
  }

  private static Stream<JsonNode> rules() throws IOException {
    JsonNode groups = new YAMLMapper().readTree(ALERTS.toFile()).path("groups");
    return groups.valueStream().flatMap(group -> group.path("rules").valueStream());
  }

  /// Metric to its labels, with the series that a histogram is made of.
  private static Map<String, Set<String>> metrics() throws IOException {
    Map<String, Set<String>> metrics = new HashMap<>();
    for (String line : Files.readAllLines(METRICS)) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        Set<String> labels =
            Stream.of(row.group(3).split("[` ]+"))
                .filter(label -> !label.isEmpty())
                .collect(Collectors.toSet());
        List<String> endings =
            switch (row.group(2)) {
              case "histogram" -> List.of("_bucket", "_sum", "_count");
              case "summary" -> List.of("_sum", "_count");
              default -> List.of("");
            };
        endings.forEach(ending -> metrics.put(row.group(1) + ending, labels));
      }
    }
    return metrics;
  }

  @Test
  void onlyWhatServicesSayIsAskedFor() throws IOException {
    Map<String, Set<String>> metrics = metrics();
    assertThat(metrics).hasSizeGreaterThan(40);
    assertThat(queries()).hasSizeGreaterThan(60);
    for (Query query : queries()) {
      Matcher series = SERIES.matcher(query.text());
      while (series.find()) {
        assertThat(metrics).as(query.where()).containsKey(series.group(1));
        if (series.group(2) != null) {
          Set<String> known = new TreeSet<>(metrics.get(series.group(1)));
          known.addAll(OF_PROMETHEUS);
          assertThat(LABEL.matcher(series.group(2)).results().map(label -> label.group(1)))
              .as(query.where())
              .isSubsetOf(known);
        }
      }
    }
  }

  @Test
  void allMetricsOfTheServicesAreShownSomewhere() throws IOException {
    String asked = queries().stream().map(Query::text).collect(Collectors.joining("\n"));
    assertThat(
            metrics().keySet().stream()
                .filter(metric -> metric.startsWith("bootbus_"))
                .map(metric -> metric.replaceAll("_(bucket|sum|count)$", ""))
                .distinct())
        .allMatch(asked::contains);
  }

  @Test
  void prometheusReadsThem(@TempDir Path folder) throws Exception {
    StringBuilder rules = new StringBuilder("groups:\n- name: all\n  rules:\n");
    int number = 0;
    for (Query query : queries()) {
      rules.append("  - record: query:").append(number++).append("\n    expr: ");
      rules.append(new ObjectMapper().writeValueAsString(query.filled())).append('\n');
    }
    Path file = Files.writeString(folder.resolve("rules.yaml"), rules);
    assertThat(promtool("check", "rules", file.toString())).contains("SUCCESS: " + number);
    assertThat(promtool("check", "rules", ALERTS.toString())).contains("SUCCESS");
  }

  @Test
  void alertsFireWhenTheyShould() throws Exception {
    assertThat(promtool("test", "rules", Chart.FOLDER.resolve("ci/alerts-test.yaml").toString()))
        .contains("SUCCESS");
  }

  @Test
  void eachAlertHasItsPage() throws IOException {
    List<String> alerts = rules().map(rule -> rule.path("alert").asText()).toList();
    assertThat(
            Files.readAllLines(PAGES).stream()
                .filter(line -> line.startsWith("## "))
                .map(line -> line.substring(3)))
        .containsExactlyElementsOf(alerts);
    assertThat(rules().map(rule -> rule.at("/annotations/runbook_url").asText()))
        .containsExactlyElementsOf(
            alerts.stream().map(it -> "RUNBOOK_PAGE#" + it.toLowerCase()).toList());
  }

  private static String promtool(String... arguments) throws IOException, InterruptedException {
    return Command.run(Stream.concat(Stream.of("promtool"), Stream.of(arguments)).toList())
        .output();
  }
}
