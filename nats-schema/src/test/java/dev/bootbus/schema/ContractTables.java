package dev.bootbus.schema;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.bootbus.schema.Contract.Place;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/// The contract as Markdown for people, out of the schemas and the enums.
final class ContractTables {
  private final StringBuilder out = new StringBuilder();
  private final Set<Place> printed = new HashSet<>();

  private ContractTables() {}

  /// Who says what to whom.
  static String conversations() {
    ContractTables tables = new ContractTables();
    tables.head("Subject", "What happens", "Message", "Reply");
    for (JsonNode operation : asyncApi("/operations")) {
      if (operation.get("action").textValue().equals("send")) {
        JsonNode channel = followed(operation.get("channel"));
        tables.row(
            code(channel.get("address").textValue()),
            operation.get("title").textValue(),
            link(channel),
            operation.has("reply") ? link(followed(operation.at("/reply/channel"))) : "none");
      }
    }
    return tables.out.toString();
  }

  private static String link(JsonNode channel) {
    JsonNode message = followed(channel.get("messages").iterator().next());
    String schema = message.at("/payload/$ref").textValue().substring("./".length());
    String title = message.get("title").textValue();
    return "[%s](CONTRACT.md#%s) ([schema](contract/%s))".formatted(title, anchor(title), schema);
  }

  private static String anchor(String title) {
    return title.toLowerCase(Locale.ROOT).replace(" ", "-").replace(".", "");
  }

  private static JsonNode followed(JsonNode reference) {
    return asyncApi(reference.get("$ref").textValue().substring("#".length()));
  }

  private static JsonNode asyncApi(String pointer) {
    return Contract.file(Contract.ASYNCAPI).at(JsonPointer.compile(pointer));
  }

  /// Every field of every message, and every event.
  static String fields() {
    ContractTables tables = new ContractTables();
    tables.section("##", text(Place.of("cloudevent"), "title"), Place.of("cloudevent"));
    for (String message : Contract.MESSAGES) {
      Place place = Place.of(message);
      tables.out.append("## ").append(text(place, "title")).append("\n\n");
      tables.out.append(text(place, "description")).append("\n\n");
      tables.body("", Place.data(message));
    }
    tables.out.append("### Events\n\n");
    tables.out.append(
        "The attribute `type` is `dev.bootbus.event.` and the last two words of the subject.\n\n");
    tables.events();
    return tables.out.toString().stripTrailing() + "\n";
  }

  private void section(String level, String title, Place object) {
    out.append(level).append(' ').append(title).append("\n\n");
    body(title.replace("`", ""), object);
  }

  private void body(String path, Place object) {
    if (object.node().has("description")) {
      out.append(text(object, "description")).append("\n\n");
    }
    head("Key", "Type", "Written", "From", "Meaning");
    Map<String, Place> objects = new LinkedHashMap<>();
    object
        .node()
        .get("properties")
        .fieldNames()
        .forEachRemaining(
            key -> {
              Place field = object.child("properties", key);
              Place inside = inside(field);
              String type = type(field);
              if (inside.node().has("properties")) {
                String longer = path.isEmpty() ? key : path + "." + key;
                type = type.replace("object", "[object](#" + anchor(longer) + ")");
                if (printed.add(inside)) {
                  objects.put(longer, inside);
                }
              }
              row(code(key), type, written(object, key), source(field), meaning(field));
            });
    out.append('\n');
    objects.forEach((key, inside) -> section("###", code(key), inside));
  }

  /// The object that a field holds, through references and alternatives; else the field.
  private static Place inside(Place field) {
    for (Place place : field.together()) {
      if (place.node().has("properties")) {
        return place;
      }
    }
    return field.alternatives().stream()
        .map(ContractTables::inside)
        .filter(place -> place.node().has("properties"))
        .findFirst()
        .orElse(field);
  }

  private static String written(Place object, String key) {
    if (isIn(object.node().path("required"), key)) {
      return "always";
    }
    if (isIn(object.node().path("x-usual"), key)) {
      return "usual";
    }
    boolean either =
        object.alternatives().stream().anyMatch(a -> isIn(a.node().path("required"), key));
    return either ? "either" : "optional";
  }

  private static boolean isIn(JsonNode array, String text) {
    return StreamSupport.stream(array.spliterator(), false)
        .anyMatch(e -> e.textValue().equals(text));
  }

  private static String type(Place field) {
    String unit = text(field, "x-unit");
    return typeAlone(field) + (unit.isEmpty() ? "" : ", " + unit);
  }

  private static String typeAlone(Place field) {
    for (Place place : field.together()) {
      JsonNode node = place.node();
      if (node.has("properties")) {
        return "object";
      }
      if (node.has("title")) {
        return text(place, "title");
      }
      if (node.has("const")) {
        return code(node.get("const").toString());
      }
      if (node.has("enum")) {
        return StreamSupport.stream(node.get("enum").spliterator(), false)
            .map(value -> code(value.textValue()))
            .collect(Collectors.joining(", "));
      }
      if (node.has("type")) {
        return ofJson(place, node.get("type").asText());
      }
    }
    throw new IllegalStateException("no type: " + field);
  }

  private static String ofJson(Place place, String type) {
    return switch (type) {
      case "string" -> "text";
      case "array" -> "array of " + typeAlone(place.child("items")).replaceFirst("\\w+", "$0s");
      case "integer", "number" -> type + range(place.node());
      default -> type;
    };
  }

  private static String range(JsonNode node) {
    if (!node.has("minimum")) {
      return "";
    }
    return node.has("maximum")
        ? " %d–%d".formatted(node.get("minimum").longValue(), node.get("maximum").longValue())
        : " from " + node.get("minimum").longValue();
  }

  private static String source(Place field) {
    return text(field, "x-source");
  }

  private static String meaning(Place field) {
    return sentence(text(field, "description"));
  }

  private static String sentence(String text) {
    String end = text.isEmpty() || text.endsWith(".") ? "" : ".";
    return text.isEmpty() ? "" : Character.toUpperCase(text.charAt(0)) + text.substring(1) + end;
  }

  private void events() {
    head("Subject", "Outcome", "When", "Facts, where known");
    for (EventKind kind : EventKind.values()) {
      row(
          code(Subjects.DEFAULT.of(kind)),
          code(kind.outcome().name()),
          sentence(kind.meaning()),
          kind.facts().stream().map(f -> code(f.key())).collect(Collectors.joining(", ")));
    }
  }

  private static String text(Place place, String keyword) {
    return place.node().path(keyword).asText("");
  }

  private static String code(String text) {
    return "`" + text + "`";
  }

  private void head(String... names) {
    row(names);
    out.append("|---".repeat(names.length)).append("|\n");
  }

  private void row(String... cells) {
    List<String> safe = Arrays.stream(cells).map(cell -> cell.replace("|", "\\|")).toList();
    out.append("| ").append(String.join(" | ", safe)).append(" |\n");
  }
}
