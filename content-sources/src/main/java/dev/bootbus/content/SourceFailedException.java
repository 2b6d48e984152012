package dev.bootbus.content;

import java.io.IOException;

/// A source broke off while it was read. The message is one sentence for the machine's console and
/// the log.
public final class SourceFailedException extends IOException {
  private static final long serialVersionUID = 1;

  private final ContentSource.Fault fault;

  public SourceFailedException(ContentSource.Fault fault, String message) {
    super(message);
    this.fault = fault;
  }

  public ContentSource.Fault fault() {
    return fault;
  }
}
