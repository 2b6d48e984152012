package dev.bootbus.content;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// A file that comes in parts, each of which is taken when the one before it was read.
abstract class PartStream extends InputStream {
  private byte[] current = {};
  private int position;

  /// The next part, which may be empty; null after the last. Blocks, at most until a deadline of
  /// its own.
  abstract byte @Nullable [] take() throws IOException;

  /// What is read first, before anything is taken.
  final void begin(byte[] part, int from) {
    current = part;
    position = from;
  }

  /// What a thread of its own finds out, which ends by a deadline.
  static <T> T await(CompletableFuture<T> part) throws IOException {
    try {
      return part.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SourceFailedException why) {
        throw why;
      }
      throw new IOException(e.getCause());
    }
  }

  @Override
  public final int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public final int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (available() == 0) {
      byte[] next = take();
      if (next == null) {
        return -1;
      }
      begin(next, 0);
    }
    int count = Math.min(length, available());
    System.arraycopy(current, position, into, offset, count);
    position += count;
    return count;
  }

  @Override
  public final int available() {
    return current.length - position;
  }
}
