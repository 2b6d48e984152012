package dev.bootbus.runtime.log;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A log line taken apart: `offer mac=52:54:00:00:00:01 file="a b"` is an outcome and its fields.
/// Foreign text stands in such a line only as a value that [dev.bootbus.runtime.LogText] has made
/// fit, so it cannot pass for another field.
///
/// @param message the whole line where it is a sentence
record Line(String message, Map<String, String> fields) {
  private static final Pattern OUTCOME = Pattern.compile("[A-Za-z][A-Za-z -]*(?= [a-z][a-z-]*=)");
  private static final Pattern FIELD =
      Pattern.compile(" ([a-z][a-z-]*)=(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|([^\\s\"]*+))(?= |$)");

  static Line of(String text) {
    Matcher outcome = OUTCOME.matcher(text);
    Map<String, String> fields = new LinkedHashMap<>();
    if (!outcome.lookingAt()) {
      return new Line(text, fields);
    }
    Matcher field = FIELD.matcher(text);
    int at = outcome.end();
    while (at < text.length()) {
      if (!field.region(at, text.length()).lookingAt()) {
        return new Line(text, Map.of());
      }
      String quoted = field.group(2);
      fields.put(field.group(1), quoted == null ? field.group(3) : unescaped(quoted));
      at = field.end();
    }
    return new Line(outcome.group(), fields);
  }

  private static String unescaped(String quoted) {
    if (quoted.indexOf('\\') < 0) {
      return quoted;
    }
    StringBuilder text = new StringBuilder(quoted.length());
    for (int i = 0; i < quoted.length(); i++) {
      char c = quoted.charAt(i);
      if (c != '\\') {
        text.append(c);
      } else if (quoted.charAt(i + 1) == 'u' && isHex(quoted, i + 2)) {
        text.append((char) Integer.parseInt(quoted, i + 2, i + 6, 16));
        i += 5;
      } else {
        text.append(quoted.charAt(++i));
      }
    }
    return text.toString();
  }

  private static boolean isHex(String text, int at) {
    if (at + 4 > text.length()) {
      return false;
    }
    return text.substring(at, at + 4).chars().allMatch(c -> Character.digit(c, 16) >= 0);
  }
}
