package dev.bootbus.probe.script;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The lines of an iPXE script, and where its labels are.
///
/// @param lines joined where one ends in a backslash
/// @param labels the index of the line after each; the first of a name counts
record IpxeScript(URI from, List<Line> lines, Map<String, Integer> labels) {

  /// @param number of its first physical line, from 1
  record Line(int number, String text) {}

  /// `#!ipxe`, or gPXE's, and white space.
  static boolean isScript(String text) {
    return (text.startsWith("#!ipxe") || text.startsWith("#!gpxe"))
        && (text.length() == 6 || Character.isWhitespace(text.charAt(6)));
  }

  static IpxeScript of(String text, URI from) {
    List<Line> lines = new ArrayList<>();
    Map<String, Integer> labels = new HashMap<>();
    StringBuilder joined = new StringBuilder();
    int number = 0;
    int begun = 0;
    for (String physical : text.split("\n", -1)) {
      number++;
      begun = joined.isEmpty() ? number : begun;
      int end = physical.endsWith("\r") ? physical.length() - 1 : physical.length();
      boolean goesOn = end > 0 && physical.charAt(end - 1) == '\\';
      joined.append(physical, 0, goesOn ? end - 1 : end);
      if (goesOn) {
        continue;
      }
      String line = joined.toString();
      joined.setLength(0);
      if (line.startsWith(":")) {
        labels.putIfAbsent(firstWord(line.substring(1)), lines.size());
      } else if (!line.isBlank()) {
        lines.add(new Line(begun, line));
      }
    }
    return new IpxeScript(from, lines, labels);
  }

  private static String firstWord(String text) {
    int end = 0;
    while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
      end++;
    }
    return text.substring(0, end);
  }
}
