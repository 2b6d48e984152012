package dev.bootbus.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The table of values in the chart's README is made of values.yaml: `-Dchart.update` writes it.
class ValuesTableTest {
  private static final Path README = Chart.FOLDER.resolve("README.md");
  private static final Pattern KEY = Pattern.compile("( *)([A-Za-z]\\w*):(?: +(.*))?");
  private static final String BEGIN = "<!-- values -->\n";
  private static final String END = "<!-- end -->\n";

  /// @param path `dhcp.service.type`
  /// @param value as it stands there; empty where others are below it
  private record Value(String path, String value, String comment) {
    String row() {
      String shown = value.isEmpty() ? "" : "`" + value.replace("|", "\\|") + "`";
      return "| `" + path + "` | " + shown + " | " + comment.replace("|", "\\|") + " |\n";
    }
  }

  private static List<Value> values() throws IOException {
    List<Value> values = new ArrayList<>();
    Deque<String> path = new ArrayDeque<>();
    StringBuilder comment = new StringBuilder();
    for (String line : Files.readAllLines(Chart.FOLDER.resolve("values.yaml"))) {
      Matcher key = KEY.matcher(line);
      if (line.strip().startsWith("#")) {
        comment.append(comment.isEmpty() ? "" : " ").append(line.strip().substring(1).strip());
      } else if (key.matches()) {
        while (path.size() > key.group(1).length() / 2) {
          path.removeLast();
        }
        path.addLast(key.group(2));
        String value = key.group(3) == null ? "" : key.group(3);
        if (!value.isEmpty() || !comment.isEmpty()) {
          values.add(new Value(String.join(".", path), value, comment.toString()));
        }
        comment.setLength(0);
      }
    }
    return values;
  }

  @Test
  void isThatOfTheFile() throws IOException {
    String table =
        BEGIN
            + "| value | default | |\n|---|---|---|\n"
            + values().stream().map(Value::row).collect(Collectors.joining())
            + END;
    String readme = Files.readString(README);
    String updated =
        readme.substring(0, readme.indexOf(BEGIN))
            + table
            + readme.substring(readme.indexOf(END) + END.length());
    if (System.getProperty("chart.update") != null) {
      Files.writeString(README, updated);
    }
    assertThat(Files.readString(README)).isEqualTo(updated);
  }
}
