package dev.bootbus.http;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// What is in a directory.
///
/// @param path as in a URL, with a slash at both ends, not encoded
/// @param complete whether nothing was left out for want of room
record Listing(String path, List<Entry> entries, boolean complete) {
  /// @param name without a slash
  /// @param size in bytes; 0 for a directory
  record Entry(String name, boolean directory, long size, Instant modified) {
    private String shown() {
      return directory ? name + "/" : name;
    }
  }

  /// Besides letters and digits. A colon would make a scheme of what is before it, and a semicolon
  /// parameters of what is behind it.
  private static final String PLAIN = "-._~!()*+,=@";

  Listing {
    entries = entries.stream().sorted(Comparator.comparing(Entry::name)).toList();
  }

  /// FreeBSD's loader takes the text between `<a href="` and the next quote for a name, a slash at
  /// its end for a directory, and nothing else into account. So there is neither a link upwards nor
  /// one to sort by.
  String html() {
    String lines =
        entries.stream()
            .map(e -> "<a href=\"%s\">%s</a>\n".formatted(href(e), escaped(e.shown())))
            .collect(Collectors.joining());
    String title = escaped(path);
    return "<!DOCTYPE html>\n<title>" + title + "</title>\n<pre>\n" + lines + "</pre>\n" + rest();
  }

  private String rest() {
    return complete ? "" : "<p>There are more: " + entries.size() + " are listed.</p>\n";
  }

  private static String href(Entry entry) {
    return percentEncoded(entry.name) + (entry.directory ? "/" : "");
  }

  /// One segment of a path (RFC 3986 §3.3).
  static String percentEncoded(String segment) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : segment.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain = c < 128 && (Character.isLetterOrDigit(c) || PLAIN.indexOf(c) >= 0);
      encoded.append(plain ? String.valueOf(c) : "%%%02X".formatted((int) c));
    }
    return encoded.toString();
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /// `{"path":"/boot/","complete":true,"entries":[{"name":"vmlinuz","directory":false,"size":42,
  /// "modified":"2026-01-02T03:04:05Z"}]}`, an entry on each line.
  String json() {
    String lines = entries.stream().map(Listing::json).collect(Collectors.joining(",\n"));
    return "{\"path\":%s,\"complete\":%s,\"entries\":[\n%s\n]}\n"
        .formatted(quoted(path), complete, lines);
  }

  private static String json(Entry e) {
    return "{\"name\":%s,\"directory\":%s,\"size\":%d,\"modified\":\"%s\"}"
        .formatted(quoted(e.name), e.directory, e.size, e.modified);
  }

  /// No name of ours has a control character.
  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
