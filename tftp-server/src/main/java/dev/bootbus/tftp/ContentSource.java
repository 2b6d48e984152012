package dev.bootbus.tftp;

import java.util.List;

/// Where files come from. Every method may be called from many threads at once, and may block.
interface ContentSource {

  /// What a source says of a file; each reason is one sentence for the machine's console and the
  /// log.
  sealed interface Answer {
    /// Whoever takes the content closes it.
    record Found(Content content) implements Answer {}

    record Missing(String reason) implements Answer {}

    record Denied(String reason) implements Answer {}

    /// It may be there, but cannot be had now.
    record Unavailable(String reason) implements Answer {}
  }

  /// @param call who asks
  Answer open(BootPath path, Call call);

  /// Asks one source after the other until one does not say [Answer.Missing].
  static ContentSource inOrder(List<ContentSource> sources) {
    List<ContentSource> order = List.copyOf(sources);
    return (path, call) -> {
      Answer answer = missing(path);
      for (ContentSource source : order) {
        answer = source.open(path, call);
        if (!(answer instanceof Answer.Missing)) {
          return answer;
        }
      }
      return answer;
    };
  }

  static Answer.Missing missing(BootPath path) {
    return new Answer.Missing("file not found: " + path);
  }
}
