package dev.bootbus.schema;

import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a message belongs in a trace: the `traceparent` of W3C Trace Context (§3.2).
///
/// @param traceId 32 lower-case hex digits, not all zero; the same in all that one packet causes
/// @param parentId 16 lower-case hex digits, not all zero; another one for each step
/// @param flags 0 to 255; bit 0 says that the trace is recorded
public record Traceparent(String traceId, String parentId, int flags) {
  /// Versions after 00 may add fields, which are to be ignored (§3.2.3); `ff` is forbidden.
  private static final Pattern FORM =
      Pattern.compile("(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");

  private static final int RECORDED = 1;
  private static final HexFormat HEX = HexFormat.of();

  /// Begins a trace.
  public static Traceparent fresh() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    String traceId = HEX.toHexDigits(random.nextLong()) + HEX.toHexDigits(nonZero(random));
    return new Traceparent(traceId, HEX.toHexDigits(nonZero(random)), RECORDED);
  }

  /// @return nothing where the text is no trace parent, which includes the empty text
  public static Optional<Traceparent> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()
        || isZero(matcher.group(2))
        || isZero(matcher.group(3))
        || (matcher.group(1).equals("00") && matcher.group(5) != null)) {
      return Optional.empty();
    }
    int flags = HexFormat.fromHexDigits(matcher.group(4));
    return Optional.of(new Traceparent(matcher.group(2), matcher.group(3), flags));
  }

  /// The next step of the same trace.
  public Traceparent next() {
    return new Traceparent(traceId, HEX.toHexDigits(nonZero(ThreadLocalRandom.current())), flags);
  }

  private static boolean isZero(String digits) {
    return digits.chars().allMatch(digit -> digit == '0');
  }

  private static long nonZero(ThreadLocalRandom random) {
    long bits = random.nextLong();
    return bits == 0 ? 1 : bits;
  }

  @Override
  public String toString() {
    return "00-" + traceId + "-" + parentId + "-" + HEX.toHexDigits((byte) flags);
  }
}
