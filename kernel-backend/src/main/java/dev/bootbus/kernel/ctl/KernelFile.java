package dev.bootbus.kernel.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.kernel.catalogue.CatalogueException;
import dev.bootbus.kernel.catalogue.CatalogueFile;
import dev.bootbus.kernel.ctl.Kind.Shape;
import dev.bootbus.runtime.yaml.Yaml;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Kernels from a catalogue, or a single one; JSON is YAML. What the fields mean is for the API to
/// judge; here is only seen to it that `version: 3.10` stays a text.
final class KernelFile {
  private static final long MAX_SIZE = 16L << 20;
  private static final int MAX_TEMPLATE = 256 << 10;
  private static final String CONFIG = "config";

  /// What is in one word and names a folder or an ending is no template.
  private static final Pattern PATH = Pattern.compile("[A-Za-z0-9_./+-]*[./][A-Za-z0-9_./+-]*");

  private static final Path STDIN = Path.of("-");

  private KernelFile() {}

  /// @throws IllegalArgumentException with file and line of what cannot be read
  static List<ObjectNode> read(Path file) {
    try {
      return of(file.equals(STDIN) ? "stdin" : file.toString(), text(file));
    } catch (CatalogueException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(file + ": no such file", e);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(file + ": not UTF-8", e);
    } catch (IOException e) {
      throw new IllegalArgumentException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static String text(Path file) throws IOException {
    if (file.equals(STDIN)) {
      return new String(System.in.readNBytes((int) MAX_SIZE), StandardCharsets.UTF_8);
    }
    if (Files.size(file) > MAX_SIZE) {
      throw new IllegalArgumentException(file + ": larger than " + MAX_SIZE + " bytes");
    }
    return Files.readString(file);
  }

  static List<ObjectNode> of(String file, String text) throws CatalogueException {
    // a tab is a space to JSON, and nothing to YAML
    boolean json = text.stripLeading().startsWith("{") || text.stripLeading().startsWith("[");
    Yaml root = CatalogueFile.tree(file, json ? text.replace('\t', ' ') : text);
    Yaml kernels =
        root instanceof Yaml.Fields(_, Map<String, Yaml.Field> fields)
                && fields.containsKey("kernels")
            ? fields.get("kernels").value()
            : root;
    List<Yaml> all = kernels instanceof Yaml.Items(_, List<Yaml> items) ? items : List.of(kernels);
    List<ObjectNode> bodies = new ArrayList<>();
    for (Yaml one : all) {
      if (!(one instanceof Yaml.Fields(_, Map<String, Yaml.Field> fields))
          || !fields.containsKey("name")) {
        throw new IllegalArgumentException(
            file + ":" + one.line() + ": not a kernel: it has no name");
      }
      bodies.add(body(file, fields));
    }
    return bodies;
  }

  private static ObjectNode body(String file, Map<String, Yaml.Field> fields) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    fields.forEach(
        (name, field) -> {
          JsonNode value = json(field.value());
          boolean one = Kind.KERNELS.shape(name) == Shape.LIST && value.isTextual();
          body.set(name, one ? JsonNodeFactory.instance.arrayNode().add(value) : value);
        });
    if (fields.get(CONFIG) instanceof Yaml.Field(_, Yaml.Fields(_, var files))) {
      files.forEach(
          (name, field) -> {
            if (field.value() instanceof Yaml.Text(int line, String text)
                && PATH.matcher(text).matches()) {
              body.withObjectProperty(CONFIG).put(name, template(file, line, text));
            }
          });
    }
    body.remove(List.of("id", "revision"));
    return body;
  }

  /// A catalogue names the files of its templates, and the API takes the texts themselves.
  private static String template(String file, int line, String path) {
    try {
      Path place = Path.of(file).resolveSibling(path);
      if (Files.size(place) > MAX_TEMPLATE) {
        throw new IllegalArgumentException(
            file + ":" + line + ": " + place + " is larger than " + MAX_TEMPLATE + " bytes");
      }
      return Files.readString(place);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          file + ":" + line + ": cannot read the template " + path, e);
    }
  }

  private static JsonNode json(Yaml yaml) {
    return switch (yaml) {
      case Yaml.Text(_, String text) -> JsonNodeFactory.instance.textNode(text);
      case Yaml.Items(_, List<Yaml> items) -> {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        items.forEach(item -> list.add(json(item)));
        yield list;
      }
      case Yaml.Fields(_, Map<String, Yaml.Field> fields) -> {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        fields.forEach((name, field) -> object.set(name, json(field.value())));
        yield object;
      }
    };
  }
}
