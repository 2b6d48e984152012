package dev.bootbus.kernel.store;

/// JetStream did not do what it was asked to. It carries no stack trace: nothing in this process
/// is at fault, and the message says what an operator can do.
public final class StoreUnavailableException extends Exception {
  private static final long serialVersionUID = 1;

  StoreUnavailableException(String message) {
    super(message, null, false, false);
  }
}
