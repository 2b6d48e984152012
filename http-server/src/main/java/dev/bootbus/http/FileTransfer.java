package dev.bootbus.http;

import dev.bootbus.content.Content;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.util.Blocker;
import org.jspecify.annotations.Nullable;

/// Sends parts of open files, with one buffer for each response, however large the file and however
/// slow the client. Blocks, so each call wants a virtual thread.
final class FileTransfer {
  /// Measured with 64 MiB files over loopback, in CPU s/GiB: 0.30 with 64 KiB, 0.26 with 128 KiB,
  /// 0.20 with 256 KiB, no less with more. A mapped file took 0.19 and `sendfile(2)` 0.18, at half
  /// the rate.
  static final int LARGE_BUFFER = 256 * 1024;

  /// For whoever comes while [#LARGE_BUFFERS] are in use, so that a thousand clients at once still
  /// need less than 50 MiB.
  static final int SMALL_BUFFER = 32 * 1024;

  static final int LARGE_BUFFERS = 64;

  private final Semaphore largeBuffers = new Semaphore(LARGE_BUFFERS);

  /// Sends the pieces as the body of a response whose head is set, and completes it.
  void send(Exchange exchange, Content.OpenFile file, List<Piece> pieces) {
    long length = Piece.length(pieces);
    boolean large = length > SMALL_BUFFER && largeBuffers.tryAcquire();
    ByteBufferPool pool = exchange.request().getComponents().getByteBufferPool();
    RetainableByteBuffer buffer = pool.acquire(large ? LARGE_BUFFER : SMALL_BUFFER, true);
    Body body = new Body(exchange, buffer.getByteBuffer(), length);
    try {
      for (Piece piece : pieces) {
        switch (piece) {
          case Piece.Text text -> body.send(text.bytes());
          case Piece.Bytes(var range) -> body.send(file.channel(), range);
        }
      }
      exchange.callback().succeeded();
    } catch (ReadFailedException e) {
      exchange.broken(e, body.sent, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      exchange.broken(e, body.sent);
    } finally {
      buffer.release();
      if (large) {
        largeBuffers.release();
      }
    }
  }

  /// The disk's fault, not the client's.
  private static final class ReadFailedException extends IOException {
    private static final long serialVersionUID = 1;

    ReadFailedException(String message, @Nullable IOException cause) {
      super(message, cause);
    }
  }

  private static final class Body {
    private final Exchange exchange;
    private final ByteBuffer buffer;
    private final long length;
    private long begun;
    private long sent;

    Body(Exchange exchange, ByteBuffer buffer, long length) {
      this.exchange = exchange;
      this.buffer = buffer;
      this.length = length;
    }

    void send(FileChannel file, ByteRange range) throws IOException {
      file.position(range.first());
      for (long left = range.length(); left > 0; ) {
        buffer.clear().limit((int) Math.min(buffer.capacity(), left));
        left -= read(file);
        send(buffer.flip());
      }
    }

    private int read(FileChannel file) throws ReadFailedException {
      try {
        int count = file.read(buffer);
        if (count < 0) {
          throw new EOFException("it became shorter while it was sent");
        }
        return count;
      } catch (IOException e) {
        throw new ReadFailedException("the file cannot be read on: " + e.getMessage(), e);
      }
    }

    void send(ByteBuffer bytes) throws IOException {
      int count = bytes.remaining();
      begun += count;
      try (Blocker.Callback written = Blocker.callback()) {
        exchange.response().write(begun == length, bytes, written);
        written.block();
      } finally {
        sent += count - bytes.remaining();
      }
    }
  }
}
