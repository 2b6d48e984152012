package dev.bootbus.probe.fetch;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Part of a file (RFC 9110 §14.1.2): `A-B`, both included, or `A-` to the end.
public record ByteRange(long first, OptionalLong last) {
  private static final Pattern TEXT = Pattern.compile("([0-9]{1,18})-([0-9]{1,18})?");
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\\*)");

  /// What an answer says it holds (RFC 9110 §14.4).
  ///
  /// @param size of the whole file, if told
  record Content(long first, long last, OptionalLong size) {
    static Optional<Content> parse(String header) {
      Matcher m = CONTENT_RANGE.matcher(header.strip());
      if (!m.matches()) {
        return Optional.empty();
      }
      return Optional.of(
          new Content(
              Long.parseLong(m.group(1)),
              Long.parseLong(m.group(2)),
              m.group(3).equals("*")
                  ? OptionalLong.empty()
                  : OptionalLong.of(Long.parseLong(m.group(3)))));
    }

    /// RFC 9110 §15.3.7: the part asked for, cut off where the file ends.
    boolean answers(ByteRange asked) {
      if (first != asked.first || last < first || size.isPresent() && last >= size.getAsLong()) {
        return false;
      }
      long end = size.isPresent() ? size.getAsLong() - 1 : last;
      return last == Math.min(asked.last.orElse(end), end);
    }

    long length() {
      return last - first + 1;
    }
  }

  /// @throws IllegalArgumentException if the text is neither `A-B` nor `A-`
  public static ByteRange parse(String text) {
    Matcher m = TEXT.matcher(text);
    if (!m.matches()) {
      throw new IllegalArgumentException(text + " is no range; 0-99 is one, and 100- to the end");
    }
    ByteRange range =
        new ByteRange(
            Long.parseLong(m.group(1)),
            m.group(2) == null
                ? OptionalLong.empty()
                : OptionalLong.of(Long.parseLong(m.group(2))));
    if (range.last.orElse(Long.MAX_VALUE) < range.first) {
      throw new IllegalArgumentException(text + " ends before it begins");
    }
    return range;
  }

  static ByteRange from(long first) {
    return new ByteRange(first, OptionalLong.empty());
  }

  static ByteRange of(long first, long last) {
    return new ByteRange(first, OptionalLong.of(last));
  }

  @Override
  public String toString() {
    return first + "-" + (last.isPresent() ? last.getAsLong() : "");
  }
}
