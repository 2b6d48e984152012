package dev.bootbus.http;

import dev.bootbus.content.Content;
import dev.bootbus.runtime.LogText;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.util.Blocker;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends contents and parts of them, with one buffer for each response, however large the content
/// and however slow the client. Blocks, so each call wants a virtual thread.
final class FileTransfer {
  private static final Logger LOG = LoggerFactory.getLogger("http-server");

  /// Measured with 64 MiB files over loopback, in CPU s/GiB: 0.30 with 64 KiB, 0.26 with 128 KiB,
  /// 0.20 with 256 KiB, no less with more. A mapped file took 0.19 and `sendfile(2)` 0.18, at half
  /// the rate.
  static final int LARGE_BUFFER = 256 * 1024;

  /// For whoever comes while [#LARGE_BUFFERS] are in use, so that a thousand clients at once still
  /// need less than 50 MiB.
  static final int SMALL_BUFFER = 32 * 1024;

  static final int LARGE_BUFFERS = 64;

  private static final long UNKNOWN = Representation.UNKNOWN;

  private final Semaphore largeBuffers = new Semaphore(LARGE_BUFFERS);
  private final Pacing pacing;

  FileTransfer(Pacing pacing) {
    this.pacing = pacing;
  }

  /// What is to be sent of a content.
  private interface Parts {
    void sendTo(Body body) throws IOException;
  }

  /// Sends the pieces as the body of a response whose head is set, and completes it.
  void send(Exchange exchange, Content content, List<Piece> pieces) {
    send(
        exchange,
        content,
        Piece.length(pieces),
        body -> {
          for (Piece piece : pieces) {
            switch (piece) {
              case Piece.Text text -> body.send(text.bytes());
              case Piece.Bytes(var range) -> body.send(range);
            }
          }
        });
  }

  /// Sends all of a content, of which nobody knows how long it is.
  void sendAll(Exchange exchange, Content content) {
    send(exchange, content, UNKNOWN, Body::sendAll);
  }

  private void send(Exchange exchange, Content content, long length, Parts parts) {
    boolean wantsLarge = length == UNKNOWN || length > SMALL_BUFFER;
    boolean large = wantsLarge && largeBuffers.tryAcquire();
    ByteBufferPool pool = exchange.request().getComponents().getByteBufferPool();
    boolean direct = content instanceof Content.OpenFile; // a stream is read into an array
    RetainableByteBuffer buffer = pool.acquire(large ? LARGE_BUFFER : SMALL_BUFFER, direct);
    Body body = new Body(exchange, pacing, content, buffer.getByteBuffer(), length);
    try {
      parts.sendTo(body);
      exchange.callback().succeeded();
    } catch (ReadFailedException e) {
      exchange.cutShort(e, body.sent, direct ? 500 : 502);
    } catch (IOException e) {
      exchange.broken(e, body.sent);
    } finally {
      buffer.release();
      if (large) {
        largeBuffers.release();
      }
    }
  }

  /// The source's fault, not the client's.
  static final class ReadFailedException extends IOException {
    private static final long serialVersionUID = 1;

    ReadFailedException(String message, @Nullable IOException cause) {
      super(message, cause);
    }
  }

  /// Where the bytes of a part come from.
  private interface Source extends AutoCloseable {
    /// @return -1 at the end
    int read(ByteBuffer buffer) throws IOException;

    @Override
    void close();
  }

  private static final class Body {
    private final Exchange exchange;
    private final Pacing pacing;
    private final Content content;
    private final ByteBuffer buffer;
    private final long length;
    private long begun;
    private long sent;

    Body(Exchange exchange, Pacing pacing, Content content, ByteBuffer buffer, long length) {
      this.exchange = exchange;
      this.pacing = pacing;
      this.content = content;
      this.buffer = buffer;
      this.length = length;
    }

    void send(ByteRange range) throws IOException {
      try (Source source = open(range.first())) {
        for (long left = range.length(); left > 0; ) {
          int count = read(source, left);
          if (count < 0) {
            throw new ReadFailedException(
                "the file cannot be read on: it became shorter while it was sent",
                new EOFException());
          }
          left -= count;
          send(buffer.flip());
        }
      }
    }

    void sendAll() throws IOException {
      try (Source source = open(0)) {
        while (read(source, Long.MAX_VALUE) >= 0) {
          send(buffer.flip());
        }
      }
      write(true, ByteBuffer.allocate(0));
    }

    private Source open(long offset) throws ReadFailedException {
      try {
        return switch (content) {
          case Content.OpenFile(var channel, _) -> {
            channel.position(offset);
            yield new Channel(channel);
          }
          case Content.Written _, Content.Streamed _ -> new Stream(content.from(offset));
        };
      } catch (IOException e) {
        throw failed(e);
      }
    }

    /// Blocks until there is something.
    private int read(Source source, long atMost) throws ReadFailedException {
      buffer.clear().limit((int) Math.min(pacing.portion(buffer.capacity()), atMost));
      try {
        return source.read(buffer);
      } catch (IOException e) {
        throw failed(e);
      }
    }

    private static ReadFailedException failed(IOException e) {
      return new ReadFailedException("the file cannot be read on: " + e.getMessage(), e);
    }

    void send(ByteBuffer bytes) throws IOException {
      int count = bytes.remaining();
      begun += count;
      try {
        write(begun == length, bytes);
      } finally {
        sent += count - bytes.remaining();
      }
    }

    private void write(boolean last, ByteBuffer bytes) throws IOException {
      try {
        pacing.await(exchange.peer(), bytes.remaining());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException();
      }
      exchange.notIdle();
      try (Blocker.Callback written = Blocker.callback()) {
        exchange.response().write(last, bytes, written);
        written.block();
      }
    }
  }

  /// Left open, since it is the content's.
  private record Channel(FileChannel file) implements Source {
    @Override
    public int read(ByteBuffer buffer) throws IOException {
      return file.read(buffer);
    }

    @Override
    public void close() {}
  }

  private record Stream(InputStream in) implements Source {
    @Override
    public int read(ByteBuffer buffer) throws IOException {
      int count = in.read(buffer.array(), buffer.arrayOffset(), buffer.limit());
      buffer.position(Math.max(0, count));
      return count;
    }

    /// What was read stands, whatever the source says now.
    @Override
    public void close() {
      try {
        in.close();
      } catch (IOException e) {
        LOG.debug("cannot close a stream reason={}", LogText.of(e.toString()));
      }
    }
  }
}
