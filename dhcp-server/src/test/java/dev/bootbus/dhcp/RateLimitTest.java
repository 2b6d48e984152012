package dev.bootbus.dhcp;

import static dev.bootbus.dhcp.wire.MessageType.DISCOVER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.dhcp.RateLimit.Settings;
import dev.bootbus.dhcp.TokenBuckets.Rate;
import dev.bootbus.dhcp.wire.Bytes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitTest {
  private static final String OTHER_MAC = "02:00:00:00:00:01";
  private static final int PORT_1 = 1;
  private static final int PORT_2 = 2;
  private static final Rate TWO = new Rate(2, 1);

  private long now = -Duration.ofDays(1).toNanos();

  private RateLimit limit(Rate machine, Rate circuit, Rate relay) {
    return new RateLimit(new Settings(machine, circuit, relay), () -> now, 42);
  }

  private static Client behind(String relay, int port) {
    TestPacket packet = TestPacket.of(DISCOVER).giaddr(relay);
    return packet
        .with(82, Bytes.of((byte) 2, (byte) 1, (byte) 9, (byte) 1, (byte) 1, (byte) port))
        .client();
  }

  private static Client machineBehindRelay(int number) {
    return TestPacket.of(DISCOVER)
        .mac("02:00:00:00:%02x:%02x".formatted(number >> 8, number & 0xFF))
        .giaddr("10.0.0.1")
        .client();
  }

  private static void assertRefused(RateLimit limit, Client client, DropReason reason) {
    assertThat(limit.refusal(client)).isEqualTo(Optional.ofNullable(reason));
  }

  @Test
  void a_machine_that_sends_too_much_is_refused_and_no_other() {
    RateLimit limit = limit(TWO, Rate.UNLIMITED, Rate.UNLIMITED);
    Client client = TestPacket.of(DISCOVER).client();
    assertRefused(limit, client, null);
    assertRefused(limit, client, null);
    assertRefused(limit, client, DropReason.RATE_LIMITED_MAC);
    assertRefused(limit, TestPacket.of(DISCOVER).mac(OTHER_MAC).client(), null);
    now += Duration.ofSeconds(1).toNanos();
    assertRefused(limit, client, null);
  }

  @Test
  void somebody_behind_another_relay_does_not_use_up_a_machines_tokens() {
    RateLimit limit = limit(TWO, Rate.UNLIMITED, Rate.UNLIMITED);
    Client forger = TestPacket.of(DISCOVER).giaddr("10.0.0.1").client();
    IntStream.range(0, 3).forEach(i -> limit.refusal(forger));
    assertRefused(limit, forger, DropReason.RATE_LIMITED_MAC);
    assertRefused(limit, TestPacket.of(DISCOVER).giaddr("10.0.1.1").client(), null);
  }

  @Test
  void what_follows_the_hardware_address_makes_no_other_machine() {
    RateLimit limit = limit(TWO, Rate.UNLIMITED, Rate.UNLIMITED);
    for (String junk : List.of("00", "01")) {
      assertRefused(limit, TestPacket.of(DISCOVER).mac(TestPacket.MAC + ":" + junk).client(), null);
    }
    Client third = TestPacket.of(DISCOVER).mac(TestPacket.MAC + ":ff").client();
    assertRefused(limit, third, DropReason.RATE_LIMITED_MAC);
  }

  @Test
  void without_a_hardware_address_it_is_the_client_identifier_that_counts() {
    RateLimit limit = limit(TWO, Rate.UNLIMITED, Rate.UNLIMITED);
    Client one = TestPacket.of(DISCOVER).hlen(0).with(61, Bytes.ofHex("ff01")).client();
    Client other = TestPacket.of(DISCOVER).hlen(0).with(61, Bytes.ofHex("ff02")).client();
    IntStream.range(0, 2).forEach(i -> assertRefused(limit, one, null));
    assertRefused(limit, one, DropReason.RATE_LIMITED_MAC);
    assertRefused(limit, other, null);
  }

  @Test
  void a_relay_is_limited_however_many_machines_it_makes_up() {
    RateLimit limit = limit(Settings.DEFAULT.machine(), Rate.UNLIMITED, new Rate(100, 1));
    List<DropReason> refused =
        IntStream.range(0, 1000)
            .mapToObj(RateLimitTest::machineBehindRelay)
            .flatMap(client -> limit.refusal(client).stream())
            .toList();
    assertThat(refused).hasSize(900).containsOnly(DropReason.RATE_LIMITED_RELAY);
    assertRefused(limit, TestPacket.of(DISCOVER).giaddr("10.0.1.1").client(), null);
    assertRefused(limit, TestPacket.of(DISCOVER).client(), null);
  }

  /// RFC 3046 §3.1; a switch that snoops sends option 82 without being a relay.
  @ParameterizedTest
  @CsvSource({"10.0.0.1", "0.0.0.0"})
  void a_circuit_is_limited_and_its_neighbour_is_not(String relay) {
    RateLimit limit = limit(Rate.UNLIMITED, TWO, Rate.UNLIMITED);
    IntStream.range(0, 2).forEach(i -> assertRefused(limit, behind(relay, PORT_1), null));
    assertRefused(limit, behind(relay, PORT_1), DropReason.RATE_LIMITED_CIRCUIT);
    assertRefused(limit, behind(relay, PORT_2), null);
    assertRefused(limit, behind("10.0.1.1", PORT_1), null);
  }

  @ParameterizedTest
  @CsvSource({"01", "0109", "02ff01", "00"})
  void a_truncated_option_82_has_no_circuit_and_does_no_harm(String hex) {
    RateLimit limit = limit(Rate.UNLIMITED, new Rate(1, 1), Rate.UNLIMITED);
    Client client = TestPacket.of(DISCOVER).with(82, Bytes.ofHex(hex)).client();
    IntStream.range(0, 3).forEach(i -> assertRefused(limit, client, null));
  }

  /// PXE retries after 4, 8, 16 and 32 s, iPXE after 1, 2, 4 and 8 s, and a system after 4, 8 and
  /// 16 s; each gets its REQUEST through in the end, and asks port 4011 too.
  @Test
  void no_honest_machine_is_ever_refused() {
    RateLimit limit = new RateLimit(Settings.DEFAULT, () -> now, 42);
    Client client = TestPacket.pxe(DISCOVER, 7).client();
    for (List<Integer> stage :
        List.of(List.of(0, 4, 8, 16, 32), List.of(0, 1, 2, 4, 8), List.of(0, 4, 8, 16))) {
      for (int seconds : stage) {
        now += Duration.ofSeconds(seconds).toNanos();
        // DISCOVER, REQUEST, and the one to port 4011; some firmware sends each twice
        IntStream.range(0, 6).forEach(i -> assertRefused(limit, client, null));
      }
    }
  }
}
