package dev.bootbus.schema.go;

import java.net.InetAddress;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Addresses as `net` and `inet.af/netaddr` read and print them.
final class GoAddress {
  private static final HexFormat COLONS = HexFormat.ofDelimiter(":");
  private static final Pattern V4 = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+)\\.(\\d+)");
  private static final Pattern V6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

  private GoAddress() {}

  /// `net.ParseMAC`, printed: 6, 8 or 20 bytes with `:`, `-` or, in fours, `.`.
  static String mac(String text) throws GoFailure {
    boolean pairs = text.matches("(?i)[0-9a-f]{2}(([:-])[0-9a-f]{2})(\\2[0-9a-f]{2})*");
    boolean fours = text.matches("(?i)[0-9a-f]{4}(\\.[0-9a-f]{4})+");
    String digits = text.replaceAll("[:.-]", "").toLowerCase(java.util.Locale.ROOT);
    int bytes = digits.length() / 2;
    if (!(pairs || fours) || (bytes != 6 && bytes != 8 && bytes != 20)) {
      throw GoFailure.error("address " + text + ": invalid MAC address");
    }
    return COLONS.formatHex(HexFormat.of().parseHex(digits));
  }

  static byte[] bytesOfMac(String printed) {
    return COLONS.parseHex(printed);
  }

  static byte[] bytesOfV4(String dotted) {
    return java.net.Inet4Address.ofLiteral(dotted).getAddress();
  }

  static String mac(byte[] bytes) {
    return COLONS.formatHex(bytes);
  }

  /// `netaddr.ParseIP`, printed. It takes leading zeros and zones, and keeps IPv4 inside IPv6.
  static String netaddr(String text) throws GoFailure {
    Matcher v4 = V4.matcher(text);
    if (v4.matches()) {
      var out = new StringBuilder();
      for (int i = 1; i <= 4; i++) {
        String digits = v4.group(i).replaceFirst("^0+(?=\\d)", "");
        if (digits.length() > 3 || Integer.parseInt(digits) > 255) {
          throw GoFailure.error("ParseIP(" + text + "): IPv4 field has value >255");
        }
        out.append(i == 1 ? "" : ".").append(digits);
      }
      return out.toString();
    }
    int percent = text.indexOf('%');
    String zone = percent < 0 ? "" : text.substring(percent);
    byte[] v6 = v6(percent < 0 ? text : text.substring(0, percent));
    if (v6 == null || zone.equals("%")) {
      throw GoFailure.error("ParseIP(" + text + "): unable to parse IP");
    }
    return print(v6) + zone;
  }

  /// `net.ParseIP`, printed; `<nil>` where it returns nil.
  static String netIp(String text) {
    if (text.matches("((0|[1-9]\\d{0,2})(\\.(?!$)|$)){4}")) {
      try {
        return netaddr(text);
      } catch (GoFailure e) {
        return "<nil>";
      }
    }
    byte[] v6 = v6(text);
    if (v6 == null) {
      return "<nil>";
    }
    return isMapped(v6)
        ? "%d.%d.%d.%d".formatted(v6[12] & 0xFF, v6[13] & 0xFF, v6[14] & 0xFF, v6[15] & 0xFF)
        : print(v6);
  }

  private static boolean isMapped(byte[] v6) {
    for (int i = 0; i < 10; i++) {
      if (v6[i] != 0) {
        return false;
      }
    }
    return v6[10] == -1 && v6[11] == -1;
  }

  private static byte @Nullable [] v6(String text) {
    if (!V6.matcher(text).matches()) {
      return null;
    }
    try {
      byte[] bytes = InetAddress.ofLiteral(text).getAddress();
      if (bytes.length == 16) {
        return bytes;
      }
      byte[] mapped = new byte[16]; // which the JDK returned as the IPv4 address within
      mapped[10] = -1;
      mapped[11] = -1;
      System.arraycopy(bytes, 0, mapped, 12, 4);
      return mapped;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /// RFC 5952 §4: lower case, the longest run of two or more zero groups shortened.
  private static String print(byte[] v6) {
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = (v6[2 * i] & 0xFF) << 8 | (v6[2 * i + 1] & 0xFF);
    }
    int start = -1;
    int length = 1;
    for (int i = 0; i < 8; i++) {
      int run = 0;
      while (i + run < 8 && groups[i + run] == 0) {
        run++;
      }
      if (run > length) {
        start = i;
        length = run;
      }
    }
    var out = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (i == start) {
        out.append("::");
        i += length - 1;
        continue;
      }
      out.append(out.isEmpty() || out.charAt(out.length() - 1) == ':' ? "" : ":");
      out.append(Integer.toHexString(groups[i]));
    }
    return out.toString();
  }
}
