package dev.bootbus.content;

import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/// What an [Upstream] said when it was asked for a file. Each reason is one sentence for the
/// machine's console and the log.
public sealed interface Fetched {

  /// What it said when it was asked only what there is.
  sealed interface Looked {}

  sealed interface Refused extends Fetched, Looked {
    /// The same as the answer of a source.
    default ContentSource.Answer answer() {
      return switch (this) {
        case Missing(var reason) -> new ContentSource.Answer.Missing(reason);
        case Denied(var reason) -> new ContentSource.Answer.Denied(reason);
        case Failed(var fault, var reason) -> new ContentSource.Answer.Unavailable(fault, reason);
      };
    }
  }

  /// @param size bytes of the whole file, if the upstream tells
  /// @param version as the upstream writes it: an ETag with its quotes, or a date of
  ///     Last-Modified; empty if it says neither
  /// @param mediaType as in an HTTP Content-Type
  record Facts(OptionalLong size, String version, String mediaType) implements Looked {

    /// Of the same form as an entity tag without its quotes; empty if nothing can be sure.
    public String tag() {
      if (version.startsWith("\"")) {
        return version.substring(1, version.length() - 1);
      }
      return version.isEmpty() || version.startsWith("W/")
          ? ""
          : "%x-%x".formatted(version.hashCode(), size.orElse(0));
    }
  }

  /// The bytes from the offset that was asked for to the end. Whoever takes it closes it.
  ///
  /// @param stream reads block until the upstream has been silent for as long as it may, and then
  ///     throw [SourceFailedException]; it never ends before the file does
  record Body(Facts facts, long offset, InputStream stream) implements Fetched, AutoCloseable {
    @Override
    public void close() throws IOException {
      stream.close();
    }
  }

  /// It still has the version that was named; said only where the whole file was asked for.
  record Unchanged() implements Fetched {}

  /// It no longer has the version that was named, or cannot tell, so that no rest can be had of it.
  record Changed() implements Fetched {}

  record Missing(String reason) implements Refused {}

  record Denied(String reason) implements Refused {}

  record Failed(ContentSource.Fault fault, String reason) implements Refused {}
}
