package dev.bootbus.kernel.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.kernel.ctl.Kind.Shape;
import java.util.List;

/// `hostname=storage-1 groups=web,db options.disk=/dev/sda address=` as a merge patch (RFC 7396).
final class Assignments {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private Assignments() {}

  /// @throws IllegalArgumentException with what would be right
  static ObjectNode patch(Kind kind, List<String> assignments) {
    ObjectNode patch = JSON.objectNode();
    for (String assignment : assignments) {
      int equals = assignment.indexOf('=');
      if (equals <= 0) {
        throw new IllegalArgumentException("not FIELD=VALUE: " + assignment);
      }
      assign(kind, patch, assignment.substring(0, equals), assignment.substring(equals + 1));
    }
    return patch;
  }

  private static void assign(Kind kind, ObjectNode patch, String path, String text) {
    int dot = path.indexOf('.');
    String field = dot < 0 ? path : path.substring(0, dot);
    Shape shape = kind.shape(field);
    if (dot < 0) {
      put(patch, path, path, text.isEmpty() ? JSON.nullNode() : value(shape, path, text));
      return;
    }
    if (shape != Shape.MAP) {
      throw new IllegalArgumentException(path + ": " + field + " has no parts");
    }
    if (!patch.path(field).isMissingNode() && !patch.path(field).isObject()) {
      throw new IllegalArgumentException(field + " is given twice");
    }
    JsonNode part = text.isEmpty() ? JSON.nullNode() : JSON.textNode(text);
    put(patch.withObjectProperty(field), path.substring(dot + 1), path, part);
  }

  private static void put(ObjectNode into, String name, String path, JsonNode value) {
    if (into.has(name)) {
      throw new IllegalArgumentException(path + " is given twice");
    }
    into.set(name, value);
  }

  /// @param name in complaints
  static JsonNode value(Shape shape, String name, String text) {
    return switch (shape) {
      case TEXT -> JSON.textNode(text);
      case BOOLEAN ->
          switch (text) {
            case "true" -> JSON.booleanNode(true);
            case "false" -> JSON.booleanNode(false);
            default ->
                throw new IllegalArgumentException(name + ": neither true nor false: " + text);
          };
      case NUMBER -> {
        try {
          yield JSON.numberNode(Long.parseLong(text));
        } catch (NumberFormatException e) {
          throw new IllegalArgumentException(name + ": not a whole number: " + text, e);
        }
      }
      case LIST -> {
        var list = JSON.arrayNode();
        for (String part : text.split(",")) {
          if (!part.isBlank()) {
            list.add(part.strip());
          }
        }
        yield list;
      }
      case MAP ->
          throw new IllegalArgumentException(
              name + ": say " + name + ".NAME=" + text + " for one part of it");
    };
  }
}
