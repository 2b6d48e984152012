package dev.bootbus.probe.dhcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatienceTest {
  /// An operator's waits are at most 2.5, 5 and 10 s (RFC 2131 §4.1: doubled, and by chance).
  @ParameterizedTest
  @CsvSource({"0, 1", "2, 1", "3, 1", "8, 2", "17, 2", "18, 3", "300, 3"})
  void endsInTime(int seconds, int tries) {
    Patience patience = Patience.OF_AN_OPERATOR.within(Duration.ofSeconds(seconds));
    assertThat(patience.tries()).isEqualTo(tries);
    assertThat(patience.first()).isEqualTo(Patience.OF_AN_OPERATOR.first());
  }
}
