package dev.bootbus.http;

/// Text from strangers, made fit for one `key=value` of a log line.
final class LogText {
  private static final int MAX_LENGTH = 256;

  private LogText() {}

  /// As it is if it is one plain word; else in quotes, with anything but printable ASCII escaped.
  static String of(String text) {
    String shown = text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "..." : text;
    if (isPlain(shown)) {
      return shown;
    }
    StringBuilder quoted = new StringBuilder("\"");
    shown.chars().forEach(c -> quoted.append(escaped((char) c)));
    return quoted.append('"').toString();
  }

  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c >= 127 || c == '"' || c == '=' || c == '\\') {
        return false;
      }
    }
    return !text.isEmpty();
  }

  private static String escaped(char c) {
    if (c == '"' || c == '\\') {
      return "\\" + c;
    }
    return c >= ' ' && c < 127 ? String.valueOf(c) : String.format("\\u%04x", (int) c);
  }
}
