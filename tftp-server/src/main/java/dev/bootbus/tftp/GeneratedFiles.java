package dev.bootbus.tftp;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bootbus.schema.BackendUnavailableException;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.FileAnswer;
import dev.bootbus.schema.FileRequest;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.tftp.ContentSource.Answer.Denied;
import dev.bootbus.tftp.ContentSource.Answer.Found;
import dev.bootbus.tftp.ContentSource.Answer.Missing;
import dev.bootbus.tftp.ContentSource.Answer.Unavailable;
import java.io.ByteArrayInputStream;
import java.util.OptionalLong;
import java.util.Set;

/// Files that a backend writes for the machine that asks. Only the names given are asked for, so a
/// firmware that tries a dozen names does not wait for the bus at each of them.
final class GeneratedFiles implements ContentSource {
  private final Bus bus;
  private final Set<BootPath> names;

  /// @param names compared as a whole: `boot.ipxe` is not `x/boot.ipxe`
  GeneratedFiles(Bus bus, Set<BootPath> names) {
    this.bus = bus;
    this.names = Set.copyOf(names);
  }

  @Override
  public Answer open(BootPath path, Call call) {
    if (!names.contains(path)) {
      return ContentSource.missing(path);
    }
    try {
      return switch (bus.ask(request(path, call))) {
        case FileAnswer.Content(var text, _) -> found(text.getBytes(UTF_8));
        case FileAnswer.NotFound(var reason) -> new Missing(reason);
        case FileAnswer.Denied(var reason) -> new Denied(reason);
        case FileAnswer.Failed(_, var reason) -> new Unavailable("backend failed: " + reason);
      };
    } catch (BackendUnavailableException e) {
      return new Unavailable("backend is not answering (" + e.getMessage() + ")");
    }
  }

  private static FileRequest request(BootPath path, Call call) {
    return new FileRequest(
        path.toString(),
        FileRequest.Protocol.TFTP,
        call.peer().getAddress(),
        MacAddress.NONE,
        call.trace().toString());
  }

  private static Answer found(byte[] bytes) {
    return new Found(new Content(OptionalLong.of(bytes.length), new ByteArrayInputStream(bytes)));
  }
}
