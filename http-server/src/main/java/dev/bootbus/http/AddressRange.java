package dev.bootbus.http;

import java.math.BigInteger;
import java.net.InetAddress;

/// `10.0.0.0/8`, `2001:db8::/32`, or one address.
///
/// @param prefix bits of the address that count
record AddressRange(InetAddress address, int prefix) {
  /// @throws IllegalArgumentException with one sentence, if it is none
  static AddressRange parse(String text) {
    String[] parts = text.strip().split("/", 2);
    try {
      InetAddress address = InetAddress.ofLiteral(parts[0]);
      int bits = address.getAddress().length * 8;
      int prefix = parts.length == 1 ? bits : Integer.parseInt(parts[1]);
      if (0 <= prefix && prefix <= bits) {
        return new AddressRange(address, prefix);
      }
    } catch (IllegalArgumentException e) {
      // the same as a prefix out of range
    }
    throw new IllegalArgumentException(text + " is no address, and no network like 10.0.0.0/8");
  }

  boolean contains(InetAddress other) {
    byte[] mine = address.getAddress();
    byte[] theirs = other.getAddress();
    int rest = mine.length * 8 - prefix;
    return mine.length == theirs.length
        && new BigInteger(1, mine)
            .shiftRight(rest)
            .equals(new BigInteger(1, theirs).shiftRight(rest));
  }
}
