package dev.bootbus.content;

import dev.bootbus.schema.BackendUnavailableException;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.FileAnswer;
import dev.bootbus.schema.FileRequest;

/// Files that a backend writes for the machine that asks, whole or piece by piece. Only the names
/// given are asked for, so a firmware that tries a dozen names does not wait for the bus at each of
/// them.
public final class GeneratedFiles implements ContentSource {
  /// What one file may hold unless something else is set.
  public static final long USUAL_MOST = 1L << 30;

  private final Bus bus;
  private final GeneratedNames names;
  private final long most;

  /// @param most bytes of one file; a backend that never ends is broken off there
  public GeneratedFiles(Bus bus, GeneratedNames names, long most) {
    this.bus = bus;
    this.names = names;
    this.most = most;
  }

  public GeneratedFiles(Bus bus, GeneratedNames names) {
    this(bus, names, USUAL_MOST);
  }

  @Override
  public Answer open(BootPath path, Asker asker) {
    if (!names.contains(path)) {
      return ContentSource.missing(path);
    }
    FileRequest request = request(path, asker);
    try {
      return switch (bus.ask(request)) {
        case FileAnswer.Content first -> found(request, first);
        case FileAnswer.NotFound(var reason) -> new Answer.Missing(reason);
        case FileAnswer.Denied(var reason) -> new Answer.Denied(reason);
        case FileAnswer.NotReady(var reason, var retryAfter) ->
            new Answer.NotReady(reason, retryAfter);
        case FileAnswer.Failed(_, var reason) -> new Answer.Unavailable(Fault.BACKEND, reason);
      };
    } catch (BackendUnavailableException e) {
      return new Answer.Unavailable(
          Fault.BACKEND, "The backend is not answering: " + e.getMessage());
    }
  }

  private Answer found(FileRequest request, FileAnswer.Content first) {
    byte[] bytes = first.bytes();
    long size = first.size().orElse(bytes.length);
    if (size > most || bytes.length > most) {
      return new Answer.Unavailable(
          Fault.BACKEND,
          "The backend's /%s has more than %d bytes.".formatted(request.path(), most));
    }
    if (first.more()) {
      return bytes.length == 0 || size <= bytes.length && first.size().isPresent()
          ? new Answer.Unavailable(
              Fault.BACKEND,
              "The backend says that there is more of /%s, and less.".formatted(request.path()))
          : new Answer.Found(new PiecedContent(bus, request, first, most));
    }
    return size == bytes.length
        ? new Answer.Found(new Content.Written(bytes, first.mediaType()))
        : new Answer.Unavailable(
            Fault.BACKEND,
            "The backend sent %d of %d bytes of /%s."
                .formatted(bytes.length, size, request.path()));
  }

  private static FileRequest request(BootPath path, Asker asker) {
    return new FileRequest(
            path.toString(),
            asker.protocol(),
            asker.address(),
            asker.mac(),
            asker.trace().toString())
        .withToken(asker.token());
  }
}
