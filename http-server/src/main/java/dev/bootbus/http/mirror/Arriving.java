package dev.bootbus.http.mirror;

import dev.bootbus.content.Content;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.util.OptionalLong;

/// A file that is being fetched, for one reader.
final class Arriving implements Content.Streamed {
  /// Who begins farther ahead of what has arrived gets it from upstream: at 100 Mbit/s this is one
  /// second's wait.
  static final long AHEAD = 16 << 20;

  private final FileChannel file;
  private final Arrival arrival;
  private final Passage passage;
  private boolean closed;

  /// @param file closed with this
  Arriving(FileChannel file, Arrival arrival, Passage passage) {
    this.file = file;
    this.arrival = arrival;
    this.passage = passage;
    arrival.readers(1);
  }

  @Override
  public String mediaType() {
    return passage.mediaType();
  }

  @Override
  public String version() {
    return passage.version();
  }

  @Override
  public OptionalLong size() {
    return passage.size();
  }

  @Override
  public InputStream from(long offset) throws IOException {
    boolean far = offset > arrival.readable() + AHEAD;
    boolean sure = !arrival.isPinned() && !passage.label().version().isEmpty();
    return far && sure ? passage.from(offset) : new Follower(file, arrival, passage, offset);
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      arrival.readers(-1);
      file.close();
    }
  }
}
