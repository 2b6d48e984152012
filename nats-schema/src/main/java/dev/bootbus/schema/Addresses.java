package dev.bootbus.schema;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/// IPv4 addresses as the bus writes them.
final class Addresses {
  private static final String MAPPED = "::ffff:";

  private Addresses() {}

  /// Reads `192.168.2.1`, and the same inside IPv6 (`::ffff:192.168.2.1`, `::ffff:c0a8:201`);
  /// null for anything else.
  static @Nullable Inet4Address parse(String text) {
    try {
      if (isDotted(text)) {
        return Inet4Address.ofLiteral(text);
      }
      // the JDK reads a mapped IPv6 literal as the IPv4 address it holds
      if (text.startsWith(MAPPED) && InetAddress.ofLiteral(text) instanceof Inet4Address mapped) {
        return mapped;
      }
    } catch (IllegalArgumentException e) {
      // no address
    }
    return null;
  }

  /// Without the zone of a link-local IPv6 address, which means nothing on another machine.
  static String shown(InetAddress address) {
    String text = address.getHostAddress();
    int zone = text.indexOf('%');
    return zone < 0 ? text : text.substring(0, zone);
  }

  /// Whether it has four parts in digits, which the JDK does not insist on: it reads `10.1` too.
  private static boolean isDotted(String text) {
    int dots = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '.') {
        dots++;
      } else if (c < '0' || c > '9') {
        return false;
      }
    }
    return dots == 3;
  }

  static Inet4Address of(byte[] bytes, int offset) {
    byte[] four = {bytes[offset], bytes[offset + 1], bytes[offset + 2], bytes[offset + 3]};
    try {
      return (Inet4Address) InetAddress.getByAddress(four);
    } catch (UnknownHostException e) {
      throw new AssertionError("four bytes are an address", e);
    }
  }

  static Inet4Address mask(int prefix) {
    int bits = prefix == 0 ? 0 : -1 << (32 - prefix);
    return of(
        new byte[] {(byte) (bits >> 24), (byte) (bits >> 16), (byte) (bits >> 8), (byte) bits}, 0);
  }

  static boolean isMask(Inet4Address address) {
    int bits = 0;
    for (byte b : address.getAddress()) {
      bits = bits << 8 | (b & 0xFF);
    }
    int inverse = ~bits;
    return (inverse & (inverse + 1)) == 0;
  }
}
