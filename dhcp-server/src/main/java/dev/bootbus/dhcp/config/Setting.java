package dev.bootbus.dhcp.config;

import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.OptionSpec;

/// What one option is set to, and by whom.
///
/// @param entries its values, several where it is repeatable; none where it is not set, or where a
///     secret stands in a variable of its own
public record Setting(OptionSpec option, Source source, List<Entry> entries) {

  /// In rising precedence.
  public enum Source {
    DEFAULT,
    FILE,
    ENVIRONMENT,
    FLAG
  }

  /// @param place the file has it at, as in `dhcp.yaml:12`; else empty
  public record Entry(String text, String place) {
    /// Whether a complaint is about this one.
    private boolean isIn(String message) {
      for (String part : text.split("=", 2)) {
        if (!message.contains(part)) {
          return false;
        }
      }
      return true;
    }
  }

  /// How a value is written in the file.
  enum Shape {
    ONE,
    LIST,
    /// `KEY=VALUE` on the command line, a mapping in the file
    PAIRS;

    static Shape of(OptionSpec option) {
      if (!option.isMultiValue()) {
        return ONE;
      }
      return option.paramLabel().contains("=") ? PAIRS : LIST;
    }
  }

  public Setting {
    entries = List.copyOf(entries);
  }

  /// Its key in the file.
  public String name() {
    return name(option);
  }

  public static String name(OptionSpec option) {
    return option.longestName().substring("--".length());
  }

  /// `BOOTBUS_HTTP_PORT` for `--http-port`, but `BOOTBUS_NATS_URL` for `--nats`.
  String variable() {
    String name = name().toUpperCase(Locale.ROOT).replace('-', '_');
    return "BOOTBUS_" + (name.equals("NATS") ? "NATS_URL" : name);
  }

  /// All its values, without who said them.
  public List<String> texts() {
    return entries.stream().map(Entry::text).toList();
  }

  /// The same on a command line.
  public List<String> arguments() {
    return entries.stream().map(entry -> option.longestName() + "=" + entry.text()).toList();
  }

  /// A complaint about the flag, as one about what the operator wrote.
  String told(String complaint) {
    String rest = complaint.substring(option.longestName().length());
    return switch (source) {
      case DEFAULT, FLAG -> complaint;
      case ENVIRONMENT -> variable() + rest;
      case FILE -> place(rest) + ": " + name() + rest;
    };
  }

  /// Of the entry that the complaint shows, most likely at its end.
  private String place(String complaint) {
    return entries.stream()
        .filter(entry -> complaint.endsWith(": " + entry.text()))
        .findFirst()
        .or(() -> entries.stream().filter(entry -> entry.isIn(complaint)).findFirst())
        .orElse(entries.getFirst())
        .place();
  }
}
