package dev.bootbus.content;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Where files come from. Its one method may be called from many threads at once, and may block
/// until a deadline of its own; it never throws.
@FunctionalInterface
public interface ContentSource {

  /// What a source says of a file; each reason is one sentence for the machine's console and the
  /// log.
  sealed interface Answer {
    /// Whoever takes the content closes it.
    record Found(Content content) implements Answer {}

    /// A directory on disk, not opened.
    ///
    /// @param folder all links followed
    record Directory(Path folder) implements Answer {}

    record Missing(String reason) implements Answer {}

    record Denied(String reason) implements Answer {}

    /// It is being made.
    ///
    /// @param retryAfter how long the machine should wait before it asks again
    record NotReady(String reason, Duration retryAfter) implements Answer {}

    /// It may be there, but cannot be had now.
    record Unavailable(Fault fault, String reason) implements Answer {}
  }

  /// Who is to blame for what cannot be had.
  enum Fault {
    /// No backend answers, or it says that it cannot now.
    BACKEND,
    /// The disk of this server, or this server.
    DISK,
    /// The server that we fetch from answers with an error, or with nonsense.
    UPSTREAM,
    /// The server that we fetch from does not answer in time.
    UPSTREAM_SILENT
  }

  Answer open(BootPath path, Asker asker);

  /// Asks one source after the other until one does not say [Answer.Missing]. If all do, the last
  /// that has more to say than [#missing] is heard.
  static ContentSource inOrder(List<ContentSource> sources) {
    List<ContentSource> order = List.copyOf(sources);
    return (path, asker) -> {
      Answer.Missing missing = missing(path);
      Answer.Missing most = missing;
      for (ContentSource source : order) {
        Answer answer = source.open(path, asker);
        if (!(answer instanceof Answer.Missing told)) {
          return answer;
        }
        most = told.equals(missing) ? most : told;
      }
      return most;
    };
  }

  static Answer.Missing missing(BootPath path) {
    return new Answer.Missing("/" + path + " is not here: no such file.");
  }
}
