package dev.bootbus.kernel.node;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// What becomes of a machine that nobody has declared and nobody has seen.
public enum Unknown {
  /// a node, with a name and a record
  REGISTER,
  /// it is served, and nothing is kept of it but its lease
  LEASE,
  /// it gets error 404
  REFUSE;

  /// Reads `register`, `lease` or `refuse`.
  ///
  /// @throws IllegalArgumentException for anything else
  public static Unknown parse(String text) {
    return Arrays.stream(values())
        .filter(one -> one.flag().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "say one of "
                        + Arrays.stream(values())
                            .map(Unknown::flag)
                            .collect(Collectors.joining(", "))
                        + ", not "
                        + text));
  }

  private String flag() {
    return name().toLowerCase(Locale.ROOT);
  }
}
