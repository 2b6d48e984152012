package dev.bootbus.runtime;

import java.net.InetSocketAddress;

/// Text from strangers, made fit for a log line, whatever a client or a backend put into it.
public final class LogText {
  private static final int MAX_LENGTH = 256;

  private LogText() {}

  /// The value of `key=value`: as it is if it is one plain word; else in quotes, with anything but
  /// printable ASCII escaped; cut if it is long.
  public static String of(String text) {
    String shown = text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "..." : text;
    if (isPlain(shown)) {
      return shown;
    }
    StringBuilder quoted = new StringBuilder("\"");
    shown.chars().forEach(c -> quoted.append(escaped((char) c)));
    return quoted.append('"').toString();
  }

  /// `192.0.2.1:69`, `[2001:db8::1]:69`
  public static String of(InetSocketAddress peer) {
    String address = peer.getAddress().getHostAddress();
    return (address.contains(":") ? "[" + address + "]" : address) + ":" + peer.getPort();
  }

  /// The text with a `?` for each character that is not printable ASCII: for the end of a line.
  public static String printable(String text) {
    if (isPrintable(text)) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    text.chars().forEach(c -> out.append(isPrintable(c) ? (char) c : '?'));
    return out.toString();
  }

  public static boolean isPrintable(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isPrintable(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ' ' || !isPrintable(c) || c == '"' || c == '=' || c == '\\') {
        return false;
      }
    }
    return !text.isEmpty();
  }

  private static boolean isPrintable(int c) {
    return c >= ' ' && c <= '~';
  }

  private static String escaped(char c) {
    if (c == '"' || c == '\\') {
      return "\\" + c;
    }
    return isPrintable(c) ? String.valueOf(c) : String.format("\\u%04x", (int) c);
  }
}
