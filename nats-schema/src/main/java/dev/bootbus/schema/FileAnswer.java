package dev.bootbus.schema;

/// What a backend says of a file that it was asked for. On the wire an error always has a message.
public sealed interface FileAnswer {

  /// The file itself, small enough for one message.
  ///
  /// @param mediaType of the bytes, as in an HTTP Content-Type
  record Content(String text, String mediaType) implements FileAnswer {}

  /// @param reason one sentence for the machine's console and the log
  record NotFound(String reason) implements FileAnswer {
    public NotFound {
      reason = reason.isEmpty() ? "not found" : reason;
    }
  }

  /// @param reason one sentence for the machine's console and the log
  record Denied(String reason) implements FileAnswer {
    public Denied {
      reason = reason.isEmpty() ? "denied" : reason;
    }
  }

  /// The backend could not say now: too busy (429), or at fault (500, 503).
  ///
  /// @param reason one sentence for the machine's console and the log
  record Failed(int code, String reason) implements FileAnswer {
    public Failed {
      reason = reason.isEmpty() ? "error " + code : reason;
    }
  }
}
