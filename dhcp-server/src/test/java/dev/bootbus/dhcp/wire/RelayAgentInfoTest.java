package dev.bootbus.dhcp.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet4Address;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RelayAgentInfoTest {

  private static RelayAgentInfo read(String hex) throws MalformedPacketException {
    return RelayAgentInfo.read(Bytes.ofHex(hex.replace(" ", "")));
  }

  @Test
  void knows_its_sub_options_and_keeps_the_others() throws Exception {
    RelayAgentInfo info =
        read("0102aabb 0201cc 0504c0a80000 060173 09026162 0b040a000001 970158 ff0101");
    assertThat(info.circuitId()).contains(Bytes.ofHex("aabb"));
    assertThat(info.remoteId()).contains(Bytes.ofHex("cc"));
    assertThat(info.linkSelection()).contains(Inet4Address.ofLiteral("192.168.0.0"));
    assertThat(info.subscriberId()).contains(Bytes.ofHex("73"));
    assertThat(info.vendorSpecific()).contains(Bytes.ofHex("6162"));
    assertThat(info.serverIdOverride()).contains(Inet4Address.ofLiteral("10.0.0.1"));
    assertThat(info.raw(0x97)).contains(Bytes.ofHex("58"));
    assertThat(info.raw(255)).as("RFC 3046 §2.0: no END").contains(Bytes.ofHex("01"));
    assertThat(info.raw(0)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"01", "0104aabbcc", "0101aa05", "0101aa 0505c0a80000", "05ff"})
  void what_is_cut_off_means_nothing_at_all(String hex) {
    assertThatThrownBy(() -> read(hex)).isInstanceOf(MalformedPacketException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "0500,             ''", // RFC 3527 §3: four bytes
    "0503c0a800,       ''",
    "0505c0a8000001,   ''",
    "050401020304 050405060708, 1.2.3.4"
  })
  void an_address_has_four_bytes_and_the_first_counts(String hex, String address) throws Exception {
    assertThat(read(hex).linkSelection().map(Inet4Address::getHostAddress))
        .isEqualTo(address.isEmpty() ? Optional.empty() : Optional.of(address));
  }

  @Test
  void nothing_is_nothing() throws Exception {
    assertThat(read("")).isEqualTo(RelayAgentInfo.NONE);
  }
}
