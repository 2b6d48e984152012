package dev.bootbus.schema;

import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/// Where a message belongs in a trace: the `traceparent` of W3C Trace Context (§3.2).
///
/// @param traceId 32 lower-case hex digits, not all zero; the same in all that one packet causes
/// @param parentId 16 lower-case hex digits, not all zero; another one for each step
/// @param flags 0 to 255; bit 0 says that the trace is recorded
public record Traceparent(String traceId, String parentId, int flags) {
  private static final String FORM = "vv-tttttttttttttttttttttttttttttttt-pppppppppppppppp-ff";
  /// Characters of one of version 00.
  public static final int LENGTH = FORM.length();

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
    if (!isOfForm(text) || isZero(text, 3, 35) || isZero(text, 36, 52)) {
      return Optional.empty();
    }
    int flags = HexFormat.fromHexDigits(text, 53, 55);
    return Optional.of(new Traceparent(text.substring(3, 35), text.substring(36, 52), flags));
  }

  /// Versions after 00 may add fields, which are to be ignored (§3.2.3); `ff` is forbidden.
  private static boolean isOfForm(String text) {
    if (text.length() < FORM.length() || text.startsWith("ff")) {
      return false;
    }
    for (int i = 0; i < FORM.length(); i++) {
      char c = text.charAt(i);
      boolean digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
      if (FORM.charAt(i) == '-' ? c != '-' : !digit) {
        return false;
      }
    }
    return text.length() == FORM.length()
        || (text.charAt(FORM.length()) == '-' && !text.startsWith("00"));
  }

  /// The next step of the same trace.
  public Traceparent next() {
    return new Traceparent(traceId, HEX.toHexDigits(nonZero(ThreadLocalRandom.current())), flags);
  }

  private static boolean isZero(String text, int begin, int end) {
    for (int i = begin; i < end; i++) {
      if (text.charAt(i) != '0') {
        return false;
      }
    }
    return true;
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
