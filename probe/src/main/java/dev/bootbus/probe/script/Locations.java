package dev.bootbus.probe.script;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Addresses as scripts have them, which are seldom RFC 3986's: `http://h/a b?x={y}`. A name on a
/// TFTP server that begins with a slash is `tftp://host//name` (RFC 3617 §3).
final class Locations {
  private static final Pattern ABSOLUTE =
      Pattern.compile(
          "([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)([^?#]*)(\\?[^#]*)?(#.*)?", Pattern.DOTALL);
  private static final String PLAIN = "-._~!$&'()*+,;=:@/?";
  private static final int MAX_LENGTH = 4096;

  private Locations() {}

  static boolean isAbsolute(String text) {
    return text.length() <= MAX_LENGTH && ABSOLUTE.matcher(text).matches();
  }

  /// @return none where it is no address whatever one does to it
  static Optional<URI> of(String text) {
    Matcher parts = text.length() > MAX_LENGTH ? null : ABSOLUTE.matcher(text);
    if (parts == null || !parts.matches()) {
      return Optional.empty();
    }
    String query = parts.group(4) == null ? "" : parts.group(4);
    return of(parts.group(1), parts.group(2), parts.group(3), query);
  }

  private static Optional<URI> of(String scheme, String authority, String path, String query) {
    try {
      URI uri =
          new URI(
              scheme.toLowerCase(Locale.ROOT)
                  + "://"
                  + authority
                  + escaped(path.isEmpty() ? "/" : path)
                  + escaped(query));
      return uri.getHost() == null ? Optional.empty() : Optional.of(uri);
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  /// @param base whose path ends in the name of the script, or is a folder
  static Optional<URI> resolve(URI base, String reference) {
    if (isAbsolute(reference)) {
      return of(reference);
    }
    int end = reference.indexOf('#');
    String bare = end < 0 ? reference : reference.substring(0, end);
    int mark = bare.indexOf('?');
    String path = mark < 0 ? bare : bare.substring(0, mark);
    String query = mark < 0 ? "" : bare.substring(mark);
    if (bare.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    if (path.startsWith("//")) {
      return of(base.getScheme() + ":" + bare);
    }
    if (path.isEmpty()) {
      return of(base.getScheme(), base.getRawAuthority(), base.getRawPath(), query);
    }
    String whole = path.startsWith("/") ? path : folder(base) + path;
    return of(base.getScheme(), base.getRawAuthority(), withoutDots(whole), query);
  }

  /// The address of exactly that name, `base` giving the server alone.
  static Optional<URI> onServer(URI base, String name) {
    return name.length() > MAX_LENGTH
        ? Optional.empty()
        : of(base.getScheme(), base.getRawAuthority(), "/" + name, "");
  }

  /// The path up to and with its last slash.
  static String folder(URI base) {
    String path = base.getRawPath();
    return path == null || path.isEmpty() ? "/" : path.substring(0, path.lastIndexOf('/') + 1);
  }

  /// The last part of a path: what iPXE calls an image.
  static String name(URI uri) {
    String path = uri.getPath();
    return path == null ? "" : path.substring(path.lastIndexOf('/') + 1);
  }

  private static String withoutDots(String path) {
    if (!path.contains("/.")) {
      return path;
    }
    Deque<String> kept = new ArrayDeque<>();
    String[] segments = path.split("/", -1);
    for (int i = 1; i < segments.length; i++) {
      boolean last = i == segments.length - 1;
      if (segments[i].equals("..")) {
        kept.pollLast();
      } else if (!segments[i].equals(".")) {
        kept.addLast(segments[i]);
        continue;
      }
      if (last) {
        kept.addLast("");
      }
    }
    return "/" + String.join("/", kept);
  }

  private static String escaped(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean plain =
          c < 0x80 && (Character.isLetterOrDigit(c) || PLAIN.indexOf(c) >= 0)
              || c == '%' && isHex(text, i + 1) && isHex(text, i + 2);
      if (plain) {
        out.append(c);
      } else {
        out.append(String.format("%%%02X", c & 0xff));
      }
    }
    return out.toString();
  }

  private static boolean isHex(String text, int at) {
    return at < text.length() && Character.digit(text.charAt(at), 16) >= 0;
  }
}
