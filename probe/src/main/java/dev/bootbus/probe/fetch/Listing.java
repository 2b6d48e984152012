package dev.bootbus.probe.fetch;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A listing in HTML, as FreeBSD's loader reads it: what stands between `<a href="` and the next
/// quote is a name, used as it is; a slash at its end makes a directory of it.
///
/// @param odd what that loader takes for names, and are none
/// @param missed links that it does not see, as they are written in another way
record Listing(List<Entry> entries, List<String> odd, List<String> missed) {
  private static final String LINK = "<a href=\"";
  private static final int LONGEST_TAG = 4096;

  /// @param name as in the page, with the slash of a directory
  record Entry(String name) {
    boolean directory() {
      return name.endsWith("/");
    }
  }

  /// @param most links, more of which are not read
  static Listing of(String html, int most) {
    List<Entry> entries = new ArrayList<>();
    List<String> odd = new ArrayList<>();
    List<String> missed = new ArrayList<>();
    int at = 0;
    for (int links = 0; links < most; links++) {
      at = nextLink(html, at);
      if (at < 0) {
        break;
      }
      String tag = html.substring(at, end(html, at));
      if (!tag.startsWith(LINK)) {
        if (tag.toLowerCase(Locale.ROOT).contains("href")) {
          missed.add(tag);
        }
      } else {
        int quote = tag.indexOf('"', LINK.length());
        String name =
            quote < 0 ? tag.substring(LINK.length()) : tag.substring(LINK.length(), quote);
        if (quote >= 0 && isName(name)) {
          entries.add(new Entry(name));
        } else {
          odd.add(name);
        }
      }
      at += 2;
    }
    return new Listing(List.copyOf(entries), List.copyOf(odd), List.copyOf(missed));
  }

  private static int nextLink(String html, int from) {
    for (int i = html.indexOf('<', from); i >= 0; i = html.indexOf('<', i + 1)) {
      if (html.regionMatches(true, i, "<a", 0, 2)
          && i + 2 < html.length()
          && Character.isWhitespace(html.charAt(i + 2))) {
        return i;
      }
    }
    return -1;
  }

  private static int end(String html, int from) {
    int most = Math.min(html.length(), from + LONGEST_TAG);
    int end = html.indexOf('>', from, most);
    return end < 0 ? most : end + 1;
  }

  /// Whether the text, put behind the directory's URL, leads to something in that directory.
  private static boolean isName(String text) {
    String segment = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    return !segment.isEmpty()
        && !segment.equals(".")
        && !segment.equals("..")
        && segment.chars().noneMatch(c -> c <= ' ' || "/?#&<>:\\".indexOf(c) >= 0);
  }
}
