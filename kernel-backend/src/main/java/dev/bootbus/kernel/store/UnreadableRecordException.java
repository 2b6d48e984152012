package dev.bootbus.kernel.store;

/// Bytes in a bucket that are not the record they should be.
public final class UnreadableRecordException extends Exception {
  private static final long serialVersionUID = 1;

  public UnreadableRecordException(String message) {
    super(message, null, false, false);
  }
}
