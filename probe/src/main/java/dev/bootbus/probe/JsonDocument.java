package dev.bootbus.probe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What a command prints with `--json`: one document, indented, ASCII only.
public final class JsonDocument {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .build();

  private JsonDocument() {}

  /// @param document maps, lists, records of texts and numbers
  public static void print(Object document, PrintWriter out) {
    try {
      out.println(MAPPER.writeValueAsString(document));
      out.flush();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("no document", e);
    }
  }

  /// `[{"cause": "no-offer", "severity": "broken", "detail": …, "title": …, "remedy": …}]`
  public static List<Map<String, String>> of(List<Finding> findings) {
    return findings.stream().map(JsonDocument::of).toList();
  }

  private static Map<String, String> of(Finding finding) {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("cause", finding.cause().code());
    map.put("severity", finding.cause().severity().name().toLowerCase(Locale.ROOT));
    map.put("detail", finding.detail());
    map.put("title", finding.cause().title());
    map.put("remedy", finding.cause().remedy());
    return map;
  }
}
