package dev.bootbus.schema.go;

/// Decoding ended where Go returns an error, or where it panics.
final class GoFailure extends Exception {
  private static final long serialVersionUID = 1;

  private final boolean panic;

  private GoFailure(boolean panic, String reason) {
    super(reason, null, false, false);
    this.panic = panic;
  }

  static GoFailure error(String reason) {
    return new GoFailure(false, reason);
  }

  static GoFailure panic(String reason) {
    return new GoFailure(true, reason);
  }

  boolean isPanic() {
    return panic;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
