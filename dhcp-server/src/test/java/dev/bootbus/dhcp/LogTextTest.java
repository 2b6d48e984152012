package dev.bootbus.dhcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LogTextTest {

  @Test
  void a_value_cannot_break_out_of_its_line() {
    assertThat(LogText.value("undionly.kpxe")).isEqualTo("undionly.kpxe");
    assertThat(LogText.value("")).isEqualTo("-");
    assertThat(LogText.value("a b")).isEqualTo("\"a b\"");
    assertThat(LogText.value("x\" mac=1")).isEqualTo("\"x' mac=1\"");
    assertThat(LogText.value("a\r\nready port=67\u001b[2J")).isEqualTo("\"a??ready port=67?[2J\"");
    assertThat(LogText.value("x".repeat(300))).hasSize(203).endsWith("...");
  }

  @Test
  void a_flood_is_logged_in_part_and_counted() {
    long start = -5;
    LogBudget budget = new LogBudget(start);
    for (int i = 0; i < 20; i++) {
      assertThat(budget.take(start)).hasValue(0);
    }
    for (int i = 0; i < 100; i++) {
      assertThat(budget.take(start + i)).isEmpty();
    }
    assertThat(budget.take(start + Duration.ofSeconds(1).toNanos())).hasValue(100);
    assertThat(budget.take(start + Duration.ofMillis(1900).toNanos())).isEmpty();
    assertThat(budget.take(start + Duration.ofDays(9).toNanos())).hasValue(1);
    assertThat(budget.take(start)).as("a clock that goes back").hasValue(0);
  }
}
