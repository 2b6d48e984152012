package dev.bootbus.packaging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// One document of what is handed to Kubernetes.
record Manifest(JsonNode json) {
  private static final YAMLMapper YAML = new YAMLMapper();

  /// All documents of a stream of them, but the empty ones.
  static List<Manifest> read(String documents) throws IOException {
    try (MappingIterator<JsonNode> all = YAML.readerFor(JsonNode.class).readValues(documents)) {
      return all.readAll().stream().filter(JsonNode::isObject).map(Manifest::new).toList();
    }
  }

  String kind() {
    return json.path("kind").asText();
  }

  String name() {
    return json.at("/metadata/name").asText();
  }

  /// Kubernetes' own types know nothing of what an operator has added, such as ServiceMonitor.
  boolean isBuiltIn() {
    return !json.path("apiVersion").asText().contains("monitoring.coreos.com");
  }

  /// As Kubernetes' own types read it: without unknown, missing and mistyped fields.
  ///
  /// @throws IllegalArgumentException that names the field
  void validate() throws ReflectiveOperationException {
    JsonElement element = JsonParser.parseString(json.toString());
    Class<?> model = Class.forName("io.kubernetes.client.openapi.models.V1" + kind());
    try {
      model.getMethod("validateJsonElement", JsonElement.class).invoke(null, element);
      model.getMethod("fromJson", String.class).invoke(null, json.toString());
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(this + ": " + e.getCause().getMessage(), e.getCause());
    }
  }

  /// The pod that it makes, if it makes any: with `metadata` and `spec`.
  Optional<JsonNode> pod() {
    if (kind().equals("Pod")) {
      return Optional.of(json);
    }
    JsonNode template = json.at("/spec/template");
    return template.isObject() ? Optional.of(template) : Optional.empty();
  }

  Map<String, String> labels() {
    return texts(json.at("/metadata/labels"));
  }

  static Map<String, String> texts(JsonNode object) {
    Map<String, String> texts = new TreeMap<>();
    object.properties().forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
    return texts;
  }

  static Stream<JsonNode> each(JsonNode array) {
    return array.valueStream();
  }

  @Override
  public String toString() {
    return kind() + " " + name();
  }
}
