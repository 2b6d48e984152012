package dev.bootbus.dhcp;

/// Foreign text made fit for a log line, whatever a client or a backend put into it.
final class LogText {
  private static final int MAX_LENGTH = 200;

  private LogText() {}

  static boolean isPrintable(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isPrintable(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /// The text with a `?` for each character that is not printable ASCII.
  static String printable(String text) {
    if (isPrintable(text)) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    text.chars().forEach(c -> out.append(isPrintable(c) ? (char) c : '?'));
    return out.toString();
  }

  private static boolean isPrintable(int c) {
    return c >= ' ' && c <= '~';
  }

  /// The same as the value of `key=value`: cut if it is long, quoted if it has a space in it.
  static String value(String text) {
    String printable = printable(text);
    String cut =
        printable.length() > MAX_LENGTH ? printable.substring(0, MAX_LENGTH) + "..." : printable;
    if (cut.isEmpty()) {
      return "-";
    }
    boolean plain = cut.chars().noneMatch(c -> c == ' ' || c == '"' || c == '=');
    return plain ? cut : '"' + cut.replace('"', '\'') + '"';
  }
}
