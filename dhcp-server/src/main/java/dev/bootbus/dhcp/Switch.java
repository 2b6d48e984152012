package dev.bootbus.dhcp;

/// A setting with two positions.
enum Switch {
  ON,
  OFF;

  /// `true` and `false` too, because YAML has these.
  ///
  /// @throws IllegalArgumentException with one sentence for the operator
  static Switch parse(String text) {
    return switch (text) {
      case "on", "true" -> ON;
      case "off", "false" -> OFF;
      default -> throw new IllegalArgumentException("say on or off, not " + text);
    };
  }

  boolean isOn() {
    return this == ON;
  }
}
