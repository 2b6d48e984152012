package dev.bootbus.kernel.boot;

/// A loader cannot do what the catalogue says; the message is one sentence for the machine's
/// console.
public final class CannotLoadException extends Exception {
  private static final long serialVersionUID = 1;

  CannotLoadException(String message) {
    super(message, null, false, false);
  }
}
