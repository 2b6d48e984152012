package dev.bootbus.kernel;

/// Bytes in a bucket that are not the record they should be.
final class UnreadableRecordException extends Exception {
  private static final long serialVersionUID = 1;

  UnreadableRecordException(String message) {
    super(message, null, false, false);
  }
}
