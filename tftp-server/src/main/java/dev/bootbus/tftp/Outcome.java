package dev.bootbus.tftp;

import java.util.Locale;

/// How one transfer ended.
///
/// @param detail one sentence for the log, or the empty string
record Outcome(Ending ending, String detail, Traffic traffic) {

  /// The kinds of ends; log key and counter at once.
  enum Ending {
    SENT,
    /// The client sent an ERROR: it wanted only the size, as EDK2 does before each file, or gave
    /// up.
    ABORTED_BY_CLIENT,
    NOT_FOUND,
    DENIED,
    /// The content may exist, but the backend or the disk did not give it.
    UNAVAILABLE,
    /// The content began well and then could not be read.
    READ_FAILED,
    /// The client stopped answering.
    NO_ACK,
    /// The client stopped answering, and asked anew from the same port.
    SUPERSEDED,
    /// The server was stopped.
    STOPPED,
    /// The transfer's socket could not be opened, or broke.
    SOCKET_FAILED,
    /// An error of the program; the log has its stack trace.
    BUG;

    String key() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /// @param bytes of the content that were sent, each counted once
  /// @param blksize 0 if the transfer ended before options were agreed on
  /// @param windowsize 0 if the transfer ended before options were agreed on
  /// @param resent blocks sent again
  record Traffic(long bytes, int blksize, int windowsize, long resent) {
    static final Traffic NONE = new Traffic(0, 0, 0, 0);
  }
}
