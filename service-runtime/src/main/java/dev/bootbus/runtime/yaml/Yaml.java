package dev.bootbus.runtime.yaml;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// YAML or JSON as a tree whose every part knows its line, so that a complaint can name
/// it. Every scalar is text: what it means is for the reader of the tree to say.
public sealed interface Yaml {
  int line();

  /// @param text empty where the file says nothing, or `null`
  record Text(int line, String text) implements Yaml {}

  record Items(int line, List<Yaml> items) implements Yaml {}

  record Fields(int line, Map<String, Field> fields) implements Yaml {}

  record Field(int line, Yaml value) {}

  /// Reads one document.
  static Yaml read(String text) throws YamlException {
    return read(text, "YAML", new YAMLFactory());
  }

  /// Reads JSON into the same tree: its tabs would not be YAML.
  static Yaml readJson(String text) throws YamlException {
    return read(text, "JSON", new JsonFactory());
  }

  private static Yaml read(String text, String format, JsonFactory factory) throws YamlException {
    try (JsonParser parser = factory.createParser(text)) {
      Reader reader = new Reader(parser);
      Yaml root = parser.nextToken() == null ? new Fields(1, Map.of()) : reader.value(0);
      if (parser.nextToken() != null) {
        throw reader.complaint("a second document; one is read");
      }
      return root;
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
      String said = String.valueOf(e.getOriginalMessage());
      throw new YamlException(line, "not " + format + ": " + Reader.inOneLine(said));
    } catch (IOException e) {
      throw new YamlException(1, "cannot be read: " + e.getMessage());
    }
  }

  /// Takes the parser's events apart.
  final class Reader {
    private static final int MAX_DEPTH = 16;

    private final JsonParser parser;

    private Reader(JsonParser parser) {
      this.parser = parser;
    }

    /// Without Jackson's words about where its source is not shown.
    private static String inOneLine(String text) {
      String said = text.lines().map(String::strip).findFirst().orElse("");
      return said.replaceFirst(" \\(start marker at \\[.*", "");
    }

    private int line() {
      return parser.currentTokenLocation().getLineNr();
    }

    private YamlException complaint(String message) {
      return new YamlException(line(), message);
    }

    private Yaml value(int depth) throws IOException, YamlException {
      if (depth > MAX_DEPTH) {
        throw complaint("nested deeper than " + MAX_DEPTH);
      }
      int line = line();
      if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
        throw complaint("aliases are not read: write the value out");
      }
      return switch (parser.currentToken()) {
        case START_OBJECT -> new Fields(line, fields(depth));
        case START_ARRAY -> new Items(line, items(depth));
        case VALUE_NULL -> new Text(line, "");
        default -> new Text(line, parser.getText());
      };
    }

    private Map<String, Field> fields(int depth) throws IOException, YamlException {
      Map<String, Field> fields = new LinkedHashMap<>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        int line = line();
        if (fields.containsKey(name)) {
          throw complaint(name + " is given twice, first in line " + fields.get(name).line());
        }
        parser.nextToken();
        fields.put(name, new Field(line, value(depth + 1)));
      }
      return fields;
    }

    private List<Yaml> items(int depth) throws IOException, YamlException {
      List<Yaml> items = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        items.add(value(depth + 1));
      }
      return items;
    }
  }
}
