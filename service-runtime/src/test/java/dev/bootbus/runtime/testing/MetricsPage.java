package dev.bootbus.runtime.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.runtime.testing.Scraped.Family;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Holds METRICS.md against what a service says of itself; `-Dmetrics.update` rewrites its part.
public final class MetricsPage {
  private static final Path PAGE = Path.of("../service-runtime/METRICS.md");
  private static final String EVERY = "Every service";
  private static final String HEAD = "| metric | type | labels | meaning |\n|---|---|---|---|\n";

  private MetricsPage() {}

  /// Are there only with TLS.
  private static final String SOMETIMES = "| `bootbus_certificate_";

  /// The page has a row for each metric of the service, and none more but for those that are there
  /// only sometimes.
  public static void check(String service, Scraped scraped) throws IOException {
    if (System.getProperty("metrics.update") != null) {
      write(service, rows(scraped, false));
      write(EVERY, withSometimes(rows(scraped, true)));
    }
    assertThat(section(service)).as("in METRICS.md").isEqualTo(rows(scraped, false));
    assertThat(section(EVERY)).as("in METRICS.md").isEqualTo(withSometimes(rows(scraped, true)));
  }

  private static String rows(Scraped scraped, boolean common) {
    Map<String, Family> families = scraped.families();
    return families.entrySet().stream()
        .filter(family -> isCommon(family.getKey()) == common)
        .filter(family -> !isMaximum(family.getKey(), families))
        .map(family -> row(family.getKey(), family.getValue()))
        .collect(Collectors.joining());
  }

  /// With those of the page that this service does not have now.
  private static String withSometimes(String rows) throws IOException {
    return Stream.concat(
            rows.lines(), section(EVERY).lines().filter(row -> row.startsWith(SOMETIMES)))
        .distinct()
        .sorted()
        .map(row -> row + "\n")
        .collect(Collectors.joining());
  }

  private static boolean isCommon(String name) {
    return name.matches("(jvm|process|bootbus_bus|bootbus_certificate|bootbus_events)_.*");
  }

  /// That micrometer adds to each histogram.
  private static boolean isMaximum(String name, Map<String, Family> families) {
    return name.endsWith("_max") && families.containsKey(name.substring(0, name.length() - 4));
  }

  private static String row(String name, Family family) {
    assertThat(family.help()).as("what %s means", name).isNotBlank();
    return "| `%s` | %s | %s | %s |\n"
        .formatted(
            name,
            family.type(),
            family.labels().stream()
                .map(label -> "`" + label + "`")
                .collect(Collectors.joining(" ")),
            family.help().replace("|", "\\|"));
  }

  private static String section(String title) throws IOException {
    List<String> lines = Files.readAllLines(PAGE);
    int begin = lines.indexOf("## " + title);
    assertThat(begin).as("## " + title).isNotNegative();
    return lines.stream()
        .skip(begin + 1L)
        .takeWhile(line -> !line.startsWith("## "))
        .filter(line -> line.startsWith("| `"))
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }

  private static void write(String title, String rows) throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(PAGE));
    int begin = lines.indexOf("## " + title);
    if (begin < 0) {
      lines.addAll(List.of("", "## " + title));
      begin = lines.size() - 1;
    }
    int at = begin + 1;
    while (at < lines.size() && !lines.get(at).startsWith("## ")) {
      if (lines.get(at).startsWith("|")) {
        lines.remove(at);
      } else {
        at++;
      }
    }
    List<String> table = (HEAD + rows).lines().toList();
    lines.addAll(begin + 1, table);
    Files.writeString(PAGE, String.join("\n", lines) + "\n");
  }
}
