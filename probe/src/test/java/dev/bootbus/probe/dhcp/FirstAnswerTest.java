package dev.bootbus.probe.dhcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FirstAnswerTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          answered at once                          | 0 |     0 |   20 | false | false
          a packet was lost                         | 1 |  4000 |   20 | false | false
          IEEE 802.1D-1998 §8.4: 15 s twice       | 3 | 28000 |   20 | false | true
          a short forward delay                     | 2 |  5000 |  900 | false | true
          a server that is late: pings the address  | 2 |  5000 | 3000 | false | false
          a server that is late with every answer   | 2 |  5000 |   20 | true  | false
          """)
  void a_port_that_forwards_late_loses_the_first_and_delays_none(
      String what, int lost, int silence, int took, boolean again, boolean found) {
    FirstAnswer answer =
        new FirstAnswer(lost, Duration.ofMillis(silence), Duration.ofMillis(took), again);

    assertThat(answer.finding().isPresent()).as(what).isEqualTo(found);
  }
}
