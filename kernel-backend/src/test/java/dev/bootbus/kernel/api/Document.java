package dev.bootbus.kernel.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// The published OpenAPI document, which every answer in these tests is checked by.
public final class Document {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  private final JsonNode root;
  private final Map<JsonNode, Schema> schemas = new ConcurrentHashMap<>();

  private Document(JsonNode root) {
    this.root = root;
  }

  public static Document read() {
    try (InputStream in = Document.class.getResourceAsStream("openapi.yaml")) {
      return new Document(new YAMLMapper().readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JsonNode root() {
    return root;
  }

  /// `GET /api/v1/nodes/{id}` of each operation.
  List<String> operations() {
    List<String> operations = new ArrayList<>();
    root.path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method -> {
                          if (!method.equals("parameters")) {
                            operations.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
                          }
                        }));
    return operations;
  }

  /// The path of the document that a real one stands for; one with more text of its own first.
  Optional<Map.Entry<String, JsonNode>> pathOf(String path) {
    return root.path("paths").properties().stream()
        .filter(
            one ->
                path.matches(
                    Pattern.compile("\\{path}")
                        .matcher(one.getKey())
                        .replaceAll(".+")
                        .replaceAll("\\{[a-z]+}", "[^/]+")))
        .min(
            Comparator.comparingInt(
                one -> one.getKey().length() - one.getKey().replace("{", "").length()));
  }

  /// What is wrong with an answer, empty for nothing.
  public List<String> faults(String method, String path, int status, String type, byte[] body) {
    Optional<Map.Entry<String, JsonNode>> place = pathOf(path);
    JsonNode operation =
        place
            .map(one -> one.getValue().path(method.toLowerCase(Locale.ROOT).replace("head", "get")))
            .orElse(root.path("none"));
    if (operation.isMissingNode()) {
      return status >= 400
          ? schemaFaults(root.at("/components/schemas/Problem"), body)
          : List.of("not in the document: " + method + " " + path);
    }
    JsonNode response = resolved(operation.path("responses").path(Integer.toString(status)));
    if (response.isMissingNode()) {
      response = resolved(operation.path("responses").path("default"));
    }
    if (response.isMissingNode()) {
      return List.of("no such status in the document: " + status);
    }
    if (body.length == 0 || !response.has("content")) {
      return List.of();
    }
    JsonNode content = response.path("content").path(type.replaceFirst(";.*", ""));
    if (content.isMissingNode()) {
      return List.of("no such media type in the document: " + type);
    }
    return type.contains("json") ? schemaFaults(content.path("schema"), body) : List.of();
  }

  private JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? root.at(node.get("$ref").asText().substring(1)) : node;
  }

  private Schema compiled(JsonNode schema) {
    ObjectNode whole = MAPPER.createObjectNode();
    whole.set("components", root.path("components"));
    whole.putArray("allOf").add(schema);
    return REGISTRY.getSchema(whole);
  }

  private List<String> schemaFaults(JsonNode schema, byte[] body) {
    try {
      return schemas
          .computeIfAbsent(schema, this::compiled)
          .validate(MAPPER.readTree(body))
          .stream()
          .map(Error::toString)
          .toList();
    } catch (IOException e) {
      return List.of("not JSON: " + e.getMessage());
    }
  }
}
