package dev.bootbus.http;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.regex.Pattern;

/// `10.0.0.0/8`, `2001:db8::/32`, or one address.
///
/// @param prefix bits of the address that count
record AddressRange(InetAddress address, int prefix) {
  private static final Pattern LITERAL =
      Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*|\\d{1,3}(\\.\\d{1,3}){3}");

  /// @throws IllegalArgumentException with one sentence, if it is none
  static AddressRange parse(String text) {
    String[] parts = text.strip().split("/", 2);
    try {
      InetAddress address = literal(parts[0]);
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

  /// The shorter forms that [InetAddress#ofLiteral] takes, `10` and `10.1`, are refused.
  ///
  /// @throws IllegalArgumentException if it is no address
  static InetAddress literal(String text) {
    if (!LITERAL.matcher(text).matches()) {
      throw new IllegalArgumentException("not an address: " + text);
    }
    return InetAddress.ofLiteral(text);
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
