package dev.bootbus.probe.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bootbus.schema.MacAddress;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FleetTest {
  private static List<MacAddress> macs(Fleet fleet) {
    return IntStream.range(0, fleet.size()).mapToObj(fleet::mac).toList();
  }

  @Test
  void noTwoMachinesHaveOneAddress() {
    Fleet fleet = new Fleet(65_536, MacAddress.parse("02:b0:07:01"), 65_000);

    assertThat(macs(fleet)).doesNotHaveDuplicates().hasSize(65_536);
    assertThat(fleet.mac(535)).hasToString("02:b0:07:01:ff:ff");
    assertThat(fleet.mac(536)).hasToString("02:b0:07:01:00:00");
  }

  @Test
  void theSameSeedMakesTheSameMachines() {
    MacAddress prefix = MacAddress.parse("02:b0:07");

    assertThat(macs(new Fleet(3, prefix, 7))).isEqualTo(macs(new Fleet(3, prefix, 7)));
    assertThat(macs(new Fleet(3, prefix, 7))).isNotEqualTo(macs(new Fleet(3, prefix, 8)));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 02, a fleet has 1 to 100000",
    "100001, 02, a fleet has 1 to 100000",
    "1, '', the prefix has 1 to 5 bytes",
    "1, 02:b0:07:00:00:01, the prefix has 1 to 5 bytes",
    "1, 01:00:5e, begins group addresses",
    "257, 02:b0:07:00:00, leaves no room for 257"
  })
  void whatIsNoFleetIsRefused(int size, String prefix, String why) {
    assertThatThrownBy(() -> new Fleet(size, MacAddress.parse(prefix), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }
}
