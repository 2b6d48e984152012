package dev.bootbus.tftp;

import dev.bootbus.tftp.wire.TftpPacket.Data;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// The blocks that may have to be sent again, ready for the wire: all that a transfer keeps of its
/// content in memory.
final class BlockWindow {

  /// The content broke off.
  static final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1;

    UnreadableException(String message) {
      super(message, null, false, false);
    }
  }

  private final OptionalLong size;
  private final InputStream content;
  private final byte[] payload;
  private final int windowsize;
  private final List<ByteBuffer> packets = new ArrayList<>();
  private long blocks;
  private long bytes;
  private boolean ended;

  /// @param size of the content, if it is known
  BlockWindow(OptionalLong size, InputStream content, int blksize, int windowsize) {
    this.size = size;
    this.content = content;
    this.payload = new byte[blksize];
    this.windowsize = windowsize;
  }

  /// Whether the content has this block, counted from 1. Reads it if it is the next one; one that
  /// lies a window or more behind is forgotten.
  boolean has(long number) throws UnreadableException {
    if (number == blocks + 1 && !ended) {
      readNext();
    }
    return number <= blocks;
  }

  private void readNext() throws UnreadableException {
    int length = fillPayload();
    // RFC 1350 §6: a block that is not full is the last one, so after a full last block comes an
    // empty one
    ended = length < payload.length;
    bytes += length;
    blocks++;
    ByteBuffer packet =
        new Data((int) (blocks & 0xFFFF), ByteBuffer.wrap(payload, 0, length)).encode();
    if (packets.size() < windowsize) {
      packets.add(packet);
    } else {
      packets.set(slot(blocks), packet);
    }
  }

  private int fillPayload() throws UnreadableException {
    // a file that grows meanwhile ends where tsize said it would
    long left = size.orElse(Long.MAX_VALUE) - bytes;
    int wanted = (int) Math.min(payload.length, left);
    try {
      int length = content.readNBytes(payload, 0, wanted);
      if (length < wanted && size.isPresent()) {
        throw new UnreadableException("it became shorter while it was sent");
      }
      return length;
    } catch (IOException e) {
      throw new UnreadableException(String.valueOf(e.getMessage()));
    }
  }

  /// The DATA packet of a block that [#has] was just true of.
  ByteBuffer packet(long number) {
    return packets.get(slot(number)).duplicate();
  }

  private int slot(long number) {
    return (int) ((number - 1) % windowsize);
  }

  /// The highest block read, which is the last one if the content [#hasEnded].
  long blocks() {
    return blocks;
  }

  boolean hasEnded() {
    return ended;
  }

  /// Payload bytes read.
  long bytes() {
    return bytes;
  }
}
