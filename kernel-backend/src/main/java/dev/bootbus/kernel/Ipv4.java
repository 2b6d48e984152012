package dev.bootbus.kernel;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.regex.Pattern;

/// IPv4 addresses as text and as numbers.
final class Ipv4 {
  private static final Pattern DOTTED = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

  private Ipv4() {}

  /// Reads `192.168.77.100`; the shorter forms that [Inet4Address#ofLiteral] takes are refused.
  static Inet4Address parse(String text) {
    if (!DOTTED.matcher(text).matches()) {
      throw new IllegalArgumentException("not an IPv4 address: " + text);
    }
    try {
      return Inet4Address.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("not an IPv4 address: " + text, e);
    }
  }

  /// The address as an unsigned number, so that they can be counted.
  static long number(Inet4Address address) {
    return Integer.toUnsignedLong(ByteBuffer.wrap(address.getAddress()).getInt());
  }

  static Inet4Address of(long number) {
    try {
      byte[] bytes = ByteBuffer.allocate(4).putInt((int) number).array();
      return (Inet4Address) InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an IPv4 address", e);
    }
  }
}
