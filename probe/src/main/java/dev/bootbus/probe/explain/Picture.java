package dev.bootbus.probe.explain;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.probe.bus.BusView;
import dev.bootbus.runtime.terminal.Terminal;
import dev.bootbus.schema.Explanation;
import dev.bootbus.schema.FileAnswer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// What was explained, for people and for programs.
final class Picture {
  private static final int MAX_TEXT = 64 * 1024;
  private static final int NAME = 34;
  private static final int VALUE = 32;

  /// A name or value that is longer stands alone, so that the columns of the others hold.
  private static final int LONGEST = 48;

  private Picture() {}

  static List<String> lines(Step step) {
    return switch (step) {
      case Step.Dhcp dhcp -> lines(dhcp);
      case Step.File file -> lines(file);
    };
  }

  private static List<String> lines(Step.Dhcp step) {
    Explanation.Answer answer = step.answer();
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s says %s; dhcp-server at %s%s%s, mode %s, port %d:"
            .formatted(
                step.program(),
                step.said(),
                Terminal.printable(step.host()),
                answer.network().isEmpty() ? "" : ", " + Terminal.printable(answer.network()),
                answer.address().isEmpty() ? "" : ", " + Terminal.printable(answer.address()),
                Terminal.printable(answer.mode()),
                answer.port()));
    lines.add(
        "  %s%s%s"
            .formatted(
                Terminal.printable(answer.outcome().toUpperCase(Locale.ROOT)),
                answer.reason().isEmpty() ? "" : ", " + Terminal.printable(answer.reason()),
                answer.sentTo().isEmpty() ? "" : ", to " + Terminal.printable(answer.sentTo())));
    add(lines, answer.detail());
    answer.meaning().lines().limit(8).forEach(line -> add(lines, line));
    add(lines, answer.note());
    answer.remarks().forEach(remark -> add(lines, remark));
    lines.addAll(table(shown(step).stream().map(Row::of).toList()));
    return lines;
  }

  static List<String> table(List<Row> rows) {
    List<String> lines = new ArrayList<>();
    int name = columns(rows.stream().map(Row::name), NAME);
    int value = columns(rows.stream().map(Row::value), VALUE);
    rows.forEach(row -> lines.addAll(row.lines(name, value)));
    return lines;
  }

  /// @return wide enough for all that are not very long
  private static int columns(Stream<String> cells, int least) {
    return cells
        .mapToInt(String::length)
        .filter(length -> length <= LONGEST)
        .reduce(least, Math::max);
  }

  record Row(String name, String value, String origin) {
    static Row of(Fields.Shown field) {
      String detail = field.detail().isEmpty() ? "" : ": " + Terminal.printable(field.detail());
      return new Row(
          Terminal.printable(field.name()),
          Terminal.printable(field.value()),
          Terminal.printable(field.from()) + detail);
    }

    List<String> lines(int nameColumns, int valueColumns) {
      List<String> lines = new ArrayList<>();
      String left = name;
      if (left.length() > nameColumns) {
        lines.add("    " + left);
        left = "";
      }
      String middle = "    %-" + nameColumns + "s %-" + valueColumns + "s";
      String line = middle.formatted(left, value);
      if (value.length() > valueColumns) {
        lines.add(line);
        line = middle.formatted("", "");
      }
      lines.add(line + " " + origin);
      return lines;
    }
  }

  private static void add(List<String> lines, String text) {
    if (!text.isEmpty()) {
      lines.add("  " + Terminal.printable(text));
    }
  }

  private static List<Fields.Shown> shown(Step.Dhcp step) {
    return step.message()
        .map(message -> Fields.of(message, step.answer().fields()))
        .orElse(List.of());
  }

  private static List<String> lines(Step.File step) {
    List<String> lines = new ArrayList<>();
    lines.add("%s fetches %s:".formatted(step.program(), Terminal.printable(step.path())));
    if (text(step) instanceof Optional<String> text && text.isPresent()) {
      text.get().lines().forEach(line -> lines.add("    " + Terminal.printable(line)));
    } else {
      lines.add("  " + Terminal.printable(why(step)));
    }
    return lines;
  }

  private static Optional<String> text(Step.File step) {
    return step.answer()
        .filter(FileAnswer.Content.class::isInstance)
        .map(FileAnswer.Content.class::cast)
        .map(
            content ->
                switch (content.body()) {
                  case FileAnswer.Body.Text(String text) -> text;
                  case FileAnswer.Body.Bytes bytes ->
                      new String(bytes.copy(), StandardCharsets.UTF_8);
                })
        .map(text -> text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT));
  }

  private static String why(Step.File step) {
    return step.answer()
        .map(
            answer ->
                switch (answer) {
                  case FileAnswer.Content _ -> "";
                  case FileAnswer.NotFound(String reason) -> "no such file: " + reason;
                  case FileAnswer.Denied(String reason) -> "denied: " + reason;
                  case FileAnswer.NotReady(String reason, _) -> "not yet: " + reason;
                  case FileAnswer.Failed(int code, String reason) ->
                      "error " + code + ": " + reason;
                })
        .orElse("no answer: " + step.why());
  }

  static ObjectNode json(Step step) {
    ObjectNode json = BusView.JSON.createObjectNode().put("program", step.program());
    switch (step) {
      case Step.Dhcp dhcp -> put(dhcp, json);
      case Step.File file -> {
        json.put("fetches", file.path());
        text(file).ifPresentOrElse(t -> json.put("text", t), () -> json.put("why", why(file)));
      }
    }
    return json;
  }

  private static void put(Step.Dhcp step, ObjectNode json) {
    Explanation.Answer answer = step.answer();
    json.put("says", step.said());
    json.put("host", step.host());
    json.put("interface", answer.network());
    json.put("address", answer.address());
    json.put("mode", answer.mode());
    json.put("port", answer.port());
    json.put("outcome", answer.outcome());
    json.put("reason", answer.reason());
    json.put("detail", answer.detail());
    json.put("meaning", answer.meaning());
    json.put("client", answer.client());
    json.put("note", answer.note());
    json.put("sentTo", answer.sentTo());
    json.put("packet", answer.packet());
    ArrayNode remarks = json.putArray("remarks");
    answer.remarks().forEach(remarks::add);
    ArrayNode fields = json.putArray("fields");
    for (Fields.Shown field : shown(step)) {
      fields
          .addObject()
          .put("field", field.field())
          .put("name", field.name())
          .put("value", field.value())
          .put("from", field.from())
          .put("detail", field.detail());
    }
  }
}
