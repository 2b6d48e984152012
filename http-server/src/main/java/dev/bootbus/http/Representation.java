package dev.bootbus.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bootbus.content.FileVersion;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.DateGenerator;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;

/// What a client may compare and ask parts of: one version of one file (RFC 9110 §3.2).
///
/// @param length of all of it, or [#UNKNOWN]
/// @param modified seconds since 1970, or [#UNKNOWN]
/// @param etag with its quotes; begins with `W/` while another version could still get the same;
///     empty if nothing tells versions apart
/// @param validators the headers that say so, encoded once for all requests
record Representation(
    String mediaType,
    long length,
    long modified,
    String etag,
    Coding coding,
    HttpFields validators) {
  /// What else a client could get under the same name (RFC 9110 §12.5.3).
  enum Coding {
    /// Nothing else.
    ONLY,
    /// As it is, but there is a packed form, too.
    IDENTITY,
    /// The packed form, of which length and ranges are told.
    GZIP
  }

  private static final HttpField VARY = new PreEncodedHttpField(HttpHeader.VARY, "Accept-Encoding");

  static final long UNKNOWN = -1;

  /// RFC 9110 §8.8.3, and short enough for any header
  private static final Pattern ETAG_CHARACTERS = Pattern.compile("[!#-~]{1,128}");

  Representation(String mediaType, long length, long modified, String etag) {
    this(mediaType, length, modified, etag, Coding.ONLY);
  }

  private Representation(String mediaType, long length, long modified, String etag, Coding coding) {
    this(mediaType, length, modified, etag, coding, validators(modified, etag, coding));
  }

  /// Two replicas with copies of one file, times preserved, give it the same tag.
  static Representation of(FileVersion file, String mediaType, Coding coding, Instant now) {
    long nanos = file.modified().to(TimeUnit.NANOSECONDS);
    String suffix = coding == Coding.GZIP ? "-gz" : "";
    String tag =
        "\"" + Long.toHexString(file.size()) + "-" + Long.toHexString(nanos) + suffix + "\"";
    return new Representation(
        mediaType,
        file.size(),
        file.modified().to(TimeUnit.SECONDS),
        file.isSettled(now) ? tag : "W/" + tag,
        coding);
  }

  /// @param version as a source tells it, or empty; anything may be in it
  static Representation ofStream(String mediaType, OptionalLong size, String version) {
    return new Representation(mediaType, size.orElse(UNKNOWN), UNKNOWN, tag(version));
  }

  private static String tag(String version) {
    if (version.isEmpty()) {
      return "";
    }
    return ETAG_CHARACTERS.matcher(version).matches()
        ? "\"" + version + "\""
        : "\"" + UUID.nameUUIDFromBytes(version.getBytes(UTF_8)) + "\"";
  }

  private static HttpFields validators(long modified, String etag, Coding coding) {
    HttpFields.Mutable fields = HttpFields.build();
    if (modified != UNKNOWN) {
      fields.put(
          new PreEncodedHttpField(
              HttpHeader.LAST_MODIFIED, DateGenerator.formatDate(modified * 1000)));
    }
    if (!etag.isEmpty()) {
      fields.put(new PreEncodedHttpField(HttpHeader.ETAG, etag));
    }
    if (coding != Coding.ONLY) {
      fields.put(VARY);
    }
    return fields.asImmutable();
  }

  boolean hasLength() {
    return length != UNKNOWN;
  }

  boolean hasDate() {
    return modified != UNKNOWN;
  }

  boolean isWeak() {
    return etag.startsWith("W/");
  }

  /// RFC 9110 §8.8.3.2
  boolean matchesStrongly(String tag) {
    return tag.equals("*") || (!isWeak() && tag.equals(etag));
  }

  boolean matchesWeakly(String tag) {
    return tag.equals("*") || opaque(tag).equals(opaque(etag));
  }

  private static String opaque(String tag) {
    return tag.startsWith("W/") ? tag.substring(2) : tag;
  }
}
