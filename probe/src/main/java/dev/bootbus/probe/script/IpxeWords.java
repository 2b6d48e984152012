package dev.bootbus.probe.script;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The words of one iPXE command: its options, which come first, and the rest. Options that are
/// unknown are taken for ones without a value, since other builds have others.
record IpxeWords(String command, Map<String, String> options, List<String> rest) {

  /// @param spec long names of the options that take a value, each with its letter: `name/n`
  static IpxeWords of(List<String> words, String... spec) {
    Map<String, String> options = new HashMap<>();
    int at = 1;
    while (at < words.size() && words.get(at).startsWith("-") && words.get(at).length() > 1) {
      String word = words.get(at++);
      if (word.equals("--")) {
        break;
      }
      int equals = word.indexOf('=');
      String bare = equals < 0 ? word : word.substring(0, equals);
      String name = longName(bare, spec);
      boolean takesValue = List.of(spec).stream().anyMatch(s -> s.startsWith(name + "/"));
      if (equals >= 0) {
        options.put(name, word.substring(equals + 1));
      } else if (takesValue && at < words.size()) {
        options.put(name, words.get(at++));
      } else {
        options.put(name, "");
      }
    }
    return new IpxeWords(
        words.getFirst(), options, new ArrayList<>(words.subList(at, words.size())));
  }

  private static String longName(String word, String... spec) {
    if (word.startsWith("--")) {
      return word.substring(2);
    }
    for (String option : spec) {
      if (option.endsWith("/" + word.charAt(1))) {
        return option.substring(0, option.length() - 2);
      }
    }
    return word.substring(1);
  }

  boolean has(String option) {
    return options.containsKey(option);
  }

  Optional<String> option(String name) {
    return Optional.ofNullable(options.get(name)).filter(value -> !value.isEmpty());
  }

  /// The word at that place, empty where there is none.
  String at(int index) {
    return index < rest.size() ? rest.get(index) : "";
  }

  String from(int index) {
    return index < rest.size() ? String.join(" ", rest.subList(index, rest.size())) : "";
  }
}
