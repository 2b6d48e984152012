package dev.bootbus.dhcp.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// All settings of the process, or of one interface, by their names.
public record Settings(Map<String, Setting> byName) {
  private static final Pattern FLAG = Pattern.compile("--([a-z0-9-]+).*", Pattern.DOTALL);

  public Settings {
    byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
  }

  /// As a command line.
  public String[] arguments() {
    return byName.values().stream()
        .flatMap(setting -> setting.arguments().stream())
        .toArray(String[]::new);
  }

  public List<String> texts(String name) {
    Setting setting = byName.get(name);
    return setting == null ? List.of() : setting.texts();
  }

  /// A complaint that begins with a flag, with the place in the file, or the variable, instead of
  /// the flag where that is where the value came from.
  public String told(String complaint) {
    Matcher flag = FLAG.matcher(complaint);
    Setting setting = flag.matches() ? byName.get(flag.group(1)) : null;
    return setting == null ? complaint : setting.told(complaint);
  }

  Settings only(Set<String> names) {
    Map<String, Setting> some = new LinkedHashMap<>(byName);
    some.keySet().retainAll(names);
    return new Settings(some);
  }

  public Settings without(Predicate<Setting> some) {
    Map<String, Setting> rest = new LinkedHashMap<>(byName);
    rest.values().removeIf(some);
    return new Settings(rest);
  }

  Settings with(Map<String, Setting> others) {
    Map<String, Setting> all = new LinkedHashMap<>(byName);
    all.putAll(others);
    return new Settings(all);
  }

  /// Names of what is not set to the same, whoever said it.
  public Set<String> differences(Settings other) {
    Set<String> names = new TreeSet<>(byName.keySet());
    names.addAll(other.byName.keySet());
    names.removeIf(name -> Objects.equals(texts(name), other.texts(name)));
    return names;
  }
}
