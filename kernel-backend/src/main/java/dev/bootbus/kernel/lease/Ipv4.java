package dev.bootbus.kernel.lease;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.regex.Pattern;

/// IPv4 addresses as text and as numbers.
public final class Ipv4 {
  private static final Pattern DOTTED = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

  private Ipv4() {}

  /// Reads `192.168.77.100`; the shorter forms that [Inet4Address#ofLiteral] takes are refused.
  public static Inet4Address parse(String text) {
    if (!DOTTED.matcher(text).matches()) {
      throw new IllegalArgumentException("not an IPv4 address: " + text);
    }
    try {
      return Inet4Address.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("not an IPv4 address: " + text, e);
    }
  }

  /// Reads `192-168-77-100`, and no other spelling, without the cost of a pattern.
  public static Inet4Address parse(String text, char separator) {
    long number = 0;
    int at = 0;
    for (int i = 0; i < 4; i++) {
      int end = i < 3 ? text.indexOf(separator, at) : text.length();
      if (end <= at || end - at > 3 || end - at > 1 && text.charAt(at) == '0') {
        throw new IllegalArgumentException("not an IPv4 address: " + text);
      }
      int octet = 0;
      for (; at < end; at++) {
        int digit = text.charAt(at) - '0';
        octet = digit < 0 || digit > 9 ? 256 : 10 * octet + digit;
      }
      if (octet > 255) {
        throw new IllegalArgumentException("not an IPv4 address: " + text);
      }
      number = number << 8 | octet;
      at = end + 1;
    }
    return of(number);
  }

  /// The address as an unsigned number, so that they can be counted.
  static long number(Inet4Address address) {
    long number = 0;
    for (byte octet : address.getAddress()) {
      number = number << Byte.SIZE | Byte.toUnsignedLong(octet);
    }
    return number;
  }

  public static Inet4Address of(long number) {
    try {
      byte[] bytes = ByteBuffer.allocate(4).putInt((int) number).array();
      return (Inet4Address) InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an IPv4 address", e);
    }
  }
}
