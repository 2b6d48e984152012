package dev.bootbus.kernel.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.kernel.store.Records;
import dev.bootbus.runtime.yaml.Yaml;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A kernel as JSON: the fields that it has in YAML. Under `config` are the texts themselves: no
/// file of this machine is anybody's to name over the network.
final class KernelJson {
  private static final int MAX_DEPTH = 4;

  private KernelJson() {}

  /// What is empty is left out, and `installs` where the type says the same.
  static ObjectNode write(Kernel kernel) {
    ObjectNode json = Records.object().put("name", kernel.name());
    put(json, "version", kernel.version());
    json.put("arch", kernel.arch().name());
    json.put("type", kernel.type().key());
    put(json, "kernel", kernel.kernel());
    put(json, "initrd", kernel.initrds());
    put(json, "modloop", kernel.sources().modloop());
    put(json, "rootfs", kernel.sources().rootfs());
    put(json, "iso", kernel.sources().iso());
    put(json, "archive", kernel.sources().archive());
    put(json, "repo", kernel.sources().repo());
    put(json, "apkovl", kernel.provision().apkovl());
    put(json, "cmdline", kernel.cmdline());
    put(json, "checksums", kernel.checksums());
    put(json, "options", kernel.options());
    if (kernel.installs() != kernel.type().installs()) {
      json.put("installs", kernel.installs());
    }
    Map<String, String> config = new TreeMap<>();
    kernel.provision().templates().forEach((file, text) -> config.put(file.path(), text));
    put(json, "config", config);
    put(json, "ssh-keys", kernel.provision().sshKeys());
    return json;
  }

  private static void put(ObjectNode json, String field, String text) {
    if (!text.isEmpty()) {
      json.put(field, text);
    }
  }

  private static void put(ObjectNode json, String field, List<String> texts) {
    if (!texts.isEmpty()) {
      texts.forEach(json.putArray(field)::add);
    }
  }

  private static void put(ObjectNode json, String field, Map<String, String> texts) {
    if (!texts.isEmpty()) {
      new TreeMap<>(texts).forEach(json.putObject(field)::put);
    }
  }

  /// What a JSON object says.
  sealed interface Reading {
    record Good(Kernel kernel) implements Reading {}

    /// @param complaints everything that is wrong, without file and line
    record Bad(List<CatalogueException> complaints) implements Reading {}
  }

  static Reading read(ObjectNode json) {
    List<CatalogueException> complaints = new ArrayList<>();
    try {
      Section section = Section.of("", "", yaml(json, 0), KernelSection.FIELDS);
      Kernel kernel = KernelSection.read(section, Templates.INLINE, complaints);
      return complaints.isEmpty() ? new Reading.Good(kernel) : new Reading.Bad(complaints);
    } catch (CatalogueException e) {
      return new Reading.Bad(List.of(e));
    }
  }

  private static Yaml yaml(JsonNode json, int depth) throws CatalogueException {
    if (depth > MAX_DEPTH) {
      throw CatalogueException.at("", 0, "nested deeper than " + MAX_DEPTH);
    }
    if (json.isObject()) {
      Map<String, Yaml.Field> fields = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> field : json.properties()) {
        fields.put(field.getKey(), new Yaml.Field(0, yaml(field.getValue(), depth + 1)));
      }
      return new Yaml.Fields(0, fields);
    }
    if (json.isArray()) {
      List<Yaml> items = new ArrayList<>();
      for (JsonNode item : json) {
        items.add(yaml(item, depth + 1));
      }
      return new Yaml.Items(0, items);
    }
    return new Yaml.Text(0, json.isNull() ? "" : json.asText());
  }
}
