package dev.bootbus.schema.go;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// JSON as Go sees it: keys in order and with their duplicates, numbers as they were spelled.
sealed interface GoJson {
  JsonFactory FACTORY = new JsonFactory();
  GoJson NULL = new Null();

  record Null() implements GoJson {}

  record Bool(boolean value) implements GoJson {}

  record Num(String literal) implements GoJson {
    double toFloat() throws GoFailure {
      double value = Double.parseDouble(literal);
      if (Double.isInfinite(value)) {
        throw GoFailure.error("number " + literal + " is out of range of float64");
      }
      return value;
    }
  }

  record Text(String value) implements GoJson {}

  record Arr(List<GoJson> elements) implements GoJson {}

  record Obj(List<Member> members) implements GoJson {}

  record Member(String key, GoJson value) {
    /// How encoding/json finds the field of a struct.
    boolean is(String name) {
      return key.equalsIgnoreCase(name);
    }
  }

  /// The whole text is one value, as `json.Unmarshal` insists.
  static GoJson parse(String text) throws GoFailure {
    return parse(text, true);
  }

  /// What follows the first value is not looked at, as json-iterator does.
  static GoJson parsePrefix(String text) throws GoFailure {
    return parse(text, false);
  }

  private static GoJson parse(String text, boolean toTheEnd) throws GoFailure {
    try (JsonParser parser = FACTORY.createParser(text)) {
      if (parser.nextToken() == null) {
        throw GoFailure.error("unexpected end of JSON input");
      }
      GoJson value = value(parser);
      if (toTheEnd && parser.nextToken() != null) {
        throw GoFailure.error("invalid character after top-level value");
      }
      return value;
    } catch (IOException e) {
      throw GoFailure.error("not JSON: " + e.getMessage());
    }
  }

  private static GoJson value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_NULL -> NULL;
      case VALUE_TRUE -> new Bool(true);
      case VALUE_FALSE -> new Bool(false);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Num(parser.getText());
      case VALUE_STRING -> new Text(valid(parser.getText()));
      case START_ARRAY -> {
        List<GoJson> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          elements.add(value(parser));
        }
        yield new Arr(elements);
      }
      case START_OBJECT -> {
        List<Member> members = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String key = valid(parser.currentName());
          parser.nextToken();
          members.add(new Member(key, value(parser)));
        }
        yield new Obj(members);
      }
      default -> throw new IOException("unexpected " + parser.currentToken());
    };
  }

  /// Half a surrogate pair becomes U+FFFD.
  private static String valid(String text) {
    if (text.chars().noneMatch(c -> Character.isSurrogate((char) c))) {
      return text;
    }
    var out = new StringBuilder();
    text.codePoints()
        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
        .forEach(out::appendCodePoint);
    return out.toString();
  }

  /// A string as encoding/json of Go 1.19 writes it, safe within HTML.
  static String quote(String text) {
    var out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '<', '>', '&', 0x2028, 0x2029 -> out.append("\\u%04x".formatted((int) c));
        default -> out.append(c < ' ' ? "\\u%04x".formatted((int) c) : String.valueOf(c));
      }
    }
    return out.append('"').toString();
  }

  static String quote(List<String> texts) {
    return texts.isEmpty()
        ? "null"
        : String.join(",", texts.stream().map(GoJson::quote).toList())
            .transform(elements -> "[" + elements + "]");
  }
}
