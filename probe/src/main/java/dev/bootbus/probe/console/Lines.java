package dev.bootbus.probe.console;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Lines of bounded length.
final class Lines {
  private Lines() {}

  /// The next line without its end; what is longer than the limit is cut off. Null at the end.
  static @Nullable String read(Reader in, int longest) throws IOException {
    StringBuilder line = new StringBuilder();
    int c;
    boolean any = false;
    while ((c = in.read()) >= 0) {
      any = true;
      if (c == '\n') {
        break;
      }
      if (line.length() < longest && c != '\r') {
        line.append((char) c);
      }
    }
    return any ? line.toString() : null;
  }

  /// Words between blanks; those in quotes may have some.
  static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean quoted = false;
    boolean open = false;
    for (char c : line.toCharArray()) {
      if (c == '"') {
        quoted = !quoted;
        open = true;
      } else if (Character.isWhitespace(c) && !quoted) {
        if (open) {
          words.add(word.toString());
        }
        word.setLength(0);
        open = false;
      } else {
        word.append(c);
        open = true;
      }
    }
    if (open) {
      words.add(word.toString());
    }
    return words;
  }
}
