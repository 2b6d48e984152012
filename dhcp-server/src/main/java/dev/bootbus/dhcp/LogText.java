package dev.bootbus.dhcp;

/// Foreign text made fit for a log line, whatever a client or a backend put into it.
final class LogText {
  private static final int MAX_LENGTH = 200;

  private LogText() {}

  /// The text with a `?` for each character that is not printable ASCII.
  static String printable(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.chars().forEach(c -> out.append(c >= ' ' && c <= '~' ? (char) c : '?'));
    return out.toString();
  }

  /// The same as the value of `key=value`: cut if it is long, quoted if it has a space in it.
  static String value(String text) {
    String printable = printable(text);
    String cut =
        printable.length() > MAX_LENGTH ? printable.substring(0, MAX_LENGTH) + "..." : printable;
    if (cut.isEmpty()) {
      return "-";
    }
    return cut.matches("[^ \"=]+") ? cut : '"' + cut.replace('"', '\'') + '"';
  }
}
