package dev.bootbus.tftp.wire;

import java.util.List;
import java.util.Optional;

/// The options of a request or of an OACK, in their order and spelling on the wire (RFC 2347).
public record Options(List<Option> list) {
  public static final Options NONE = new Options(List.of());

  /// One option; unknown ones look no different.
  public record Option(String name, String value) {}

  public Options {
    list = List.copyOf(list);
  }

  /// The value of an option, whatever the case of its name. RFC 2347 allows an option only once; if
  /// it comes twice, the first one counts.
  public Optional<String> value(String name) {
    return list.stream()
        .filter(option -> option.name().equalsIgnoreCase(name))
        .map(Option::value)
        .findFirst();
  }

  public boolean isEmpty() {
    return list.isEmpty();
  }
}
