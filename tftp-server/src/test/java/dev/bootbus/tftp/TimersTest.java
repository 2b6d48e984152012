package dev.bootbus.tftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimersTest {
  private static final long BEGIN = Long.MAX_VALUE - 500; // nanoTime may wrap
  private final Timers timers = new Timers();
  private final List<String> expired = new ArrayList<>();

  private final class Named extends Timers.Timed {
    private final String name;
    private long deadline;
    private boolean set;

    Named(String name) {
      this.name = name;
    }

    @Override
    void expired() {
      set = false;
      expired.add(name);
    }
  }

  @Test
  void earliestFirst() {
    timers.set(new Named("b"), BEGIN + 20);
    timers.set(new Named("c"), BEGIN + 30);
    timers.set(new Named("a"), BEGIN + 10);

    assertThat(timers.nanosLeft(BEGIN)).isEqualTo(10);
    timers.fire(BEGIN + 9);
    assertThat(expired).isEmpty();
    timers.fire(BEGIN + 20);
    assertThat(expired).containsExactly("a", "b");
  }

  @Test
  void movedForthAndBackAndCancelled() {
    Named later = new Named("later");
    Named sooner = new Named("sooner");
    Named never = new Named("never");
    timers.set(later, BEGIN + 10);
    timers.set(sooner, BEGIN + 90);
    timers.set(never, BEGIN + 5);
    timers.set(later, BEGIN + 50);
    timers.set(sooner, BEGIN + 20);
    timers.cancel(never);

    timers.fire(BEGIN + 40);
    assertThat(expired).containsExactly("sooner");
    timers.set(never, BEGIN + 60);
    timers.fire(BEGIN + 100);
    assertThat(expired).containsExactly("sooner", "later", "never");
  }

  @Test
  void nothingIsMissedAndNothingComesTooEarly() {
    Random random = new Random(11);
    List<Named> all = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      all.add(new Named("" + i));
    }
    for (long now = 0; now < 3000; now++) {
      for (int i = 0; i < 20; i++) {
        Named one = all.get(random.nextInt(all.size()));
        one.set = random.nextInt(4) > 0;
        one.deadline = now + 1 + random.nextInt(200);
        if (one.set) {
          timers.set(one, one.deadline);
        } else {
          timers.cancel(one);
        }
      }
      long at = now + 1;
      List<String> due =
          all.stream().filter(one -> one.set && one.deadline <= at).map(one -> one.name).toList();
      expired.clear();
      timers.fire(at);
      assertThat(expired).containsExactlyInAnyOrderElementsOf(due);
    }
  }
}
