package dev.bootbus.kernel.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/// One column of a table.
///
/// @param wide left out of a `table`
/// @param text of one row's cell, at a time; empty where the row has nothing to say
record Column(String title, boolean wide, BiFunction<JsonNode, Instant, String> text) {

  static Column of(String title, String field) {
    return new Column(title, false, (row, _) -> text(row.path(field)));
  }

  /// A time in milliseconds since 1970, as how long it is from now: `5m`, or `in 5m`.
  static Column age(String title, String field) {
    return new Column(title, false, (row, now) -> age(row.path(field), now));
  }

  Column onlyWide() {
    return new Column(title, true, text);
  }

  private static String age(JsonNode time, Instant now) {
    if (!time.isIntegralNumber()) {
      return text(time);
    }
    // 0 where it never was
    return time.longValue() == 0 ? "" : Age.of(Instant.ofEpochMilli(time.longValue()), now);
  }

  /// A value as people write it: lists with commas, objects as `a=1,b=2`.
  static String text(JsonNode value) {
    if (value.isObject()) {
      List<String> parts = new ArrayList<>();
      value.properties().forEach(part -> parts.add(part.getKey() + "=" + text(part.getValue())));
      return String.join(",", parts);
    }
    if (value.isArray()) {
      List<String> parts = new ArrayList<>();
      value.forEach(part -> parts.add(text(part)));
      return String.join(",", parts);
    }
    return value.isNull() || value.isMissingNode() ? "" : value.asText();
  }
}
