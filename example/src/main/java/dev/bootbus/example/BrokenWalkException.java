package dev.bootbus.example;

/// The first thing of a boot that did not work, in one sentence for the operator.
final class BrokenWalkException extends Exception {
  private static final long serialVersionUID = 1;

  BrokenWalkException(String message) {
    super(message, null, false, false);
  }
}
