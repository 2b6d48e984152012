package dev.bootbus.http;

import dev.bootbus.content.FileVersion;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.DateGenerator;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;

/// What a client may compare and ask parts of: one version of one file (RFC 9110 §3.2).
///
/// @param modified seconds since 1970
/// @param etag with its quotes; begins with `W/` while another version could still get the same
/// @param validators the headers that say so, encoded once for all requests
record Representation(
    String mediaType, long length, long modified, String etag, HttpFields validators) {

  Representation(String mediaType, long length, long modified, String etag) {
    this(mediaType, length, modified, etag, validators(modified, etag));
  }

  /// Two replicas with copies of one file, times preserved, give it the same tag.
  static Representation of(FileVersion file, String mediaType, Instant now) {
    long nanos = file.modified().to(TimeUnit.NANOSECONDS);
    String tag = "\"" + Long.toHexString(file.size()) + "-" + Long.toHexString(nanos) + "\"";
    return new Representation(
        mediaType,
        file.size(),
        file.modified().to(TimeUnit.SECONDS),
        file.isSettled(now) ? tag : "W/" + tag);
  }

  private static HttpFields validators(long modified, String etag) {
    HttpField date =
        new PreEncodedHttpField(
            HttpHeader.LAST_MODIFIED, DateGenerator.formatDate(modified * 1000));
    return HttpFields.from(date, new PreEncodedHttpField(HttpHeader.ETAG, etag));
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
