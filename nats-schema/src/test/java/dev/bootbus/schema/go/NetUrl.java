package dev.bootbus.schema.go;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/// Go's `net/url`: how `url.Parse` takes a URL apart and `URL.String` puts it together, after
/// Go 1.19.
///
/// @param user whether there is a `*url.Userinfo`; encoding/json loses what it holds
record NetUrl(
    String scheme,
    String opaque,
    boolean user,
    String host,
    String path,
    String rawPath,
    boolean omitHost,
    boolean forceQuery,
    String rawQuery,
    String fragment,
    String rawFragment) {

  static final NetUrl EMPTY = new NetUrl("", "", false, "", "", "", false, false, "", "", "");

  private enum Part {
    PATH("$&+,/:;=@"),
    FRAGMENT("$&+,/:;=?@!()*"),
    HOST("!$&'()*+,;=:[]<>\""),
    ZONE("!$&'()*+,;=:[]<>\"");

    private final String kept;

    Part(String kept) {
      this.kept = kept;
    }

    boolean escapes(int c) {
      boolean letterOrDigit =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      return !letterOrDigit && "-_.~".indexOf(c) < 0 && kept.indexOf(c) < 0;
    }
  }

  static NetUrl parse(String url) throws GoFailure {
    int hash = url.indexOf('#');
    NetUrl whole = parseWithoutFragment(hash < 0 ? url : url.substring(0, hash));
    String raw = hash < 0 ? "" : url.substring(hash + 1);
    String fragment = unescape(raw, Part.FRAGMENT);
    String kept = escape(fragment, Part.FRAGMENT).equals(raw) ? "" : raw;
    return new NetUrl(
        whole.scheme,
        whole.opaque,
        whole.user,
        whole.host,
        whole.path,
        whole.rawPath,
        whole.omitHost,
        whole.forceQuery,
        whole.rawQuery,
        fragment,
        kept);
  }

  private static NetUrl parseWithoutFragment(String url) throws GoFailure {
    if (url.chars().anyMatch(c -> c < ' ' || c == 0x7F)) {
      throw GoFailure.error("net/url: invalid control character in URL");
    }
    int colon = url.matches("[A-Za-z][A-Za-z0-9+.-]*:(?s:.*)") ? url.indexOf(':') : -1;
    if (url.startsWith(":")) {
      throw GoFailure.error("missing protocol scheme");
    }
    String scheme = colon < 0 ? "" : url.substring(0, colon).toLowerCase(Locale.ROOT);
    String rest = url.substring(colon + 1);
    boolean force = rest.indexOf('?') == rest.length() - 1 && rest.endsWith("?");
    int question = rest.indexOf('?');
    String query = question < 0 ? "" : rest.substring(question + 1);
    rest = question < 0 ? rest : rest.substring(0, question);
    if (!rest.startsWith("/")) {
      if (!scheme.isEmpty()) {
        return new NetUrl(scheme, rest, false, "", "", "", false, force, query, "", "");
      }
      if (rest.split("/", 2)[0].contains(":")) {
        throw GoFailure.error("first path segment in URL cannot contain colon");
      }
    }
    boolean authority = rest.startsWith("//") && (!scheme.isEmpty() || !rest.startsWith("///"));
    boolean user = false;
    String host = "";
    if (authority) {
      int slash = rest.indexOf('/', 2);
      String text = slash < 0 ? rest.substring(2) : rest.substring(2, slash);
      rest = slash < 0 ? "" : rest.substring(slash);
      int at = text.lastIndexOf('@');
      user = at >= 0;
      checkUser(user ? text.substring(0, at) : "");
      host = host(text.substring(at + 1));
    }
    boolean omitHost = !authority && !scheme.isEmpty() && rest.startsWith("/");
    String path = unescape(rest, Part.PATH);
    boolean plain = url.equals("*") || escape(path, Part.PATH).equals(rest);
    String rawPath = plain ? "" : rest;
    return new NetUrl(scheme, "", user, host, path, rawPath, omitHost, force, query, "", "");
  }

  private static String host(String text) throws GoFailure {
    if (!text.startsWith("[")) {
      int colon = text.lastIndexOf(':');
      checkPort(colon < 0 ? "" : text.substring(colon));
      return unescape(text, Part.HOST);
    }
    int end = text.lastIndexOf(']');
    if (end < 0) {
      throw GoFailure.error("missing ']' in host");
    }
    checkPort(text.substring(end + 1));
    int zone = text.substring(0, end).indexOf("%25");
    return zone < 0
        ? unescape(text, Part.HOST)
        : unescape(text.substring(0, zone), Part.HOST)
            + unescape(text.substring(zone, end), Part.ZONE)
            + unescape(text.substring(end), Part.HOST);
  }

  private static void checkUser(String userinfo) throws GoFailure {
    if (!userinfo.matches("[A-Za-z0-9._:~!$&'()*+,;=%@-]*")) {
      throw GoFailure.error("net/url: invalid userinfo");
    }
    unescape(userinfo, Part.PATH);
  }

  private static void checkPort(String port) throws GoFailure {
    if (!port.matches("|:[0-9]*")) {
      throw GoFailure.error("invalid port " + port + " after host");
    }
  }

  @Override
  public String toString() {
    var out = new StringBuilder();
    if (!scheme.isEmpty()) {
      out.append(scheme).append(':');
    }
    if (opaque.isEmpty()) {
      boolean none = scheme.isEmpty() && host.isEmpty() && !user;
      boolean omitted = omitHost && host.isEmpty() && !user;
      if (!none && !omitted) {
        out.append(host.isEmpty() && path.isEmpty() && !user ? "" : "//");
        out.append(user ? "@" : "").append(escape(host, Part.HOST));
      }
      String escaped = path.equals("*") ? "*" : escaped(path, rawPath, Part.PATH);
      out.append(!escaped.isEmpty() && !escaped.startsWith("/") && !host.isEmpty() ? "/" : "");
      out.append(out.isEmpty() && escaped.split("/", 2)[0].contains(":") ? "./" : "");
      out.append(escaped);
    } else {
      out.append(opaque);
    }
    if (forceQuery || !rawQuery.isEmpty()) {
      out.append('?').append(rawQuery);
    }
    if (!fragment.isEmpty()) {
      out.append('#').append(escaped(fragment, rawFragment, Part.FRAGMENT));
    }
    return out.toString();
  }

  private static String escaped(String text, String raw, Part part) {
    boolean valid =
        !raw.isEmpty()
            && raw.getBytes(StandardCharsets.UTF_8).length == raw.length()
            && raw.chars().allMatch(c -> "!$&'()*+,;=:@[]%".indexOf(c) >= 0 || !part.escapes(c));
    try {
      byte[] plain = text.getBytes(StandardCharsets.UTF_8);
      return valid && Arrays.equals(bytes(raw, part), plain) ? raw : escape(text, part);
    } catch (GoFailure e) {
      return escape(text, part);
    }
  }

  private static String escape(String text, Part part) {
    var out = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      out.append(part.escapes(b & 0xFF) ? "%%%02X".formatted(b & 0xFF) : "" + (char) b);
    }
    return out.toString();
  }

  private static String unescape(String text, Part part) throws GoFailure {
    return new String(bytes(text, part), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text, Part part) throws GoFailure {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    var out = new ByteArrayOutputStream();
    for (int i = 0; i < bytes.length; i++) {
      int b = bytes[i] & 0xFF;
      boolean host = part == Part.HOST || part == Part.ZONE;
      if (b == '%') {
        b = hex(bytes, i + 1) << 4 | hex(bytes, i + 2);
        boolean refused =
            part == Part.HOST ? b < 0x80 : part == Part.ZONE && b != ' ' && part.escapes(b);
        if (b < 0 || (refused && b != '%')) {
          throw GoFailure.error("invalid URL escape in " + text);
        }
        i += 2;
      } else if (host && b < 0x80 && part.escapes(b)) {
        throw GoFailure.error("invalid character in host name " + text);
      }
      out.write(b);
    }
    return out.toByteArray();
  }

  private static int hex(byte[] bytes, int at) {
    return at < bytes.length ? Character.digit(bytes[at], 16) : -1;
  }
}
