package dev.bootbus.dhcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogBudgetTest {
  private static final long START = -5;
  private final List<Runnable> later = new ArrayList<>();
  private final List<Long> told = new ArrayList<>();
  private final LogBudget budget = new LogBudget(START, told::add, later::add);

  private void flood(int lines) {
    for (int i = 0; i < lines; i++) {
      budget.take(START);
    }
  }

  @Test
  void a_flood_is_logged_in_part_and_counted() {
    for (int i = 0; i < 20; i++) {
      assertThat(budget.take(START)).hasValue(0);
    }
    for (int i = 0; i < 100; i++) {
      assertThat(budget.take(START + i)).isEmpty();
    }
    assertThat(budget.take(START + Duration.ofSeconds(1).toNanos())).hasValue(100);
    assertThat(budget.take(START + Duration.ofMillis(1900).toNanos())).isEmpty();
    assertThat(budget.take(START + Duration.ofDays(9).toNanos())).hasValue(1);
    assertThat(budget.take(START)).as("a clock that goes back").hasValue(0);
  }

  @Test
  void the_end_of_a_flood_is_told_once_though_no_line_follows() {
    flood(20 + 100);
    assertThat(later).as("however many are held back").hasSize(1);
    later.removeFirst().run();
    assertThat(told).containsExactly(100L);
    assertThat(later).isEmpty();

    flood(3);
    assertThat(later).hasSize(1);
    later.removeFirst().run();
    assertThat(told).containsExactly(100L, 3L);
  }

  @Test
  void what_a_line_told_is_not_told_again() {
    flood(21);
    assertThat(budget.take(START + Duration.ofSeconds(1).toNanos())).hasValue(1);
    later.removeFirst().run();
    assertThat(told).isEmpty();
  }
}
