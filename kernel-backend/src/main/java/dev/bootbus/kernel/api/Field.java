package dev.bootbus.kernel.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// The way to a field, from the outermost: `hostname`, `options.disk`.
record Field(List<String> path) {
  Field {
    path = List.copyOf(path);
  }

  static Field of(String text) {
    return new Field(List.of(text.split("\\.", -1)));
  }

  /// What a body holds there, or a [MissingNode].
  JsonNode in(ObjectNode body) {
    JsonNode at = body;
    for (String name : path) {
      at = at.path(name);
    }
    return at;
  }

  /// Puts what one body holds there into another.
  void copy(ObjectNode from, ObjectNode to) {
    JsonNode value = in(from);
    if (value.isMissingNode()) {
      return;
    }
    ObjectNode place = to;
    for (String name : path.subList(0, path.size() - 1)) {
      place = place.get(name) instanceof ObjectNode inner ? inner : place.putObject(name);
    }
    place.set(path.getLast(), value);
  }
}
