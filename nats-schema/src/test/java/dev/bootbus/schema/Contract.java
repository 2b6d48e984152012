package dev.bootbus.schema;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/// The published contract as it lies in the jar.
final class Contract {
  static final String ASYNCAPI = "asyncapi.yaml";

  /// What our writers write, each with its schema.
  static final List<String> MESSAGES =
      List.of("dhcp-request", "dhcp-response", "file-request", "file-answer", "event");

  private static final String FOLDER = "dev/bootbus/schema/contract/";
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
  private static final Map<String, JsonNode> FILES = new ConcurrentHashMap<>();

  private Contract() {}

  /// A schema, or a part of one.
  ///
  /// @param pointer from the top of the file, such as `/$defs/data`; empty for all of it
  record Place(String file, String pointer) {
    static Place of(String message) {
      return new Place(message + ".schema.json", "");
    }

    static Place data(String message) {
      return new Place(message + ".schema.json", "/$defs/data");
    }

    JsonNode node() {
      return Contract.file(file).at(JsonPointer.compile(pointer));
    }

    Place child(Object... keys) {
      StringBuilder longer = new StringBuilder(pointer);
      for (Object key : keys) {
        longer.append('/').append(key);
      }
      return new Place(file, longer.toString());
    }

    /// Where a reference in this file leads to.
    Place refer(String reference) {
      int hash = reference.indexOf('#');
      String target = hash < 0 ? reference : reference.substring(0, hash);
      return new Place(
          target.isEmpty() ? file : target.replaceFirst("^\\./", ""),
          hash < 0 ? "" : reference.substring(hash + 1));
    }

    /// Those that hold together with it: itself, what it refers to, and all of `allOf`.
    List<Place> together() {
      List<Place> places = new ArrayList<>(List.of(this));
      if (node().has("$ref")) {
        places.addAll(refer(node().get("$ref").textValue()).together());
      }
      for (int i = 0; i < node().path("allOf").size(); i++) {
        places.addAll(child("allOf", i).together());
      }
      return places;
    }

    /// Those of which one holds.
    List<Place> alternatives() {
      List<Place> places = new ArrayList<>();
      for (String keyword : List.of("oneOf", "anyOf")) {
        for (int i = 0; i < node().path(keyword).size(); i++) {
          places.add(child(keyword, i));
        }
      }
      return places;
    }

    boolean accepts(JsonNode instance) {
      return errors(instance).isEmpty();
    }

    List<Error> errors(JsonNode instance) {
      return REGISTRY
          .getSchema(SchemaLocation.of("classpath:" + FOLDER + file + "#" + pointer))
          .validate(
              instance,
              context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
    }
  }

  /// What is wrong with a schema itself.
  static List<Error> faults(JsonNode schema) {
    String dialect = SpecificationVersion.DRAFT_2020_12.getDialectId();
    return REGISTRY.getSchema(SchemaLocation.of(dialect)).validate(schema);
  }

  static JsonNode file(String name) {
    return FILES.computeIfAbsent(name, Contract::load);
  }

  private static JsonNode load(String name) {
    ObjectMapper mapper = name.endsWith(".yaml") ? new YAMLMapper() : new ObjectMapper();
    try (InputStream in = Contract.class.getResourceAsStream("/" + FOLDER + name)) {
      return mapper.readTree(Objects.requireNonNull(in, name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode json(byte[] message) {
    try {
      return new ObjectMapper().readTree(message);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
