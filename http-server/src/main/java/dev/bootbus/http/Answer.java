package dev.bootbus.http;

import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpDateTime;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/// How much of a file a request is to get, by its conditions and ranges (RFC 9110 §13 and §14).
sealed interface Answer {
  /// RFC 9110 §8.8.3, or the `*` of §13.1.1 and §13.1.2
  Pattern ENTITY_TAG = Pattern.compile("\\*|(W/)?\"[^\"]*\"");

  /// 200
  record Whole() implements Answer {}

  /// 206 with a Content-Range
  record Part(ByteRange range) implements Answer {}

  /// 206 as `multipart/byteranges`; two ranges or more
  record Parts(List<ByteRange> ranges) implements Answer {
    public Parts {
      ranges = List.copyOf(ranges);
    }
  }

  /// Nothing of it.
  sealed interface Nothing extends Answer {}

  /// 304
  record NotModified() implements Nothing {}

  /// 412
  record PreconditionFailed() implements Nothing {}

  /// 416
  record NotSatisfiable() implements Nothing {}

  /// RFC 9110 §13.2.2, in its order.
  ///
  /// @param get whether ranges count; HEAD ignores them (§14.2)
  static Answer of(boolean get, HttpFields headers, Representation file) {
    if (!preconditionsMet(headers, file)) {
      return new PreconditionFailed();
    }
    if (isFresh(headers, file)) {
      return new NotModified();
    }
    Optional<List<ByteRange>> ranges =
        get && file.hasLength() && headers.contains(HttpHeader.RANGE) && ifRangeHolds(headers, file)
            ? ranges(headers.getValuesList(HttpHeader.RANGE), file)
            : Optional.empty();
    if (ranges.isEmpty()) {
      return new Whole();
    }
    return switch (ranges.get().size()) {
      case 0 -> new NotSatisfiable();
      case 1 -> new Part(ranges.get().getFirst());
      default -> new Parts(ranges.get());
    };
  }

  /// More than one such header is malformed (§14.2 has no list of them).
  private static Optional<List<ByteRange>> ranges(List<String> fields, Representation file) {
    return fields.size() == 1
        ? ByteRange.parse(fields.getFirst(), file.length())
        : Optional.empty();
  }

  private static boolean preconditionsMet(HttpFields headers, Representation file) {
    if (headers.contains(HttpHeader.IF_MATCH)) {
      return tags(headers, HttpHeader.IF_MATCH).anyMatch(file::matchesStrongly);
    }
    return seconds(headers, HttpHeader.IF_UNMODIFIED_SINCE)
        .map(since -> !file.hasDate() || file.modified() <= since) // §13.1.4: else ignored
        .orElse(true);
  }

  private static boolean isFresh(HttpFields headers, Representation file) {
    if (headers.contains(HttpHeader.IF_NONE_MATCH)) {
      return tags(headers, HttpHeader.IF_NONE_MATCH).anyMatch(file::matchesWeakly);
    }
    return seconds(headers, HttpHeader.IF_MODIFIED_SINCE)
        .map(since -> file.hasDate() && file.modified() <= since)
        .orElse(false);
  }

  /// §13.1.5: a range of another version than the client has the rest of would spoil its file.
  private static boolean ifRangeHolds(HttpFields headers, Representation file) {
    String condition = headers.get(HttpHeader.IF_RANGE);
    if (condition == null) {
      return true;
    }
    if (condition.contains("\"")) {
      return file.matchesStrongly(condition.strip());
    }
    return !file.isWeak()
        && file.hasDate()
        && seconds(headers, HttpHeader.IF_RANGE).equals(Optional.of(file.modified()));
  }

  /// Empty if there is no such header, or no date in it, which §13.1.3 says is the same.
  private static Optional<Long> seconds(HttpFields headers, HttpHeader name) {
    String value = headers.get(name);
    long millis = value == null ? -1 : HttpDateTime.parseToEpoch(value);
    return millis < 0 ? Optional.empty() : Optional.of(millis / 1000);
  }

  private static Stream<String> tags(HttpFields headers, HttpHeader name) {
    String list = String.join(",", headers.getValuesList(name));
    return ENTITY_TAG.matcher(list).results().map(MatchResult::group);
  }
}
