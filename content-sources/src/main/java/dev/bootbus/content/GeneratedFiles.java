package dev.bootbus.content;

import dev.bootbus.schema.BackendUnavailableException;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.FileAnswer;
import dev.bootbus.schema.FileRequest;
import java.util.Set;

/// Files that a backend writes for the machine that asks. Only the names given are asked for, so a
/// firmware that tries a dozen names does not wait for the bus at each of them.
public final class GeneratedFiles implements ContentSource {
  private final Bus bus;
  private final Set<BootPath> names;

  /// @param names compared as a whole: `boot.ipxe` is not `x/boot.ipxe`
  public GeneratedFiles(Bus bus, Set<BootPath> names) {
    this.bus = bus;
    this.names = Set.copyOf(names);
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
    return new FileRequest(
        path.toString(), asker.protocol(), asker.address(), asker.mac(), asker.trace().toString());
  }
}
