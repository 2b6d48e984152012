package dev.bootbus.http.mirror;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/// Reads a file while it arrives: up to what is there, then it waits. What is never going to be on
/// disk it reads from upstream.
final class Follower extends InputStream {
  private final FileChannel file;
  private final Arrival arrival;
  private final Passage passage;
  private long position;
  private @Nullable InputStream direct;

  /// @param file closed by somebody else
  Follower(FileChannel file, Arrival arrival, Passage passage, long offset) {
    this.file = file;
    this.arrival = arrival;
    this.passage = passage;
    this.position = offset;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    InputStream upstream = direct;
    if (upstream != null) {
      return upstream.read(to, offset, length);
    }
    if (length == 0) {
      return 0;
    }
    return switch (arrival.await(position)) {
      case END -> -1;
      case BYTES -> {
        int count = (int) Math.min(length, arrival.readable() - position);
        int read = file.read(ByteBuffer.wrap(to, offset, count), position);
        if (read <= 0) {
          throw new IOException("the file in the cache became shorter");
        }
        position += read;
        yield read;
      }
      case ELSEWHERE -> {
        InputStream opened = passage.from(position);
        direct = opened;
        yield opened.read(to, offset, length);
      }
    };
  }

  @Override
  public int available() {
    return Math.clamp(arrival.readable() - position, 0, Integer.MAX_VALUE);
  }

  @Override
  public void close() throws IOException {
    if (direct != null) {
      direct.close();
    }
  }
}
