package dev.bootbus.schema;

import java.util.Locale;

/// A request got no usable answer. It carries no stack trace: nothing in this process is at fault.
public final class BackendUnavailableException extends Exception {
  private static final long serialVersionUID = 1;

  /// Why there is none.
  public enum Reason {
    /// no connection to any nats-server
    DISCONNECTED,
    /// connected, and nobody subscribes to the subject
    NO_RESPONDERS,
    /// somebody subscribes, and did not answer before the deadline
    TIMEOUT,
    /// an answer came that cannot be read, or that is for another machine
    BAD_REPLY,
    /// too many questions of this process are under way
    BUSY;

    /// Log key and metric label.
    public String key() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private final Reason reason;

  public BackendUnavailableException(Reason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
