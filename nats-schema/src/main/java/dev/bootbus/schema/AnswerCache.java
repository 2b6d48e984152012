package dev.bootbus.schema;

import java.time.Duration;

/// Whether an answer may be given again, so that a machine's REQUEST need not be asked when its
/// DISCOVER has just been.
///
/// @param on whether an answer's own `MaxAge` is heeded
/// @param unlessTold for how long an answer is good that says nothing of its age, as those of Go
///     peers; zero where each question must be asked, as for leases
public record AnswerCache(boolean on, Duration unlessTold) {
  /// However long a backend allows.
  static final Duration LONGEST = Duration.ofSeconds(60);

  public static final AnswerCache OFF = new AnswerCache(false, Duration.ZERO);

  /// As each answer says.
  public static final AnswerCache AS_TOLD = new AnswerCache(true, Duration.ZERO);

  public AnswerCache {
    if (unlessTold.isNegative() || unlessTold.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("not from 0 to 60000 ms: " + unlessTold.toMillis());
    }
  }

  /// Reads `off`, `backend` (as each answer says), or a number of milliseconds for answers that say
  /// nothing.
  ///
  /// @throws IllegalArgumentException for anything else
  public static AnswerCache parse(String text) {
    return switch (text) {
      case "off" -> OFF;
      case "backend" -> AS_TOLD;
      case String number when number.matches("\\d{1,6}") ->
          new AnswerCache(true, Duration.ofMillis(Long.parseLong(number)));
      default ->
          throw new IllegalArgumentException(
              "say off, backend, or a number of milliseconds, not " + text);
    };
  }

  Duration age(DhcpResponse.Answer answer) {
    if (!on) {
      return Duration.ZERO;
    }
    Duration told = Duration.ofSeconds(answer.extensions().maxAge());
    Duration age = told.isZero() ? unlessTold : told;
    return age.compareTo(LONGEST) < 0 ? age : LONGEST;
  }
}
