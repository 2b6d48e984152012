package dev.bootbus.kernel.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

public class PoolTest {
  @ParameterizedTest(name = "{0} has {1} addresses")
  @CsvSource(
      delimiter = '|',
      value = {
        "192.168.77.100-192.168.77.200 | 101",
        "192.168.77.100,192.168.77.200 | 101",
        "192.168.77.100 - 192.168.77.100 | 1",
        "192.168.77.250-192.168.78.5 | 12",
        "10.0.0.0-10.15.255.255 | 1048576",
        "255.255.255.254-255.255.255.255 | 2",
      })
  void reads(String text, int size) {
    assertThat(Pool.parse(text).size()).isEqualTo(size);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "192.168.77.100 | not FIRST-LAST: 192.168.77.100",
        "192.168.77.100- | not an IPv4 address: ",
        "a-b | not an IPv4 address: a",
        "192.168.77-192.168.78 | not an IPv4 address: 192.168.77",
        "1.1.1.1-1.1.1.256 | not an IPv4 address: 1.1.1.256",
        "1.1.1.1-2.2.2.2-3.3.3.3 | not FIRST-LAST: 1.1.1.1-2.2.2.2-3.3.3.3",
        "192.168.77.9-192.168.77.8 | the pool ends before it begins: 192.168.77.9-192.168.77.8",
        "10.0.0.0-10.16.0.0 | the pool has more than 1048576 addresses: 10.0.0.0-10.16.0.0",
        "fe80::1-fe80::2 | not an IPv4 address: fe80::1",
      })
  void refuses(String text, String why) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pool.parse(text))
        .withMessageStartingWith(why == null ? "" : why);
  }

  @Test
  void bothEndsBelongToIt() {
    Pool pool = Pool.parse("10.0.0.1-10.0.0.3");
    assertThat(pool.contains(Ipv4.parse("10.0.0.0"))).isFalse();
    assertThat(pool.contains(Ipv4.parse("10.0.0.1"))).isTrue();
    assertThat(pool.contains(Ipv4.parse("10.0.0.3"))).isTrue();
    assertThat(pool.contains(Ipv4.parse("10.0.0.4"))).isFalse();
  }

  @Test
  void excludedAddressesAreNotCounted() {
    Pool pool =
        Pool.parse("10.0.0.1-10.0.0.3")
            .without(Set.of(Ipv4.parse("10.0.0.2"), Ipv4.parse("10.0.0.9")));
    assertThat(pool.size()).isEqualTo(2);
    assertThat(pool.contains(Ipv4.parse("10.0.0.2"))).isFalse();
  }

  private static Pool of(String... ranges) {
    return Pool.of(Stream.of(ranges).map(Pool.Range::parse).toList());
  }

  @Test
  void rangesAreOneRowOfAddresses() {
    Pool pool = of("10.0.2.1-10.0.2.2", "10.0.0.9-10.0.0.9", "10.0.1.4-10.0.1.6");
    assertThat(pool).hasToString("10.0.0.9-10.0.0.9, 10.0.1.4-10.0.1.6, 10.0.2.1-10.0.2.2");
    assertThat(pool.range()).isEqualTo(6);
    for (int offset = 0; offset < 6; offset++) {
      assertThat(pool.offset(pool.at(offset))).isEqualTo(offset);
    }
    assertThat(pool.at(0)).isEqualTo(Ipv4.parse("10.0.0.9"));
    assertThat(pool.at(3)).isEqualTo(Ipv4.parse("10.0.1.6"));
    for (String outside :
        List.of("0.0.0.0", "10.0.0.8", "10.0.0.10", "10.0.1.3", "10.0.1.7", "10.0.2.3")) {
      assertThat(pool.offset(Ipv4.parse(outside))).isEqualTo(Pool.NOWHERE);
    }
  }

  @Test
  void aHoleMayLieOverSeveralRanges() {
    Pool pool =
        of("10.0.0.1-10.0.0.9", "10.0.0.20-10.0.0.29")
            .without(Pool.Range.parse("10.0.0.8-10.0.0.21"));
    assertThat(pool.size()).isEqualTo(7 + 8);
    assertThat(pool.contains(Ipv4.parse("10.0.0.7"))).isTrue();
    assertThat(pool.contains(Ipv4.parse("10.0.0.8"))).isFalse();
    assertThat(pool.contains(Ipv4.parse("10.0.0.21"))).isFalse();
    assertThat(pool.contains(Ipv4.parse("10.0.0.22"))).isTrue();
  }

  @Test
  void noRangeLiesOverAnother() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of("10.0.0.5-10.0.0.9", "10.0.0.1-10.0.0.5"))
        .withMessage("10.0.0.5-10.0.0.9 lies over 10.0.0.1-10.0.0.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of("10.0.0.0-10.7.255.255", "10.16.0.0-10.24.0.0"))
        .withMessageStartingWith("the pool has more than 1048576 addresses");
    assertThat(of("1.0.0.1-1.0.0.1", "2.0.0.1-2.0.0.1", "3.0.0.1-3.0.0.1", "4.0.0.1-4.0.0.1"))
        .asString()
        .endsWith("3.0.0.1-3.0.0.1 and 1 more");
  }
}
