package dev.bootbus.runtime.terminal;

import org.jspecify.annotations.Nullable;

/// Which of the streams are somebody's screen, as the script in `bin` saw it that started this: a
/// JVM cannot tell that of each without native code.
///
/// @param columns of the screen; as many as one likes where the output is none
public record Terminal(boolean in, boolean out, boolean err, int columns, boolean colour) {
  public static final Terminal NONE = new Terminal(false, false, false, Integer.MAX_VALUE, false);
  private static final int USUAL_COLUMNS = 80;
  private static final int LEAST_COLUMNS = 20;

  /// As the environment tells: BOOTBUS_TERMINAL, which those scripts set, and NO_COLOR.
  public static Terminal ofEnvironment() {
    return of(System.getenv("BOOTBUS_TERMINAL"), System.getenv("NO_COLOR"));
  }

  /// @param seen the file descriptors that are terminals, and the columns: `012:120`
  /// @param noColor the variable NO_COLOR: any text but none switches colours off
  public static Terminal of(@Nullable String seen, @Nullable String noColor) {
    if (seen == null) {
      return NONE;
    }
    String descriptors = seen.substring(0, Math.max(0, seen.indexOf(':')));
    boolean out = descriptors.contains("1");
    return new Terminal(
        descriptors.contains("0"),
        out,
        descriptors.contains("2"),
        out ? columns(seen.substring(seen.indexOf(':') + 1)) : Integer.MAX_VALUE,
        out && (noColor == null || noColor.isEmpty()));
  }

  private static int columns(String text) {
    try {
      int columns = Integer.parseInt(text);
      return columns == 0 ? USUAL_COLUMNS : Math.max(LEAST_COLUMNS, columns);
    } catch (NumberFormatException e) {
      return USUAL_COLUMNS; // stty did not know
    }
  }

  /// Nothing that a machine or a server has named may move the cursor or say more than a line.
  public static String printable(String text) {
    return text.codePoints().anyMatch(Terminal::isControl)
        ? text.codePoints()
            .map(c -> isControl(c) ? '?' : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString()
        : text;
  }

  private static boolean isControl(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }
}
