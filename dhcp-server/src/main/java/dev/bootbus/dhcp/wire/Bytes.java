package dev.bootbus.dhcp.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/// An immutable run of bytes, equal to another with the same content.
public final class Bytes {
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] bytes;

  private Bytes(byte[] bytes) {
    this.bytes = bytes;
  }

  public static Bytes of(byte... bytes) {
    return new Bytes(bytes.clone());
  }

  /// @throws IllegalArgumentException if `digits` are not hex digits in pairs
  public static Bytes ofHex(String digits) {
    return new Bytes(HexFormat.of().parseHex(digits));
  }

  /// What is left in the buffer, which is read to its end.
  public static Bytes drain(ByteBuffer buffer) {
    return take(buffer, buffer.remaining());
  }

  /// The next `length` bytes of the buffer, which must be there.
  static Bytes take(ByteBuffer buffer, int length) {
    byte[] bytes = new byte[length];
    buffer.get(bytes);
    return new Bytes(bytes);
  }

  static Bytes join(Bytes first, List<Bytes> rest) {
    int length = first.length();
    for (Bytes part : rest) {
      length += part.length();
    }
    ByteBuffer joined = ByteBuffer.allocate(length).put(first.bytes);
    rest.forEach(part -> joined.put(part.bytes));
    return new Bytes(joined.array());
  }

  /// All that was put into a buffer of exactly that size.
  static Bytes written(ByteBuffer full) {
    return new Bytes(full.array());
  }

  public int length() {
    return bytes.length;
  }

  /// The byte at `index`, 0 to 255.
  public int at(int index) {
    return Byte.toUnsignedInt(bytes[index]);
  }

  Bytes slice(int from, int length) {
    return new Bytes(Arrays.copyOfRange(bytes, from, from + length));
  }

  void put(int from, int length, ByteBuffer to) {
    to.put(bytes, from, length);
  }

  public byte[] toArray() {
    return bytes.clone();
  }

  /// The same for those who are known to read only, at half the cost.
  ByteBuffer reading() {
    return ByteBuffer.wrap(bytes);
  }

  /// A read-only view, big-endian.
  public ByteBuffer buffer() {
    return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
  }

  /// The bytes as hex digits, without anything between them.
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Bytes that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
