package dev.bootbus.http.mirror;

import dev.bootbus.content.Content;
import dev.bootbus.content.ContentSource.Fault;
import dev.bootbus.content.Fetched;
import dev.bootbus.content.SourceFailedException;
import dev.bootbus.content.Upstream;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/// A file straight from upstream, for one reader, past the disk.
record Passage(Upstream upstream, Label label) implements Content.Streamed {
  /// Not known, so that it is told by the name as it will be once the file is on disk.
  @Override
  public String mediaType() {
    return BYTES;
  }

  @Override
  public String version() {
    return label.tag();
  }

  @Override
  public OptionalLong size() {
    return label.size();
  }

  @Override
  public InputStream from(long offset) throws IOException {
    Fetched fetched = upstream.fetch(label.path(), offset, offset == 0 ? "" : label.version());
    return switch (fetched) {
      case Fetched.Body body when body.facts().version().equals(label.version()) -> body.stream();
      case Fetched.Body body -> {
        body.close();
        throw changed();
      }
      case Fetched.Changed _, Fetched.Unchanged _ -> throw changed();
      case Fetched.Failed(var fault, var reason) -> throw new SourceFailedException(fault, reason);
      case Fetched.Refused refused ->
          throw new SourceFailedException(Fault.UPSTREAM, Arrival.reason(refused.answer()));
    };
  }

  private SourceFailedException changed() {
    return new SourceFailedException(
        Fault.UPSTREAM, "/" + label.path() + " changed upstream while it was sent.");
  }

  @Override
  public void close() {}
}
