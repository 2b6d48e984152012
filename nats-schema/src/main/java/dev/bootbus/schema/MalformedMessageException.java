package dev.bootbus.schema;

/// Bytes from the bus that are not the message they should be; the only exception that reading
/// throws.
public final class MalformedMessageException extends Exception {
  private static final long serialVersionUID = 1;

  public MalformedMessageException(String message) {
    super(message, null, false, false);
  }
}
