package dev.bootbus.kernel.boot;

/// A machine cannot be told to boot what the catalogue says: its loader cannot do it, or a value is
/// missing. The message is one sentence for the machine's console.
public final class CannotLoadException extends Exception {
  private static final long serialVersionUID = 1;

  private final String missing;

  CannotLoadException(String message) {
    this(message, "");
  }

  private CannotLoadException(String message, String missing) {
    super(message, null, false, false);
    this.missing = missing;
  }

  /// @param value the name of what nobody has given
  static CannotLoadException missing(String value, String message) {
    return new CannotLoadException(message, value);
  }

  /// The name of the missing value, or empty.
  String missing() {
    return missing;
  }

  String sentence() {
    return String.valueOf(getMessage());
  }
}
