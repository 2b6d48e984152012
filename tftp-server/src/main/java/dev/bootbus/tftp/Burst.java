package dev.bootbus.tftp;

import java.nio.ByteBuffer;

/// Consecutive blocks on their way into the network: their numbers on the wire, and their payloads
/// one after the other, all of them of the block size but the last of a file.
final class Burst {
  /// What Linux 4.18 cuts a datagram into at most; since 6.9 it is twice that.
  static final int MAX_BLOCKS = 64;

  static final int HEADER = 4;

  /// UDP over IPv4: 65,535 less 20 and 8.
  private static final int MAX_BYTES = 65_507;

  private final ByteBuffer payload = ByteBuffer.allocateDirect(1 << 16);
  private final int[] numbers = new int[MAX_BLOCKS];
  private int count;
  private int blksize;

  /// How many blocks of that size go at once.
  static int capacity(int blksize) {
    return Math.clamp(MAX_BYTES / (HEADER + blksize), 1, MAX_BLOCKS);
  }

  /// Empties it.
  ///
  /// @return for the payloads that are to be put in
  ByteBuffer begin(int ofBlksize) {
    count = 0;
    blksize = ofBlksize;
    return payload.clear();
  }

  void add(int number) {
    numbers[count++] = number;
  }

  int count() {
    return count;
  }

  int blksize() {
    return blksize;
  }

  int number(int index) {
    return numbers[index];
  }

  int offset(int index) {
    return index * blksize;
  }

  int length(int index) {
    return Math.min(blksize, payload.position() - offset(index));
  }

  /// All payloads; its position is their length.
  ByteBuffer payload() {
    return payload;
  }
}
