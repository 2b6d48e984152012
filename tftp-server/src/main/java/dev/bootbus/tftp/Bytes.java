package dev.bootbus.tftp;

import dev.bootbus.content.Content;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// The bytes of one content, as the event loop takes them: reading never waits for anyone but the
/// disk.
sealed interface Bytes permits Bytes.OfFile, Bytes.OfText, Pump {

  /// The content broke off.
  final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1;

    UnreadableException(String message) {
      super(message, null, false, false);
    }
  }

  /// Bytes there, from the first one on.
  long arrived();

  /// Whether no more will come.
  boolean hasEnded();

  /// Fills the target with what has arrived, and was not forgotten.
  ///
  /// @throws UnreadableException if that cannot be
  void read(long offset, ByteBuffer target) throws UnreadableException;

  /// What lies before will not be read again.
  void forget(long offset);

  /// Why no more will come although the content has not ended, or the empty string.
  String failure();

  void close();

  /// A file is read where it lies, each window anew: it costs no memory while a client is slow. It
  /// is not mapped, as one that becomes shorter meanwhile would then end the process instead of the
  /// transfer.
  final class OfFile implements Bytes {
    /// In lock-step this saves ten of eleven system calls.
    private static final int READ_AHEAD = 16 << 10;

    private final Content.OpenFile file;
    private final FileChannel channel;
    private final long size;
    private ByteBuffer ahead = ByteBuffer.allocate(0);
    private long aheadFrom;

    OfFile(Content.OpenFile file) {
      this.file = file;
      this.channel = file.channel();
      this.size = file.version().size();
    }

    @Override
    public long arrived() {
      return size;
    }

    @Override
    public boolean hasEnded() {
      return true;
    }

    @Override
    public void read(long offset, ByteBuffer target) throws UnreadableException {
      if (target.remaining() >= READ_AHEAD) {
        fill(offset, target);
        return;
      }
      int wanted = target.remaining();
      if (offset < aheadFrom || offset + wanted > aheadFrom + ahead.limit()) {
        if (ahead.capacity() == 0) {
          ahead = ByteBuffer.allocate((int) Math.min(size, READ_AHEAD));
        }
        fill(offset, ahead.clear().limit((int) Math.min(size - offset, ahead.capacity())));
        aheadFrom = offset;
      }
      target.put(ahead.slice((int) (offset - aheadFrom), wanted));
    }

    private void fill(long offset, ByteBuffer target) throws UnreadableException {
      int begin = target.position();
      try {
        while (target.hasRemaining()) {
          if (channel.read(target, offset + target.position() - begin) < 0) {
            ahead = ByteBuffer.allocate(0);
            throw new UnreadableException("it became shorter while it was sent");
          }
        }
      } catch (IOException e) {
        ahead = ByteBuffer.allocate(0);
        throw new UnreadableException(String.valueOf(e.getMessage()));
      }
    }

    @Override
    public void forget(long offset) {}

    @Override
    public String failure() {
      return "";
    }

    @Override
    public void close() {
      try {
        file.close();
      } catch (IOException e) {
        // it was only read
      }
    }
  }

  /// What is in memory anyway.
  record OfText(byte[] text) implements Bytes {
    @Override
    public long arrived() {
      return text.length;
    }

    @Override
    public boolean hasEnded() {
      return true;
    }

    @Override
    public void read(long offset, ByteBuffer target) {
      target.put(text, (int) offset, target.remaining());
    }

    @Override
    public void forget(long offset) {}

    @Override
    public String failure() {
      return "";
    }

    @Override
    public void close() {}
  }
}
