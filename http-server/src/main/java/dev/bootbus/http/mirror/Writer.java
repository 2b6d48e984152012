package dev.bootbus.http.mirror;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/// Writes what arrives of one file to the disk, and sums it up.
final class Writer {
  private static final int CHUNK = 256 * 1024;

  /// Room for a file of unknown size is taken in such steps.
  private static final long STEP = 16 << 20;

  private final Shelf shelf;
  private final Stored file;
  private final Label label;
  private final FileChannel channel;
  private final MessageDigest digest = digest();
  private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
  private long length;

  private Writer(Shelf shelf, Stored file) throws IOException {
    this.shelf = shelf;
    this.file = file;
    this.label = file.label();
    this.channel = file.append();
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Empty if there is no room.
  static Optional<Writer> begin(Shelf shelf, Label label) {
    Optional<Stored> file = shelf.begin(label);
    try {
      return file.isEmpty() ? Optional.empty() : Optional.of(new Writer(shelf, file.get()));
    } catch (IOException e) {
      shelf.discard(file.get());
      return Optional.empty();
    }
  }

  /// Reads all that has arrived before, to sum it up.
  static Writer resume(Shelf shelf, Stored part) throws IOException {
    Writer writer = new Writer(shelf, part);
    try {
      while (writer.channel.read(writer.chunk.clear(), writer.length) > 0) {
        writer.count(writer.chunk.flip());
      }
      return writer;
    } catch (IOException e) {
      writer.channel.close();
      throw e;
    }
  }

  private void count(ByteBuffer bytes) {
    length += bytes.remaining();
    digest.update(bytes);
  }

  Stored file() {
    return file;
  }

  Label label() {
    return label;
  }

  long length() {
    return length;
  }

  /// Once, at the end.
  String sha256() {
    return HexFormat.of().formatHex(digest.digest());
  }

  /// Takes what comes, as much as fits while it does not keep waiting.
  ///
  /// @return false at the end
  boolean fill(InputStream in) throws IOException {
    chunk.clear();
    do {
      int count = in.read(chunk.array(), chunk.position(), chunk.remaining());
      if (count < 0) {
        break;
      }
      chunk.position(chunk.position() + count);
    } while (chunk.hasRemaining() && in.available() > 0);
    chunk.flip();
    return chunk.hasRemaining();
  }

  /// @return false if the disk has no room for it
  boolean write() {
    if (label.size().isPresent() && length + chunk.remaining() > label.size().getAsLong()) {
      chunk.limit((int) (label.size().getAsLong() - length)); // more than was announced
    }
    long steps = (length + chunk.remaining() + STEP - 1) / STEP;
    if (label.size().isEmpty() && !shelf.reserve(file, Shelf.OVERHEAD + steps * STEP)) {
      return false;
    }
    while (!isWritten()) {
      if (!shelf.isDiskFull() || !shelf.evictOldest()) {
        return false;
      }
    }
    count(chunk);
    return true;
  }

  private boolean isWritten() {
    ByteBuffer bytes = chunk.duplicate();
    try {
      for (long at = length; bytes.hasRemaining(); ) {
        at += channel.write(bytes, at);
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /// Puts it on disk for good.
  Stored keep(String sha256) throws IOException {
    channel.force(true);
    shelf.keep(file, label.whole(length, sha256));
    return file;
  }

  void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // of no consequence: what matters was forced to the disk
    }
  }
}
