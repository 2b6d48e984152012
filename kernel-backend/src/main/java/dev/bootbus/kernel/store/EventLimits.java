package dev.bootbus.kernel.store;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How many events are kept: until one of the two is reached, then the oldest go first.
///
/// @param bytes as nats-server counts them on its disk
public record EventLimits(Duration age, long bytes) {
  public static final EventLimits DEFAULT = new EventLimits(Duration.ofDays(7), 256L << 20);

  private static final Pattern AGE = Pattern.compile("(\\d{1,5})([mhd])");
  private static final Pattern BYTES = Pattern.compile("(\\d{1,6})(MiB|GiB)");

  /// Reads `90m`, `36h` or `7d`.
  ///
  /// @throws IllegalArgumentException for anything else, and for 0
  public static Duration age(String text) {
    Matcher matcher = AGE.matcher(text);
    if (matcher.matches()) {
      long number = Long.parseLong(matcher.group(1));
      Duration age =
          switch (matcher.group(2)) {
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
          };
      if (age.isPositive()) {
        return age;
      }
    }
    throw new IllegalArgumentException("not a time such as 90m, 36h or 7d: " + text);
  }

  /// Reads `256MiB` or `2GiB`.
  ///
  /// @throws IllegalArgumentException for anything else, and for 0
  public static long bytes(String text) {
    Matcher matcher = BYTES.matcher(text);
    if (matcher.matches()) {
      long bytes = Long.parseLong(matcher.group(1)) << (matcher.group(2).equals("GiB") ? 30 : 20);
      if (bytes > 0) {
        return bytes;
      }
    }
    throw new IllegalArgumentException("not a size such as 256MiB or 2GiB: " + text);
  }
}
