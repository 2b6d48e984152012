package dev.bootbus.dhcp;

import java.util.Arrays;
import java.util.stream.Collectors;

/// How the machines of one interface are served.
enum ScopeMode {
  /// Addresses, and what to boot; the backend leases or reserves.
  DHCP("dhcp"),
  /// What to boot, beside the server that gives the addresses.
  PROXY("proxy"),
  /// The same, with a default script for machines that the backend does not know.
  AUTO_PROXY("auto-proxy"),
  /// Not at all: nothing is opened there.
  OFF("off");

  private static final String ALIAS = "reservation";

  private final String label;

  ScopeMode(String label) {
    this.label = label;
  }

  /// @throws IllegalArgumentException with one sentence for the operator
  static ScopeMode parse(String text) {
    return Arrays.stream(values())
        .filter(mode -> mode.label.equalsIgnoreCase(text.equalsIgnoreCase(ALIAS) ? "dhcp" : text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "not a mode: " + text + "; there are " + labels() + " and off"));
  }

  private static String labels() {
    return Arrays.stream(values())
        .filter(mode -> mode != OFF)
        .map(mode -> mode == DHCP ? "dhcp (or reservation)" : mode.label)
        .collect(Collectors.joining(", "));
  }

  @Override
  public String toString() {
    return label;
  }
}
