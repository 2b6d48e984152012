package dev.bootbus.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Bytes `first` to `last` of a file, both inclusive (RFC 9110 §14.1.2).
record ByteRange(long first, long last) {
  /// More than any client needs; a header line of 8 KiB could ask for two thousand.
  static final int MAX_RANGES = 16;

  private static final String UNIT = "bytes=";

  long length() {
    return last - first + 1;
  }

  /// The value of a Content-Range header (§14.4).
  String of(long length) {
    return "bytes " + first + "-" + last + "/" + length;
  }

  /// What a Range header asks for, in its order. Empty if the header is to be ignored, which
  /// RFC 9110 §14.2 allows: it is malformed, of another unit, or greedy (§17.15); an empty list
  /// means that no range of it can be satisfied.
  static Optional<List<ByteRange>> parse(String header, long length) {
    if (!header.regionMatches(true, 0, UNIT, 0, UNIT.length()) || length == 0) {
      return Optional.empty();
    }
    List<ByteRange> ranges = new ArrayList<>();
    int specs = 0;
    for (String element : header.substring(UNIT.length()).split(",", -1)) {
      String spec = element.strip();
      if (spec.isEmpty()) {
        continue; // RFC 9110 §5.6.1.2: empty list elements do not count
      }
      specs++;
      int dash = spec.indexOf('-');
      if (specs > MAX_RANGES || dash < 0) {
        return Optional.empty();
      }
      Optional<ByteRange> range = of(spec.substring(0, dash), spec.substring(dash + 1), length);
      if (range.isEmpty()) {
        return Optional.empty();
      }
      range.filter(r -> r.first <= r.last).ifPresent(ranges::add);
    }
    return specs == 0 || overlap(ranges) ? Optional.empty() : Optional.of(ranges);
  }

  /// Empty if malformed; with `first` past `last` if it cannot be satisfied.
  private static Optional<ByteRange> of(String from, String to, long length) {
    boolean wellFormed = isDigits(from) && isDigits(to) && !(from.isEmpty() && to.isEmpty());
    if (!wellFormed) {
      return Optional.empty();
    }
    if (from.isEmpty()) {
      return Optional.of(new ByteRange(Math.max(0, length - number(to)), length - 1));
    }
    long first = number(from);
    long last = to.isEmpty() ? length - 1 : number(to);
    if (!to.isEmpty() && last < first) {
      return Optional.empty();
    }
    return Optional.of(new ByteRange(first, Math.min(last, length - 1)));
  }

  private static boolean isDigits(String text) {
    return text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /// Any number past the end of any file will do for one that does not fit into a long.
  private static long number(String digits) {
    return digits.length() > 18 ? Long.MAX_VALUE : Long.parseLong(digits);
  }

  private static boolean overlap(List<ByteRange> ranges) {
    List<ByteRange> sorted =
        ranges.stream().sorted(Comparator.comparingLong(ByteRange::first)).toList();
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).first <= sorted.get(i - 1).last) {
        return true;
      }
    }
    return false;
  }
}
