package dev.bootbus.kernel.ctl;

import java.time.Duration;
import java.time.Instant;

/// How long ago something was, or until it will be, in one unit.
final class Age {
  private static final int FEW = 2; // 119m says more than 1h

  private Age() {}

  /// `45s`, `12m`, `5h`, `3d`; `in 12m` for what is to come.
  static String of(Instant time, Instant now) {
    Duration age = Duration.between(time, now);
    return age.isNegative() ? "in " + text(age.negated()) : text(age);
  }

  private static String text(Duration age) {
    if (age.toDays() >= FEW) {
      return age.toDays() + "d";
    }
    if (age.toHours() >= FEW) {
      return age.toHours() + "h";
    }
    return age.toMinutes() >= FEW ? age.toMinutes() + "m" : age.toSeconds() + "s";
  }
}
