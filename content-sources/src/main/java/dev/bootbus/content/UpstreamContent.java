package dev.bootbus.content;

import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// One file of an [Upstream].
final class UpstreamContent implements Content.Streamed {
  private final Upstream upstream;
  private final BootPath path;
  private final Fetched.Facts facts;

  /// From the start on; until somebody takes it.
  private Fetched.@Nullable Body begun;

  UpstreamContent(Upstream upstream, BootPath path, Fetched.Facts facts) {
    this.upstream = upstream;
    this.path = path;
    this.facts = facts;
  }

  UpstreamContent(Upstream upstream, BootPath path, Fetched.Body begun) {
    this(upstream, path, begun.facts());
    this.begun = begun;
  }

  @Override
  public OptionalLong size() {
    return facts.size();
  }

  @Override
  public String mediaType() {
    return facts.mediaType();
  }

  @Override
  public String version() {
    return facts.tag();
  }

  @Override
  public InputStream from(long offset) throws IOException {
    Fetched.Body body = begun;
    begun = null;
    if (body != null && offset == 0) {
      return new Resuming(body);
    }
    if (body != null) {
      body.close();
    }
    return new Resuming(fetch(offset));
  }

  private Fetched.Body fetch(long offset) throws IOException {
    // at 0 the version would ask for "not modified"
    return switch (upstream.fetch(path, offset, offset == 0 ? "" : facts.version())) {
      case Fetched.Body body -> body;
      case Fetched.Changed _, Fetched.Unchanged _ ->
          throw new SourceFailedException(
              ContentSource.Fault.UPSTREAM, "/" + path + " has changed at the upstream.");
      case Fetched.Missing(var reason) ->
          throw new SourceFailedException(ContentSource.Fault.UPSTREAM, reason);
      case Fetched.Denied(var reason) ->
          throw new SourceFailedException(ContentSource.Fault.UPSTREAM, reason);
      case Fetched.Failed(var fault, var reason) -> throw new SourceFailedException(fault, reason);
    };
  }

  @Override
  public void close() throws IOException {
    if (begun != null) {
      begun.close();
    }
  }

  /// Asks for the rest when the upstream breaks off, as servers do with those who read slowly. Only
  /// where the upstream's version makes sure that it is the rest of the same file.
  private final class Resuming extends InputStream {
    private static final int RESUMES = 3;

    private Fetched.Body body;
    private long position;
    private int resumes;

    Resuming(Fetched.Body body) {
      this.body = body;
      this.position = body.offset();
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      while (true) {
        try {
          int count = body.stream().read(into, offset, length);
          position += Math.max(0, count);
          return count;
        } catch (SourceFailedException e) {
          resume(e);
        }
      }
    }

    private void resume(SourceFailedException why) throws IOException {
      body.close();
      // one that is silent has been waited for already
      boolean mayResume =
          why.fault() == ContentSource.Fault.UPSTREAM && !facts.version().isEmpty() && position > 0;
      while (mayResume && resumes < RESUMES) {
        resumes++;
        switch (upstream.fetch(path, position, facts.version())) {
          case Fetched.Body rest -> {
            body = rest;
            return;
          }
          case Fetched.Failed(var fault, _) -> mayResume = fault == ContentSource.Fault.UPSTREAM;
          case Fetched.Changed _, Fetched.Unchanged _, Fetched.Missing _, Fetched.Denied _ ->
              mayResume = false;
        }
      }
      throw why;
    }

    @Override
    public int available() throws IOException {
      return body.stream().available();
    }

    @Override
    public void close() throws IOException {
      body.close();
    }
  }
}
