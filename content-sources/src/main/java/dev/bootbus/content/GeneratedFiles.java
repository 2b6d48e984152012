package dev.bootbus.content;

import dev.bootbus.schema.BackendUnavailableException;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.FileAnswer;
import dev.bootbus.schema.FileRequest;

/// Files that a backend writes for the machine that asks. Only the names given are asked for.
public final class GeneratedFiles implements ContentSource {
  private final Bus bus;
  private final GeneratedNames names;

  public GeneratedFiles(Bus bus, GeneratedNames names) {
    this.bus = bus;
    this.names = names;
  }

  @Override
  public Answer open(BootPath path, Asker asker) {
    if (!names.contains(path)) {
      return ContentSource.missing(path);
    }
    try {
      return switch (bus.ask(request(path, asker))) {
        case FileAnswer.Content content ->
            new Answer.Found(new Content.Written(content.bytes(), content.mediaType()));
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

  private static FileRequest request(BootPath path, Asker asker) {
    String trace = asker.trace().toString();
    return new FileRequest(path.toString(), asker.protocol(), asker.address(), asker.mac(), trace)
        .withToken(asker.token());
  }
}
