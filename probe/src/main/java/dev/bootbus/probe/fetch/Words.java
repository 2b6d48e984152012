package dev.bootbus.probe.fetch;

/// Foreign text, made fit for a terminal and short enough for a line.
final class Words {
  private static final int MOST = 200;

  private Words() {}

  /// Control characters, and those that turn the direction of text, become `?`.
  static String printable(String foreign) {
    StringBuilder text = new StringBuilder();
    foreign.codePoints().limit(MOST).forEach(c -> text.appendCodePoint(isPlain(c) ? c : '?'));
    return foreign.length() > MOST ? text.append("...").toString() : text.toString();
  }

  private static boolean isPlain(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
