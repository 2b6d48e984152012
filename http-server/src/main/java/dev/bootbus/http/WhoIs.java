package dev.bootbus.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bootbus.content.Asker;
import dev.bootbus.content.ContentSource;
import dev.bootbus.content.ContentSource.Answer;
import dev.bootbus.content.ContentSource.Fault;
import dev.bootbus.schema.BackendUnavailableException;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.FileAnswer;
import dev.bootbus.schema.FileRequest;
import dev.bootbus.schema.MacAddress;

/// Asks a backend who a machine is. It says so in a file of a media type of its own: the MAC as
/// `52-54-00-12-34-56`, and in a second line, for [#APKOVL], the path of the overlay for a machine
/// that has stored none.
final class WhoIs {
  static final String APKOVL = "apkovl";
  static final String ONLINE = "online";
  private static final String MEDIA_TYPE = "text/x-bootbus-machine";

  sealed interface Said {
    /// @param overlay path below the root, or empty
    record Machine(MacAddress mac, String overlay) implements Said {}

    /// Nothing that makes a machine of it.
    record Refused(Answer answer) implements Said {}
  }

  private final Bus bus;

  WhoIs(Bus bus) {
    this.bus = bus;
  }

  /// @param what [#APKOVL] or [#ONLINE]
  Said ask(String what, Asker asker) {
    FileRequest question =
        new FileRequest(
                what, asker.protocol(), asker.address(), asker.mac(), asker.trace().toString())
            .withToken(asker.token());
    try {
      return switch (bus.ask(question)) {
        case FileAnswer.Content content -> machine(content);
        case FileAnswer.NotFound(var reason) -> new Said.Refused(new Answer.Missing(reason));
        case FileAnswer.Denied(var reason) -> new Said.Refused(new Answer.Denied(reason));
        case FileAnswer.NotReady(var reason, var after) ->
            new Said.Refused(new Answer.NotReady(reason, after));
        case FileAnswer.Failed(_, var reason) -> unavailable(reason);
      };
    } catch (BackendUnavailableException e) {
      return unavailable("The backend is not answering: " + e.getMessage());
    }
  }

  private static Said machine(FileAnswer.Content content) {
    String[] lines = new String(content.bytes(), UTF_8).split("\n", -1);
    try {
      MacAddress mac = MacAddress.parse(lines[0]);
      if (content.mediaType().equals(MEDIA_TYPE) && !mac.isNone()) {
        return new Said.Machine(mac, lines.length > 1 ? lines[1] : "");
      }
    } catch (IllegalArgumentException e) {
      // the same complaint
    }
    return unavailable("The backend does not say which machine it is.");
  }

  private static Said unavailable(String reason) {
    return new Said.Refused(new ContentSource.Answer.Unavailable(Fault.BACKEND, reason));
  }
}
