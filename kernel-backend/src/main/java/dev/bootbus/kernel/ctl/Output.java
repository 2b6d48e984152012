package dev.bootbus.kernel.ctl;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.bootbus.runtime.terminal.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Where commands print to, and how.
record Output(
    PrintWriter out, PrintWriter err, Terminal terminal, Format format, InstantSource clock) {
  private static final Set<String> TIMES =
      Set.of("since", "firstSeen", "expires", "updated", "deleted", "time");
  private static final String GAP = "  ";

  /// Not the text of a machine, but what was done: for people, and so on no pipe.
  void say(String line) {
    out.println(Terminal.printable(line));
    out.flush();
  }

  void warn(String line) {
    out.flush();
    err.println("bootctl: " + Terminal.printable(line));
    err.flush();
  }

  /// One thing, with all that is known of it.
  void one(JsonNode body) {
    switch (format) {
      case table, wide -> fields(body);
      case json, yaml -> tree(body);
      case name -> out.println(Terminal.printable(body.path("id").asText()));
    }
    out.flush();
  }

  /// A thing that has been changed: in a line, where nobody asked for more.
  void changed(Kind kind, JsonNode body, String what) {
    switch (format) {
      case table, wide -> say(kind.one() + " " + named(body) + " " + what);
      case json, yaml, name -> one(body);
    }
  }

  /// `52-54-00-12-34-56 (brave-otter)`
  static String named(JsonNode body) {
    String id = body.path("id").asText();
    String hostname = body.path("hostname").asText();
    return hostname.isEmpty() ? id : id + " (" + hostname + ")";
  }

  private void fields(JsonNode body) {
    List<List<String>> lines = new ArrayList<>();
    body.properties().forEach(field -> lines.addAll(lines(field.getKey(), field.getValue())));
    int width = lines.stream().mapToInt(line -> line.getFirst().length()).max().orElse(0);
    for (List<String> line : lines) {
      String name = line.getFirst();
      out.println(name + " ".repeat(width - name.length()) + GAP + line.getLast());
    }
  }

  /// The parts of an object by their paths, and those of a list below each other.
  private List<List<String>> lines(String name, JsonNode value) {
    List<List<String>> lines = new ArrayList<>();
    if (value.isObject()) {
      value
          .properties()
          .forEach(part -> lines.addAll(lines(name + "." + part.getKey(), part.getValue())));
    } else if (value.isArray()) {
      value.forEach(part -> lines.add(List.of(lines.isEmpty() ? name : "", text(part))));
    } else if (value.asText().indexOf('\n') >= 0) {
      value
          .asText()
          .lines()
          .forEach(
              line -> lines.add(List.of(lines.isEmpty() ? name : "", Terminal.printable(line))));
    } else {
      String said = TIMES.contains(name) ? time(value) : text(value);
      if (!said.isEmpty()) {
        lines.add(List.of(name, said));
      }
    }
    return lines;
  }

  private static String text(JsonNode value) {
    return Terminal.printable(Column.text(value));
  }

  private String time(JsonNode millis) {
    if (!millis.isIntegralNumber() || millis.longValue() == 0) {
      return ""; // it never was
    }
    Instant time = Instant.ofEpochMilli(millis.longValue());
    return time.truncatedTo(ChronoUnit.SECONDS) + " (" + Age.of(time, clock.instant()) + ")";
  }

  /// In JSON or YAML, whichever was asked for.
  void tree(JsonNode body) {
    try {
      out.println(writer().writeValueAsString(body).stripTrailing());
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A list of which some comes at a time.
  JsonGenerator list() throws IOException {
    JsonGenerator json = writer().createGenerator(out);
    json.writeStartArray();
    return json;
  }

  private ObjectWriter writer() {
    return switch (format) {
      case yaml ->
          YAMLMapper.builder()
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
              .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
              .disable(YAMLGenerator.Feature.SPLIT_LINES)
              .build()
              .writer();
      case json, table, wide, name -> Api.JSON.writerWithDefaultPrettyPrinter();
    };
  }
}
