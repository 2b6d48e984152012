package dev.bootbus.tftp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RolloverTest {
  /// The last row is a file of 5 GiB in blocks of 512 bytes.
  @ParameterizedTest(name = "block {0} is {1}, or {2}")
  @CsvSource({
    "0, 0, 0",
    "1, 1, 1",
    "65535, 65535, 65535",
    "65536, 0, 1",
    "65537, 1, 2",
    "131070, 65534, 65535",
    "131071, 65535, 1",
    "131072, 0, 2",
    "10485761, 1, 161"
  })
  void afterBlock65535(long block, int to0, int to1) {
    assertThat(Rollover.TO_0.onTheWire(block)).isEqualTo(to0);
    assertThat(Rollover.TO_1.onTheWire(block)).isEqualTo(to1);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsOnTheWireIsTheNextBlockOfThatNumber(Rollover rollover) {
    for (long from : new long[] {0, 1, 65_500, 65_535, 65_536, 131_050, 10_485_761L, 1L << 33}) {
      for (long ahead = 0; ahead < 32_767; ahead += 61) {
        int number = rollover.onTheWire(from + ahead);
        assertThat(rollover.fromTheWire(number, from)).isEqualTo(from + ahead);
      }
    }
  }

  @Test
  void noBlockButTheOackHasNumber0WhereItRollsOverTo1() {
    assertThat(Rollover.TO_1.fromTheWire(0, 0)).isZero();
    assertThat(Rollover.TO_1.fromTheWire(0, 65_535)).isEqualTo(Long.MAX_VALUE);
  }
}
