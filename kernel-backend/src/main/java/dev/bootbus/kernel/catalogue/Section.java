package dev.bootbus.kernel.catalogue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// One mapping of a YAML file with its place there: all complaints name file, line and field.
public record Section(String file, String path, Yaml.Fields yaml) {

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
        throw section.complaint(name, "unknown field; there are " + String.join(", ", known));
      }
    }
    return section;
  }

  boolean has(String name) {
    return yaml.fields().containsKey(name);
  }

  /// The text of a field, or empty where there is none.
  String text(String name) throws CatalogueException {
    Yaml.Field field = yaml.fields().get(name);
    if (field == null) {
      return "";
    }
    if (field.value() instanceof Yaml.Text(_, String text)) {
      return text.strip();
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

  /// The mappings in a field that holds a list of them.
  List<Section> sections(String name, List<String> known) throws CatalogueException {
    Yaml.Field field = yaml.fields().get(name);
    if (field == null || field.value() instanceof Yaml.Text(_, String text) && text.isEmpty()) {
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

  CatalogueException complaint(String name, String message) {
    Yaml.Field field = yaml.fields().get(name);
    int line = field == null ? yaml.line() : field.line();
    return CatalogueException.at(file, line, pathOf(name) + ": " + message);
  }

  private String pathOf(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
