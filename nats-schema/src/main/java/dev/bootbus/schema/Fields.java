package dev.bootbus.schema;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A JSON object as far as its reader knows it, read in one pass: a tree of a whole message, and
/// the search for each name in it, took twice as long. What nobody asks for is skipped.
///
/// Go matches names without regard to case, so the exact one only goes first, and then whichever
/// stood first. Of one that stands there several times the last counts.
final class Fields {

  /// What a reader knows of an object.
  static final class Names {
    private record Place(int index, String name, @Nullable Names within) {}

    private final Map<String, @Nullable Names> all;
    private final Map<String, Place> exact = new HashMap<>();
    private final Map<String, Place> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    private Names(Map<String, @Nullable Names> all) {
      this.all = all;
      all.forEach((name, within) -> exact.put(name, new Place(exact.size(), name, within)));
      anyCase.putAll(exact);
    }

    static Names of(String... names) {
      Map<String, @Nullable Names> all = new LinkedHashMap<>();
      for (String name : names) {
        all.put(name, null);
      }
      return new Names(all);
    }

    /// These and those.
    Names and(Names more) {
      Map<String, @Nullable Names> both = new LinkedHashMap<>(all);
      both.putAll(more.all);
      return new Names(both);
    }

    /// These and one more, whose value is read as [#object] if it is one.
    Names and(String name, Names within) {
      Map<String, @Nullable Names> more = new LinkedHashMap<>(all);
      more.put(name, within);
      return new Names(more);
    }

    private @Nullable Place find(String key) {
      Place place = exact.get(key);
      return place == null ? anyCase.get(key) : place;
    }

    private int index(String name) {
      Place place = exact.get(name);
      if (place == null) {
        throw new IllegalArgumentException(name + " is not among the names that were read");
      }
      return place.index();
    }
  }

  private static final JsonNode MISSING = MissingNode.getInstance();

  private final Names names;
  private final @Nullable String[] keys; // as they were spelt
  private final @Nullable Object[] values; // each a JsonNode, or Fields

  /// An empty object.
  Fields(Names names) {
    int count = names.exact.size();
    this.names = names;
    this.keys = new String[count];
    this.values = new Object[count];
  }

  /// @param json at the start of an object; at its end afterwards
  static Fields read(JsonParser json, Names names) throws IOException {
    Fields fields = new Fields(names);
    for (String key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
      json.nextToken();
      Names.Place place = names.find(key);
      if (place == null || fields.isTaken(place, key)) {
        skip(json);
      } else {
        fields.put(place, key, json);
      }
    }
    return fields;
  }

  /// As strictly as what is read: Jackson itself lets broken text pass where it skips.
  private static void skip(JsonParser json) throws IOException {
    int depth = 0;
    while (true) {
      JsonToken token = json.currentToken();
      if (token == JsonToken.VALUE_STRING) {
        json.finishToken();
      }
      depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      if (depth == 0) {
        return;
      }
      json.nextToken();
    }
  }

  private boolean isTaken(Names.Place place, String key) {
    String before = keys[place.index()];
    return before != null && !key.equals(place.name()) && !key.equals(before);
  }

  private void put(Names.Place place, String key, JsonParser json) throws IOException {
    int index = place.index();
    boolean object = place.within() != null && json.currentToken() == JsonToken.START_OBJECT;
    keys[index] = key;
    values[index] = object ? read(json, place.within()) : value(json);
  }

  /// The value that the parser stands at; at its end afterwards.
  static JsonNode value(JsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case VALUE_STRING -> TextNode.valueOf(json.getText());
      case VALUE_NUMBER_INT ->
          json.getNumberType() == NumberType.BIG_INTEGER
              ? json.readValueAsTree()
              : LongNode.valueOf(json.getLongValue());
      case VALUE_TRUE -> BooleanNode.TRUE;
      case VALUE_FALSE -> BooleanNode.FALSE;
      case VALUE_NULL -> NullNode.getInstance();
      case START_ARRAY -> array(json);
      default -> json.readValueAsTree();
    };
  }

  private static ArrayNode array(JsonParser json) throws IOException {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      array.add(value(json));
    }
    return array;
  }

  /// The value of a field, unless it was read as an [#object].
  ///
  /// @throws IllegalArgumentException if the name is not among those that were read
  JsonNode value(String name) {
    return values[names.index(name)] instanceof JsonNode value ? value : MISSING;
  }

  /// The object in a field whose inner names are known.
  ///
  /// @throws IllegalArgumentException if the name is not among those that were read
  Optional<Fields> object(String name) {
    return values[names.index(name)] instanceof Fields object
        ? Optional.of(object)
        : Optional.empty();
  }
}
