package dev.bootbus.kernel.catalogue;

import dev.bootbus.runtime.yaml.Yaml;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One mapping of a YAML file with its place there: all complaints name file, line and field.
public record Section(String file, String path, Yaml.Fields yaml) {
  private static final int MAX_SHOWN = 400;
  private static final int MAX_TEXTS = 64;

  /// @param known names of the fields that there may be
  static Section of(String file, String path, Yaml yaml, List<String> known)
      throws CatalogueException {
    if (!(yaml instanceof Yaml.Fields fields)) {
      String what = path.isEmpty() ? "the file" : path;
      throw CatalogueException.at(file, yaml.line(), what + " is not a mapping of fields");
    }
    Section section = new Section(file, path, fields);
    for (String name : fields.fields().keySet()) {
      if (!known.contains(name)) {
        throw section.complaint(name, "unknown field" + Guess.orAll(name, known));
      }
    }
    return section;
  }

  boolean has(String name) {
    return yaml.fields().containsKey(name);
  }

  /// The text of a field, or empty where there is none.
  String text(String name) throws CatalogueException {
    return raw(name).strip();
  }

  /// The same with the space around it.
  String raw(String name) throws CatalogueException {
    Yaml.Field field = yaml.fields().get(name);
    if (field == null) {
      return "";
    }
    if (field.value() instanceof Yaml.Text(_, String text)) {
      return text;
    }
    throw complaint(name, "not a single value");
  }

  String required(String name) throws CatalogueException {
    String text = text(name);
    if (text.isEmpty()) {
      throw complaint(name, "missing");
    }
    return text;
  }

  /// The texts of a field that holds one or a list of them.
  List<String> texts(String name) throws CatalogueException {
    Yaml.Field field = yaml.fields().get(name);
    if (field == null || !(field.value() instanceof Yaml.Items(_, List<Yaml> items))) {
      String text = text(name);
      return text.isEmpty() ? List.of() : List.of(text);
    }
    List<String> texts = new ArrayList<>();
    for (Yaml item : items) {
      if (!(item instanceof Yaml.Text(_, String text)) || text.isBlank()) {
        throw complaint(name, "not a list of single values");
      }
      texts.add(text.strip());
    }
    return texts;
  }

  /// The texts in a field that holds a mapping of names to them.
  Map<String, String> textsByName(String name) throws CatalogueException {
    Map<String, String> texts = new LinkedHashMap<>();
    if (has(name) && !isEmptyText(name)) {
      if (!(yaml.fields().get(name).value() instanceof Yaml.Fields fields)) {
        throw complaint(name, "not a mapping of names to values");
      }
      Section section = new Section(file, pathOf(name), fields);
      for (String key : fields.fields().keySet()) {
        texts.put(key, section.text(key));
      }
      if (texts.size() > MAX_TEXTS) {
        throw complaint(name, "more than " + MAX_TEXTS + " values");
      }
    }
    return texts;
  }

  private boolean isEmptyText(String name) {
    return yaml.fields().get(name).value() instanceof Yaml.Text(_, String text) && text.isBlank();
  }

  /// The mappings in a field that holds a list of them.
  List<Section> sections(String name, List<String> known) throws CatalogueException {
    Yaml.Field field = yaml.fields().get(name);
    if (field == null || isEmptyText(name)) {
      return List.of();
    }
    if (!(field.value() instanceof Yaml.Items(_, List<Yaml> items))) {
      throw complaint(name, "not a list");
    }
    List<Section> sections = new ArrayList<>();
    for (Yaml item : items) {
      sections.add(of(file, pathOf(name) + "[" + sections.size() + "]", item, known));
    }
    return sections;
  }

  /// `true` or `false`, or null where neither is said.
  @Nullable Boolean flag(String name) throws CatalogueException {
    return switch (text(name)) {
      case "" -> null;
      case "true" -> Boolean.TRUE;
      case "false" -> Boolean.FALSE;
      default -> throw complaint(name, "neither true nor false");
    };
  }

  boolean flag(String name, boolean unsaid) throws CatalogueException {
    Boolean said = flag(name);
    return said == null ? unsaid : said;
  }

  /// The mapping in a field that holds one.
  Section section(String name, List<String> known) throws CatalogueException {
    return of(file, pathOf(name), yaml.fields().get(name).value(), known);
  }

  /// What a text means to a reader that throws [IllegalArgumentException] for what it cannot
  /// read.
  <T> T parse(String name, String text, Function<String, T> reader) throws CatalogueException {
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw complaint(name, String.valueOf(e.getMessage()));
    }
  }

  /// The place of a field, or of the mapping where it is missing.
  Origin.File origin(String name) {
    Yaml.Field field = yaml.fields().get(name);
    return new Origin.File(file, field == null ? yaml.line() : field.line());
  }

  CatalogueException complaint(String name, String message) {
    int line = origin(name).line();
    return CatalogueException.at(file, line, printable(pathOf(name)), printable(message));
  }

  /// Names and values may be anything, complaints are one line.
  private static String printable(String text) {
    String shown = text.replaceAll("\\p{C}", "?");
    return shown.length() <= MAX_SHOWN ? shown : shown.substring(0, MAX_SHOWN) + "…";
  }

  private String pathOf(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
