package dev.bootbus.dhcp.config;

import dev.bootbus.dhcp.config.Setting.Entry;
import dev.bootbus.dhcp.config.Setting.Shape;
import dev.bootbus.dhcp.config.Setting.Source;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/// What command line, environment and file say together: for each option the first of them that
/// says anything, and else the default. What the file says of one interface goes before what is
/// said of all, wherever that is said.
///
/// @param options all there are, by name
/// @param perInterface names of those that each interface may have to itself
/// @param flags of the command line
public record Layers(
    Map<String, OptionSpec> options,
    Set<String> perInterface,
    ParseResult flags,
    Map<String, String> environment,
    ConfigFile file) {

  /// A variable holds all the pairs, separated by white space: `a=b c d=e` are two.
  private static final Pattern NEXT_PAIR = Pattern.compile("\\s+(?=[A-Za-z0-9:./-]+=)");

  private static final Pattern NEXT_ITEM = Pattern.compile("[\\s,]+");

  /// An empty variable is as good as none, but for these, where nothing is something.
  private static final Set<String> EMPTY_COUNTS = Set.of("ipxe-script");

  private static final String FILE_SUFFIX = "-file";

  /// For the process, and for all interfaces that have nothing else.
  public Settings process() {
    Map<String, Setting> settings = new LinkedHashMap<>();
    options.forEach((name, option) -> settings.put(name, setting(name, option)));
    return new Settings(settings);
  }

  private Setting setting(String name, OptionSpec option) {
    if (flags.hasMatchedOption(option)) {
      return of(option, Source.FLAG, flags.matchedOption(option.longestName()).stringValues());
    }
    String variable = new Setting(option, Source.DEFAULT, List.of()).variable();
    String value = environment.get(variable);
    if (value != null && (!value.isBlank() || EMPTY_COUNTS.contains(name))) {
      return of(option, Source.ENVIRONMENT, items(option, value));
    }
    if (isSecretGiven(name, variable)) {
      return new Setting(option, Source.ENVIRONMENT, List.of());
    }
    List<Entry> entries = file.process().get(name);
    if (entries != null) {
      return new Setting(option, Source.FILE, entries);
    }
    String usual = option.defaultValue();
    return of(option, Source.DEFAULT, usual == null ? List.of() : List.of(usual));
  }

  private static Setting of(OptionSpec option, Source source, List<String> texts) {
    return new Setting(option, source, texts.stream().map(text -> new Entry(text, "")).toList());
  }

  private static List<String> items(OptionSpec option, String value) {
    Pattern next =
        switch (Shape.of(option)) {
          case ONE -> null;
          case LIST -> NEXT_ITEM;
          case PAIRS -> NEXT_PAIR;
        };
    return next == null
        ? List.of(value)
        : next.splitAsStream(value.strip()).filter(item -> !item.isEmpty()).toList();
  }

  /// `BOOTBUS_NATS_PASSWORD` is the same setting as `BOOTBUS_NATS_PASSWORD_FILE`, only without the
  /// file.
  private boolean isSecretGiven(String name, String variable) {
    return name.startsWith("nats-")
        && name.endsWith(FILE_SUFFIX)
        && !environment
            .getOrDefault(variable.substring(0, variable.length() - FILE_SUFFIX.length()), "")
            .isBlank();
  }

  /// For each interface: those that the command line or the environment names, or else all that
  /// the file names; or else one without a name, for all interfaces.
  public List<Settings> interfaces() {
    Settings process = process().only(perInterface);
    List<String> named = process.texts(ConfigFile.INTERFACE);
    if (named.isEmpty() && file.interfaces().isEmpty()) {
      return List.of(process);
    }
    if (named.isEmpty()) {
      return file.interfaces().stream().map(section -> process.with(settings(section))).toList();
    }
    List<Settings> some = new ArrayList<>();
    for (Entry name : process.byName().get(ConfigFile.INTERFACE).entries()) {
      some.add(
          section(name.text())
              .map(section -> process.with(settings(section)))
              .orElseGet(() -> process.with(Map.of(ConfigFile.INTERFACE, only(process, name)))));
    }
    return some;
  }

  private static Setting only(Settings process, Entry name) {
    Setting all = process.byName().get(ConfigFile.INTERFACE);
    return new Setting(all.option(), all.source(), List.of(name));
  }

  private Optional<Map<String, List<Entry>>> section(String name) {
    return file.interfaces().stream().filter(section -> name(section).equals(name)).findFirst();
  }

  private static String name(Map<String, List<Entry>> section) {
    return section.get(ConfigFile.INTERFACE).getFirst().text();
  }

  private Map<String, Setting> settings(Map<String, List<Entry>> section) {
    Map<String, Setting> settings = new LinkedHashMap<>();
    section.forEach(
        (name, entries) ->
            settings.put(name, new Setting(options.get(name), Source.FILE, entries)));
    return settings;
  }
}
