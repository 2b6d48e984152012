package dev.bootbus.schema;

import static dev.bootbus.schema.Json.field;
import static dev.bootbus.schema.Json.text;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.bootbus.schema.Fields.Names;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A URL as Go's `encoding/json` writes a `*url.URL`: an object of its exported fields, with the
/// path percent-decoded. A Go peer reads nothing else.
record GoUrl(
    String scheme,
    String opaque,
    String host,
    String path,
    String rawPath,
    boolean omitHost,
    boolean forceQuery,
    String rawQuery,
    String fragment,
    String rawFragment) {

  /// What [#read] wants.
  static final Names NAMES =
      Names.of(
          "Scheme",
          "Opaque",
          "Host",
          "Path",
          "RawPath",
          "OmitHost",
          "ForceQuery",
          "RawQuery",
          "Fragment",
          "RawFragment");

  private static final Pattern START = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):");
  private static final Pattern USER = Pattern.compile("^//[^/?#]*@");
  private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");
  private static final String UNRESERVED = "-_.~";
  private static final String PATH = UNRESERVED + "$&+,/:;=@";
  private static final String FRAGMENT = PATH + "?!()*";
  private static final String HOST = UNRESERVED + "!$&'()*+,;=:[]<>\"";
  // what may stand as it is beyond what Go itself would leave alone (net/url validEncoded)
  private static final String VALID_RAW = "!$&'()*+,;=:@[]%";

  /// Splits a URL the way Go's `url.Parse` does; user and password are lost there, and so here.
  ///
  /// Where Go would print the parts otherwise than the URL was (`${net0/mac}` of iPXE as
  /// `$%7Bnet0/mac%7D`), all that follows the scheme goes into `Opaque`, which Go prints as it is.
  static GoUrl parse(String said) {
    Matcher start = START.matcher(said);
    boolean absolute = start.lookingAt();
    String scheme = absolute ? start.group(1).toLowerCase(Locale.ROOT) : "";
    String rest = absolute ? said.substring(start.end()) : said;
    rest = USER.matcher(rest).replaceFirst("//");
    GoUrl split = split(scheme, rest);
    return split.toString().equals(absolute ? scheme + ":" + rest : rest)
        ? split
        : new GoUrl(scheme, rest, "", "", "", false, false, "", "", "");
  }

  private static GoUrl split(String scheme, String url) {
    String rest = url;
    int hash = rest.indexOf('#');
    String rawFragment = hash < 0 ? "" : rest.substring(hash + 1);
    rest = hash < 0 ? rest : rest.substring(0, hash);
    int question = rest.indexOf('?');
    boolean forceQuery = question >= 0 && question == rest.length() - 1;
    String rawQuery = question < 0 ? "" : rest.substring(question + 1);
    rest = question < 0 ? rest : rest.substring(0, question);
    String opaque = "";
    String host = "";
    boolean omitHost = false;
    if (!scheme.isEmpty() && !rest.startsWith("/")) {
      opaque = rest;
      rest = "";
    } else if (rest.startsWith("//")) {
      int slash = rest.indexOf('/', 2);
      host = decode(slash < 0 ? rest.substring(2) : rest.substring(2, slash));
      rest = slash < 0 ? "" : rest.substring(slash);
    } else {
      omitHost = !scheme.isEmpty();
    }
    String path = decode(rest);
    String fragment = decode(rawFragment);
    return new GoUrl(
        scheme,
        opaque,
        host,
        path,
        escape(path, PATH).equals(rest) ? "" : rest,
        omitHost,
        forceQuery,
        rawQuery,
        fragment,
        escape(fragment, FRAGMENT).equals(rawFragment) ? "" : rawFragment);
  }

  static GoUrl read(Fields object) {
    return new GoUrl(
        text(field(object, "Scheme")),
        text(field(object, "Opaque")),
        text(field(object, "Host")),
        text(field(object, "Path")),
        text(field(object, "RawPath")),
        field(object, "OmitHost").asBoolean(),
        field(object, "ForceQuery").asBoolean(),
        text(field(object, "RawQuery")),
        text(field(object, "Fragment")),
        text(field(object, "RawFragment")));
  }

  void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("Scheme", scheme);
    json.writeStringField("Opaque", opaque);
    json.writeNullField("User");
    json.writeStringField("Host", host);
    json.writeStringField("Path", path);
    json.writeStringField("RawPath", rawPath);
    json.writeBooleanField("OmitHost", omitHost);
    json.writeBooleanField("ForceQuery", forceQuery);
    json.writeStringField("RawQuery", rawQuery);
    json.writeStringField("Fragment", fragment);
    json.writeStringField("RawFragment", rawFragment);
    json.writeEndObject();
  }

  /// The URL as text, put together as Go's `URL.String` does.
  @Override
  public String toString() {
    var url = new StringBuilder();
    if (!scheme.isEmpty()) {
      url.append(scheme).append(':');
    }
    if (!opaque.isEmpty()) {
      url.append(opaque);
    } else {
      appendHostAndPath(url);
    }
    if (forceQuery || !rawQuery.isEmpty()) {
      url.append('?').append(rawQuery);
    }
    if (!fragment.isEmpty()) {
      url.append('#').append(escaped(fragment, rawFragment, FRAGMENT));
    }
    return url.toString();
  }

  private void appendHostAndPath(StringBuilder url) {
    boolean none = scheme.isEmpty() || omitHost || path.isEmpty();
    if (!host.isEmpty() || !none) {
      url.append("//").append(escape(host, HOST));
    }
    String escaped = path.equals("*") ? path : escaped(path, rawPath, PATH);
    if (!escaped.isEmpty() && !escaped.startsWith("/") && !host.isEmpty()) {
      url.append('/');
    }
    if (url.isEmpty() && escaped.split("/", 2)[0].contains(":")) {
      url.append("./"); // RFC 3986 §4.2: else it would be read as a scheme
    }
    url.append(escaped);
  }

  private static String escaped(String text, String raw, String asItIs) {
    boolean usable =
        !raw.isEmpty()
            && raw.chars()
                .allMatch(
                    c -> isAlphanumeric(c) || VALID_RAW.indexOf(c) >= 0 || asItIs.indexOf(c) >= 0)
            && !BAD_ESCAPE.matcher(raw).find()
            && Arrays.equals(decoded(raw), text.getBytes(StandardCharsets.UTF_8));
    return usable ? raw : escape(text, asItIs);
  }

  private static boolean isAlphanumeric(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  private static boolean isAll(String text, String allowed) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isAlphanumeric(c) && allowed.indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  private static String escape(String text, String asItIs) {
    if (isAll(text, asItIs)) {
      return text;
    }
    var out = new StringBuilder(text.length());
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (isAlphanumeric(b) || (b > 0 && asItIs.indexOf(b) >= 0)) {
        out.append((char) b);
      } else {
        out.append("%%%02X".formatted(b & 0xFF));
      }
    }
    return out.toString();
  }

  private static String decode(String text) {
    return text.indexOf('%') < 0 ? text : new String(decoded(text), StandardCharsets.UTF_8);
  }

  private static byte[] decoded(String text) {
    var out = new ByteArrayOutputStream(text.length());
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
      int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
      if (bytes[i] == '%' && high >= 0 && low >= 0) {
        out.write(high << 4 | low);
        i += 2;
      } else {
        out.write(bytes[i]);
      }
    }
    return out.toByteArray();
  }
}
