package dev.bootbus.tftp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogLimitTest {

  @Test
  void aFloodBecomesAFewLinesThatCountTheRest() {
    LogLimit limit = new LogLimit();
    long now = Long.MAX_VALUE - 5;

    for (int i = 0; i < LogLimit.LINES; i++) {
      assertThat(limit.admit(now)).hasValue(0);
    }
    for (int i = 0; i < 1000; i++) {
      assertThat(limit.admit(now)).isEmpty();
    }

    now += LogLimit.SPAN.toNanos();
    assertThat(limit.admit(now)).hasValue(1000);
    assertThat(limit.admit(now)).hasValue(0);
  }
}
