package dev.bootbus.kernel.lease;

import java.util.HexFormat;
import java.util.Locale;

/// Sub-options of option 82 (RFC 3046 §2.0), which stands in a request as hex digits. One that is
/// given twice means what it says first.
public final class RelayAgentInfo {
  private static final int CIRCUIT_ID = 1;
  private static final int REMOTE_ID = 2;
  private static final int OCTET = 2; // hex digits

  private RelayAgentInfo() {}

  /// The port that the machine is at, as hex digits in lower case; empty if the relay does not say,
  /// or what it says cannot be read.
  public static String circuit(String hex) {
    return find(hex, CIRCUIT_ID);
  }

  /// The same of the modem or switch that the machine is at.
  public static String remote(String hex) {
    return find(hex, REMOTE_ID);
  }

  private static String find(String hex, int wanted) {
    String found = "";
    int at = 0;
    while (at < hex.length()) {
      int code = octet(hex, at);
      int length = octet(hex, at + OCTET);
      int from = at + 2 * OCTET;
      at = from + OCTET * length;
      if (code < 0 || length < 0 || at > hex.length()) {
        return ""; // cut off: then nothing of it means anything
      }
      if (code == wanted && found.isEmpty()) {
        found = hex.substring(from, at).toLowerCase(Locale.ROOT);
      }
    }
    return found;
  }

  private static int octet(String hex, int at) {
    if (at + OCTET > hex.length()
        || !HexFormat.isHexDigit(hex.charAt(at))
        || !HexFormat.isHexDigit(hex.charAt(at + 1))) {
      return -1;
    }
    return HexFormat.fromHexDigits(hex, at, at + OCTET);
  }
}
