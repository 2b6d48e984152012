package dev.bootbus.dhcp.config;

import dev.bootbus.dhcp.config.Setting.Entry;
import dev.bootbus.dhcp.config.Setting.Shape;
import dev.bootbus.runtime.yaml.Yaml;
import dev.bootbus.schema.Nearest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.OptionSpec;

/// What a configuration file says: the names of options are its keys.
///
/// ```yaml
/// mode: proxy
/// boot-file: {bios: undionly.kpxe}
/// interfaces:
///   - interface: eth1
///   - interface: eth2
///     mode: reservation
/// ```
///
/// @param process by key, for all interfaces
/// @param interfaces by key, for one interface each; each has its name as `interface`
public record ConfigFile(
    Map<String, List<Entry>> process, List<Map<String, List<Entry>>> interfaces) {
  public static final ConfigFile NONE = new ConfigFile(Map.of(), List.of());

  public static final String INTERFACE = "interface";
  static final String INTERFACES = "interfaces";
  private static final int MAX_INTERFACES = 256;

  /// @param all the options that there are, by name
  /// @param perInterface those that each interface may have to itself
  /// @throws ConfigException with everything that is wrong
  public static ConfigFile read(Path path, Map<String, OptionSpec> all, Set<String> perInterface)
      throws ConfigException {
    Reading reading = new Reading(path.toString(), all, perInterface);
    ConfigFile file = reading.file(Document.read(path));
    if (!reading.complaints.isEmpty()) {
      throw new ConfigException(reading.complaints);
    }
    return file;
  }

  private record Reading(
      String file, Map<String, OptionSpec> all, Set<String> perInterface, List<String> complaints) {

    Reading(String file, Map<String, OptionSpec> all, Set<String> perInterface) {
      this(file, all, perInterface, new ArrayList<>());
    }

    private void complain(int line, String message) {
      complaints.add(file + ":" + line + ": " + message);
    }

    ConfigFile file(Yaml root) {
      if (root instanceof Yaml.Text(_, String text) && text.isEmpty()) {
        return NONE;
      }
      if (!(root instanceof Yaml.Fields(_, Map<String, Yaml.Field> fields))) {
        complain(root.line(), "not a mapping of keys to values");
        return NONE;
      }
      Map<String, List<Entry>> process = new LinkedHashMap<>();
      List<Map<String, List<Entry>>> interfaces = new ArrayList<>();
      fields.forEach(
          (key, field) -> {
            if (key.equals(INTERFACES)) {
              interfaces(field, interfaces);
            } else if (!all.containsKey(key)) {
              complain(field.line(), unknown(key));
            } else {
              entries(key, field).ifPresent(entries -> process.put(key, entries));
            }
          });
      if (fields.containsKey(INTERFACES) && fields.containsKey(INTERFACE)) {
        complain(fields.get(INTERFACE).line(), "say either " + INTERFACE + " or " + INTERFACES);
      }
      return new ConfigFile(process, interfaces);
    }

    private String unknown(String key) {
      Set<String> known = new HashSet<>(all.keySet());
      known.add(INTERFACES);
      return "unknown key " + shown(key) + guess(key, known);
    }

    private static String guess(String key, Set<String> known) {
      return Nearest.of(key, known).map(name -> "; did you mean " + name + "?").orElse("");
    }

    /// Keys may be anything, complaints are one line.
    private static String shown(String key) {
      String printable = key.replaceAll("\\p{C}", "?");
      return printable.isEmpty() ? "''" : printable.substring(0, Math.min(64, printable.length()));
    }

    private void interfaces(Yaml.Field field, List<Map<String, List<Entry>>> interfaces) {
      if (!(field.value() instanceof Yaml.Items(_, List<Yaml> items))) {
        complain(field.line(), INTERFACES + ": not a list");
        return;
      }
      if (items.size() > MAX_INTERFACES) {
        complain(field.line(), INTERFACES + ": more than " + MAX_INTERFACES);
        return;
      }
      Set<String> names = new HashSet<>();
      for (Yaml item : items) {
        if (item instanceof Yaml.Fields fields) {
          interfaces.add(oneInterface(fields, names));
        } else {
          complain(item.line(), INTERFACES + ": an item is not a mapping of keys to values");
        }
      }
    }

    private Map<String, List<Entry>> oneInterface(Yaml.Fields fields, Set<String> names) {
      Map<String, List<Entry>> entries = new LinkedHashMap<>();
      fields
          .fields()
          .forEach(
              (key, field) -> {
                if (perInterface.contains(key)) {
                  entries(key, field).ifPresent(values -> entries.put(key, values));
                } else if (all.containsKey(key)) {
                  complain(field.line(), key + " is for the whole process, not for one interface");
                } else {
                  complain(field.line(), "unknown key " + shown(key) + guess(key, perInterface));
                }
              });
      Yaml.Field name = fields.fields().get(INTERFACE);
      if (name == null) {
        complain(fields.line(), INTERFACES + ": an item without the key " + INTERFACE);
      } else if (!(name.value() instanceof Yaml.Text(int line, String text)) || text.isBlank()) {
        complain(name.line(), INTERFACE + ": not one name");
      } else if (!names.add(text)) {
        complain(line, INTERFACE + ": there is another " + text);
      }
      return entries;
    }

    private Optional<List<Entry>> entries(String key, Yaml.Field field) {
      Shape shape = Shape.of(all.get(key));
      return switch (field.value()) {
        case Yaml.Text(int line, String text) when shape == Shape.ONE ->
            Optional.of(List.of(entry(line, text)));
        case Yaml.Text(int line, String text) ->
            Optional.of(text.isBlank() ? List.of() : List.of(entry(line, text)));
        case Yaml.Items(_, List<Yaml> items) when shape != Shape.ONE -> list(key, items);
        case Yaml.Fields(_, Map<String, Yaml.Field> pairs) when shape == Shape.PAIRS ->
            pairs(key, pairs);
        case Yaml.Items _, Yaml.Fields _ -> {
          complain(
              field.line(),
              key
                  + switch (shape) {
                    case ONE -> ": not a single value";
                    case LIST -> ": neither a value nor a list of values";
                    case PAIRS -> ": neither a mapping nor a list of " + all.get(key).paramLabel();
                  });
          yield Optional.empty();
        }
      };
    }

    private Entry entry(int line, String text) {
      return new Entry(text, file + ":" + line);
    }

    private Optional<List<Entry>> list(String key, List<Yaml> items) {
      List<Entry> entries = new ArrayList<>();
      for (Yaml item : items) {
        if (item instanceof Yaml.Text(int line, String text)) {
          entries.add(entry(line, text));
        } else {
          complain(item.line(), key + ": an item is not a single value");
          return Optional.empty();
        }
      }
      return Optional.of(entries);
    }

    private Optional<List<Entry>> pairs(String key, Map<String, Yaml.Field> pairs) {
      List<Entry> entries = new ArrayList<>();
      for (Map.Entry<String, Yaml.Field> pair : pairs.entrySet()) {
        if (pair.getValue().value() instanceof Yaml.Text(int line, String text)) {
          entries.add(entry(line, pair.getKey() + "=" + text));
        } else {
          complain(
              pair.getValue().line(), key + ": " + shown(pair.getKey()) + " has not one value");
          return Optional.empty();
        }
      }
      return Optional.of(entries);
    }
  }
}
