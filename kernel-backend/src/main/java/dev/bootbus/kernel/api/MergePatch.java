package dev.bootbus.kernel.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// RFC 7396 §2.
final class MergePatch {
  private MergePatch() {}

  /// A copy of the target with the patch applied: null takes a field away, an object is merged,
  /// anything else is put in its place.
  static ObjectNode apply(ObjectNode target, ObjectNode patch) {
    ObjectNode merged = target.deepCopy();
    patch
        .properties()
        .forEach(
            field -> {
              String name = field.getKey();
              switch (field.getValue()) {
                case JsonNode value when value.isNull() -> merged.remove(name);
                case ObjectNode inner ->
                    merged.set(
                        name,
                        apply(
                            merged.get(name) instanceof ObjectNode old ? old : Json.object(),
                            inner));
                case JsonNode value -> merged.set(name, value);
              }
            });
    return merged;
  }
}
