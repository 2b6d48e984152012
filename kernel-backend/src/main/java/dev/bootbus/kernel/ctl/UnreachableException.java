package dev.bootbus.kernel.ctl;

/// Nobody answers, or somebody else does.
final class UnreachableException extends Exception {
  private static final long serialVersionUID = 1L;

  UnreachableException(String message) {
    super(message);
  }
}
