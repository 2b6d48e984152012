package dev.bootbus.dhcp.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// YAML or JSON as a tree whose every part knows its line, so that a complaint can name
/// it. Every scalar is text: what it means is for the reader of the tree to say.
sealed interface Yaml {
  /// Room for a list of ten thousand machines.
  int MAX_SIZE = 2 << 20;

  int line();

  /// @param text empty where the file says nothing, or `null`
  record Text(int line, String text) implements Yaml {}

  record Items(int line, List<Yaml> items) implements Yaml {}

  record Fields(int line, Map<String, Field> fields) implements Yaml {}

  record Field(int line, Yaml value) {}

  static Yaml read(Path path) throws ConfigException {
    return read(path.toString(), text(path));
  }

  private static String text(Path path) throws ConfigException {
    try {
      if (Files.size(path) > MAX_SIZE) {
        throw ConfigException.of(path + ": larger than " + MAX_SIZE + " bytes");
      }
      return Files.readString(path);
    } catch (NoSuchFileException e) {
      throw ConfigException.of(path + ": no such file");
    } catch (CharacterCodingException e) {
      throw ConfigException.of(path + ": not UTF-8");
    } catch (IOException e) {
      throw ConfigException.of(path + ": cannot be read: " + e.getMessage());
    }
  }

  /// Reads one document.
  ///
  /// @param file its name in complaints
  static Yaml read(String file, String text) throws ConfigException {
    return read(file, text, "YAML", new YAMLFactory());
  }

  /// Reads JSON into the same tree: its tabs would not be YAML.
  static Yaml readJson(Path path) throws ConfigException {
    return read(path.toString(), text(path), "JSON", new JsonFactory());
  }

  private static Yaml read(String file, String text, String format, JsonFactory factory)
      throws ConfigException {
    try (JsonParser parser = factory.createParser(text)) {
      Reader reader = new Reader(file, parser);
      Yaml root = parser.nextToken() == null ? new Fields(1, Map.of()) : reader.value(0);
      if (parser.nextToken() != null) {
        throw reader.complaint("a second document; one is read");
      }
      return root;
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
      String said = String.valueOf(e.getOriginalMessage());
      throw ConfigException.at(file, line, "not " + format + ": " + Reader.inOneLine(said));
    } catch (IOException e) {
      throw ConfigException.of(file + ": cannot be read: " + e.getMessage());
    }
  }

  /// Takes the parser's events apart.
  final class Reader {
    private static final int MAX_DEPTH = 8;

    private final String file;
    private final JsonParser parser;

    private Reader(String file, JsonParser parser) {
      this.file = file;
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

    private ConfigException complaint(String message) {
      return ConfigException.at(file, line(), message);
    }

    private Yaml value(int depth) throws IOException, ConfigException {
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

    private Map<String, Field> fields(int depth) throws IOException, ConfigException {
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

    private List<Yaml> items(int depth) throws IOException, ConfigException {
      List<Yaml> items = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        items.add(value(depth + 1));
      }
      return items;
    }
  }
}
