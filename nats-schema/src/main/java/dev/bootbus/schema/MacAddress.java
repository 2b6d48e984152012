package dev.bootbus.schema;

import java.util.Arrays;
import java.util.HexFormat;

/// A hardware address of 0 to 20 bytes: 6 for Ethernet, 8 for EUI-64, 20 for InfiniBand.
///
/// The empty address stands for "none", as in the Go original.
public final class MacAddress implements Comparable<MacAddress> {
  public static final MacAddress NONE = new MacAddress(new byte[0]);
  private static final int MAX_LENGTH = 20;
  private static final HexFormat COLONS = HexFormat.ofDelimiter(":");
  private static final HexFormat DASHES = HexFormat.ofDelimiter("-");

  private final byte[] bytes;

  private MacAddress(byte[] bytes) {
    this.bytes = bytes;
  }

  /// @throws IllegalArgumentException for more than 20 bytes
  public static MacAddress of(byte[] bytes) {
    if (bytes.length > MAX_LENGTH) {
      throw new IllegalArgumentException("hardware address of " + bytes.length + " bytes");
    }
    return new MacAddress(bytes.clone());
  }

  /// Reads `52:54:00:12:34:56`, the same with dashes, `5254.0012.3456`, or bare hex digits.
  ///
  /// @throws IllegalArgumentException for anything else
  public static MacAddress parse(String text) {
    var digits = new StringBuilder(2 * MAX_LENGTH);
    for (int i = 0; i < text.length(); i++) {
      if (!isSeparator(text.charAt(i))) {
        digits.append(text.charAt(i));
      }
    }
    try {
      return of(HexFormat.of().parseHex(digits));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("not a hardware address: " + text, e);
    }
  }

  static boolean isSeparator(int c) {
    return c == ':' || c == '-' || c == '.';
  }

  public byte[] bytes() {
    return bytes.clone();
  }

  public boolean isNone() {
    return bytes.length == 0;
  }

  /// `52-54-00-12-34-56`: fit for file names, NATS keys and URLs.
  public String dashed() {
    return DASHES.formatHex(bytes);
  }

  /// `52:54:00:12:34:56`
  @Override
  public String toString() {
    return COLONS.formatHex(bytes);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof MacAddress that && Arrays.equals(bytes, that.bytes);
  }

  /// Spreads the machines of one rack, whose addresses follow each other; the usual hash of an
  /// array would have hundreds of them collide.
  @Override
  public int hashCode() {
    long hash = bytes.length;
    for (byte next : bytes) {
      hash = (hash ^ next) * 0x9E37_79B9_7F4A_7C15L;
      hash ^= hash >>> 32;
    }
    return (int) hash;
  }

  /// Byte by byte, so that a map whose keys were chosen to collide stays fast.
  @Override
  public int compareTo(MacAddress that) {
    return Arrays.compareUnsigned(bytes, that.bytes);
  }
}
