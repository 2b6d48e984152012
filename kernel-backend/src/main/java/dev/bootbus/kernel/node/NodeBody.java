package dev.bootbus.kernel.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.kernel.api.Resource.Fault;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A JSON object that somebody has sent, read with every doubt: what is wrong with it is collected.
final class NodeBody {
  private static final int MAX_ITEMS = 256;

  private final ObjectNode body;
  private final List<Fault> faults = new ArrayList<>();

  /// @param known names of the fields that there may be
  NodeBody(ObjectNode body, Collection<String> known) {
    this.body = body;
    for (String name : (Iterable<String>) body::fieldNames) {
      if (!known.contains(name)) {
        fault(name, "there is no such field; there are " + String.join(", ", known));
      }
    }
  }

  List<Fault> faults() {
    return faults;
  }

  void fault(String field, String message) {
    faults.add(new Fault(pointer(field), message));
  }

  /// RFC 6901 §3; a `/` in a name parts it.
  private static String pointer(String field) {
    return "/" + field.replace("~", "~0");
  }

  /// Whether something is said of a field; null says that nothing is.
  boolean has(String field) {
    return body.hasNonNull(field);
  }

  /// Text that a reader takes, which throws [IllegalArgumentException] with a sentence for what it
  /// does not.
  <T> Optional<T> read(String field, Function<String, T> reader) {
    return text(field).flatMap(text -> parsed(field, text, reader));
  }

  /// Text that is not empty.
  Optional<String> text(String field) {
    JsonNode value = body.path(field);
    if (!has(field)) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      fault(field, "this is a text");
      return Optional.empty();
    }
    return Optional.of(value.textValue().strip()).filter(text -> !text.isEmpty());
  }

  private <T> Optional<T> parsed(String field, String text, Function<String, T> reader) {
    try {
      return Optional.of(reader.apply(text));
    } catch (IllegalArgumentException e) {
      fault(field, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  boolean flag(String field, boolean otherwise) {
    JsonNode value = body.path(field);
    if (has(field) && !value.isBoolean()) {
      fault(field, "this is true or false");
    }
    return value.isBoolean() ? value.booleanValue() : otherwise;
  }

  <T> List<T> list(String field, Function<String, T> reader) {
    JsonNode array = array(field);
    Set<T> items = new LinkedHashSet<>();
    for (int i = 0; array != null && i < array.size(); i++) {
      String item = field + "/" + i;
      if (array.get(i).isTextual()) {
        parsed(item, array.get(i).textValue().strip(), reader).ifPresent(items::add);
      } else {
        fault(item, "this is a text");
      }
    }
    return List.copyOf(items);
  }

  private @Nullable JsonNode array(String field) {
    JsonNode array = body.path(field);
    if (!has(field)) {
      return null;
    }
    if (!array.isArray() || array.size() > MAX_ITEMS) {
      fault(field, "this is a list of texts, " + MAX_ITEMS + " at the most");
      return null;
    }
    return array;
  }

  /// Names with values, which may be numbers or true or false, and are kept as texts.
  Map<String, String> values(
      String field, Function<String, String> name, Function<String, String> value) {
    JsonNode object = body.path(field);
    Map<String, String> values = new LinkedHashMap<>();
    if (has(field) && (!object.isObject() || object.size() > MAX_ITEMS)) {
      fault(field, "this is an object of texts, " + MAX_ITEMS + " at the most");
      return values;
    }
    for (Map.Entry<String, JsonNode> one : object.properties()) {
      String at = field + "/" + one.getKey().replace("~", "~0").replace("/", "~1");
      if (one.getValue().isContainerNode()) {
        fault(at, "this is a text");
      } else if (!one.getValue().isNull()) {
        Optional<String> text = parsed(at, one.getValue().asText(), value);
        parsed(at, one.getKey(), name).ifPresent(key -> text.ifPresent(v -> values.put(key, v)));
      }
    }
    return values;
  }
}
