package dev.bootbus.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.bootbus.kernel.Pool.Use;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoolTest {
  private static final MacAddress MAC = MacAddress.parse("52:54:00:12:34:56");

  @ParameterizedTest(name = "{0} has {1} addresses")
  @CsvSource(
      delimiter = '|',
      value = {
        "192.168.77.100-192.168.77.200 | 101",
        "192.168.77.100,192.168.77.200 | 101",
        "192.168.77.100 - 192.168.77.100 | 1",
        "192.168.77.250-192.168.78.5 | 12",
        "10.0.0.0-10.0.255.255 | 65536",
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
        "10.0.0.0-10.1.0.0 | the pool has more than 65536 addresses: 10.0.0.0-10.1.0.0",
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
  void excludedAddressesAreNeitherCountedNorChosen() {
    Pool pool =
        Pool.parse("10.0.0.1-10.0.0.3")
            .without(Set.of(Ipv4.parse("10.0.0.2"), Ipv4.parse("10.0.0.9")));
    assertThat(pool.size()).isEqualTo(2);
    assertThat(pool.contains(Ipv4.parse("10.0.0.2"))).isFalse();
    assertThat(fill(pool)).containsOnly(Ipv4.parse("10.0.0.1"), Ipv4.parse("10.0.0.3"));
  }

  @Test
  void everyAddressIsChosenOnceAndThenNoneIsLeft() {
    Pool pool = Pool.parse("192.168.77.250-192.168.78.5");
    assertThat(fill(pool)).hasSize(12);
  }

  private static Set<Inet4Address> fill(Pool pool) {
    Set<Inet4Address> taken = new HashSet<>();
    while (pool.choose(MAC, a -> taken.contains(a) ? Use.TAKEN : Use.FREE)
        .map(taken::add)
        .orElse(false)) {
      assertThat(taken.size()).isLessThanOrEqualTo(pool.size());
    }
    return taken;
  }

  @Test
  void oneMachineMeetsTheAddressesInTheSameOrderEverywhere() {
    Pool pool = Pool.parse("10.0.0.0-10.0.0.255");
    assertThat(pool.choose(MAC, _ -> Use.FREE)).isEqualTo(pool.choose(MAC, _ -> Use.FREE));
    // CRC-32 of 52 54 00 12 34 56, so that other versions and languages agree
    assertThat(pool.choose(MAC, _ -> Use.FREE)).contains(Ipv4.parse("10.0.0.124"));
  }

  @Test
  void aFreeAddressGoesBeforeAnExpiredOne() {
    Pool pool = Pool.parse("10.0.0.1-10.0.0.3");
    Map<Inet4Address, Use> use =
        Map.of(
            Ipv4.parse("10.0.0.1"), Use.EXPIRED,
            Ipv4.parse("10.0.0.2"), Use.TAKEN,
            Ipv4.parse("10.0.0.3"), Use.FREE);
    assertThat(pool.choose(MAC, use::get)).contains(Ipv4.parse("10.0.0.3"));
    assertThat(pool.choose(MAC, a -> use.get(a) == Use.FREE ? Use.TAKEN : use.get(a)))
        .contains(Ipv4.parse("10.0.0.1"));
    assertThat(pool.choose(MAC, _ -> Use.TAKEN)).isEmpty();
  }
}
