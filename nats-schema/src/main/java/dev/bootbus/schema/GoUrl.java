package dev.bootbus.schema;

import static dev.bootbus.schema.Json.field;
import static dev.bootbus.schema.Json.text;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

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

  private static final String UNRESERVED = "-_.~";
  private static final String UNESCAPED_IN_PATH = UNRESERVED + "$&+,/:;=@";
  // what a path may hold as it is, beyond what Go itself would leave alone (net/url validEncoded)
  private static final String VALID_RAW = UNESCAPED_IN_PATH + "!'()*[]%";

  /// Splits a URL the way Go's `url.Parse` does; user and password are lost there, and so here.
  static GoUrl parse(String url) {
    String rest = url;
    String rawFragment = "";
    int hash = rest.indexOf('#');
    if (hash >= 0) {
      rawFragment = rest.substring(hash + 1);
      rest = rest.substring(0, hash);
    }
    String scheme = "";
    int colon = rest.indexOf(':');
    if (colon > 0 && isScheme(rest, colon)) {
      scheme = rest.substring(0, colon).toLowerCase(java.util.Locale.ROOT);
      rest = rest.substring(colon + 1);
    }
    String rawQuery = "";
    int question = rest.indexOf('?');
    boolean forceQuery = question >= 0 && question == rest.length() - 1;
    if (question >= 0) {
      rawQuery = rest.substring(question + 1);
      rest = rest.substring(0, question);
    }
    if (!scheme.isEmpty() && !rest.startsWith("/")) {
      return new GoUrl(
          scheme, rest, "", "", "", false, forceQuery, rawQuery, decode(rawFragment), "");
    }
    String host = "";
    if (rest.startsWith("//")) {
      int slash = rest.indexOf('/', 2);
      String authority = slash < 0 ? rest.substring(2) : rest.substring(2, slash);
      host = authority.substring(authority.lastIndexOf('@') + 1);
      rest = slash < 0 ? "" : rest.substring(slash);
    }
    String path = decode(rest);
    String rawPath = escape(path, UNESCAPED_IN_PATH).equals(rest) ? "" : rest;
    String fragment = decode(rawFragment);
    boolean plainFragment = escape(fragment, UNESCAPED_IN_PATH + "?!'()*").equals(rawFragment);
    return new GoUrl(
        scheme,
        "",
        host,
        path,
        rawPath,
        false,
        forceQuery,
        rawQuery,
        fragment,
        plainFragment ? "" : rawFragment);
  }

  static GoUrl read(JsonNode object) {
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
      String escaped = escapedPath();
      if (!host.isEmpty() || (!scheme.isEmpty() && !omitHost)) {
        url.append("//").append(host);
        if (!escaped.isEmpty() && !escaped.startsWith("/") && !host.isEmpty()) {
          url.append('/');
        }
      }
      url.append(escaped);
    }
    if (forceQuery || !rawQuery.isEmpty()) {
      url.append('?').append(rawQuery);
    }
    if (!fragment.isEmpty()) {
      url.append('#')
          .append(
              rawFragment.isEmpty() ? escape(fragment, UNESCAPED_IN_PATH + "?!'()*") : rawFragment);
    }
    return url.toString();
  }

  private String escapedPath() {
    boolean usable =
        !rawPath.isEmpty() && isAll(rawPath, VALID_RAW) && decode(rawPath).equals(path);
    return usable ? rawPath : escape(path, UNESCAPED_IN_PATH);
  }

  private static boolean isScheme(String text, int end) {
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      if (!isAlphanumeric(c) && (i == 0 || "+-.".indexOf(c) < 0)) {
        return false;
      }
    }
    return text.charAt(0) > '9';
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
    if (text.indexOf('%') < 0) {
      return text;
    }
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
    return out.toString(StandardCharsets.UTF_8);
  }
}
