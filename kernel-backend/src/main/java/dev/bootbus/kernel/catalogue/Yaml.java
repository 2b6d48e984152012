package dev.bootbus.kernel.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// YAML as a tree whose every part knows its line, so that a complaint can name it. Every scalar
/// is text: what it means is for the reader of the tree to say.
public sealed interface Yaml {
  int line();

  record Text(int line, String text) implements Yaml {}

  record Items(int line, List<Yaml> items) implements Yaml {}

  record Fields(int line, Map<String, Field> fields) implements Yaml {}

  record Field(int line, Yaml value) {}

  /// Reads one document.
  static Yaml read(String file, String text) throws CatalogueException {
    try (YAMLParser parser = new YAMLFactory().createParser(text)) {
      Reader reader = new Reader(file, parser);
      Yaml root = parser.nextToken() == null ? new Fields(1, Map.of()) : reader.value(0);
      if (parser.nextToken() != null) {
        throw reader.complaint("a second document; one is read");
      }
      return root;
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
      String said = String.valueOf(e.getOriginalMessage());
      throw CatalogueException.at(file, line, "not YAML: " + Reader.inOneLine(said));
    } catch (IOException e) {
      throw new CatalogueException(file + ": " + e.getMessage());
    }
  }

  /// Takes the parser's events apart.
  final class Reader {
    private static final int MAX_DEPTH = 16;

    private final String file;
    private final YAMLParser parser;

    private Reader(String file, YAMLParser parser) {
      this.file = file;
      this.parser = parser;
    }

    private static String inOneLine(String text) {
      return text.replaceAll("\\s+", " ").trim();
    }

    private int line() {
      return parser.currentTokenLocation().getLineNr();
    }

    private CatalogueException complaint(String message) {
      return CatalogueException.at(file, line(), message);
    }

    private Yaml value(int depth) throws IOException, CatalogueException {
      if (depth > MAX_DEPTH) {
        throw complaint("nested deeper than " + MAX_DEPTH);
      }
      int line = line();
      if (parser.isCurrentAlias()) {
        throw complaint("aliases are not read: write the value out");
      }
      return switch (parser.currentToken()) {
        case START_OBJECT -> new Fields(line, fields(depth));
        case START_ARRAY -> new Items(line, items(depth));
        case VALUE_NULL -> new Text(line, "");
        default -> new Text(line, parser.getText());
      };
    }

    private Map<String, Field> fields(int depth) throws IOException, CatalogueException {
      Map<String, Field> fields = new LinkedHashMap<>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        int line = line();
        if (fields.containsKey(name)) {
          throw complaint(name + " is given twice");
        }
        parser.nextToken();
        fields.put(name, new Field(line, value(depth + 1)));
      }
      return fields;
    }

    private List<Yaml> items(int depth) throws IOException, CatalogueException {
      List<Yaml> items = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        items.add(value(depth + 1));
      }
      return items;
    }
  }
}
