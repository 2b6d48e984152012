package dev.bootbus.kernel.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.kernel.Lab;
import dev.bootbus.schema.MacAddress;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

public class HostNamesTest {
  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "52:54:00:12:34:56, steady-hornet, steady-hornet-3456",
    "52:54:00:12:34:57, upbeat-hound, upbeat-hound-3457",
    "08:00:27:29:4e:67, kind-hawk, kind-hawk-4e67",
  })
  void oneMachineHasOneName(String mac, String name, String longName) {
    assertThat(HostNames.of(MacAddress.parse(mac))).isEqualTo(name);
    assertThat(HostNames.longOf(MacAddress.parse(mac))).isEqualTo(longName);
  }

  @Test
  void machinesOfOneRackHardlyShareAName() {
    long names = IntStream.range(0, 1000).mapToObj(Lab::mac).map(HostNames::of).distinct().count();
    assertThat(names).isGreaterThan(900);
    assertThat(IntStream.range(0, 1000).mapToObj(Lab::mac).map(HostNames::of))
        .allMatch(HostNames::isValid);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "a, true",
    "storage-1, true",
    "3com, true",
    "a.b.example, true",
    "a-, false",
    "-a, false",
    "a_b, false",
    "a..b, false",
    "a., false",
    "'a b', false",
    "'', false",
    "é, false",
  })
  void rfc1123(String name, boolean valid) {
    assertThat(HostNames.isValid(name)).isEqualTo(valid);
    assertThat(HostNames.isValid("a".repeat(63))).isTrue();
    assertThat(HostNames.isValid("a".repeat(64))).isFalse();
  }
}
