package dev.bootbus.dhcp.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArpPacketTest {
  private static final Bytes OWN = Bytes.ofHex("525400010001");

  private static Inet4Address at(String address) {
    return Inet4Address.ofLiteral(address);
  }

  private static String written(ArpPacket packet) {
    ByteBuffer out = ByteBuffer.allocate(ArpPacket.SIZE);
    packet.write(out);
    return HexFormat.of().formatHex(out.array());
  }

  private static ArpPacket read(String hex) throws MalformedPacketException {
    return ArpPacket.read(ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", ""))));
  }

  /// RFC 5227 §2.1.1: the sender's address is all zeroes, so that no cache is changed by it, and so
  /// should be the target's hardware address.
  @Test
  void a_probe_as_it_is_on_the_wire() {
    assertThat(written(ArpPacket.probe(OWN, at("192.168.77.115"))))
        .isEqualTo(
            "0001"
                + "0800"
                + "06"
                + "04" // RFC 826: Ethernet, IPv4, their lengths
                + "0001" // a request
                + "525400010001"
                + "00000000"
                + "000000000000"
                + "c0a84d73");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "'RFC 826: an answer', 0001080006040002 525400990099 c0a84d73 525400010001 00000000,"
        + " 2, 192.168.77.115, 0.0.0.0",
    "'RFC 5227 §3: an announcement', 0001080006040001 525400990099 c0a84d73 000000000000 c0a84d73,"
        + " 1, 192.168.77.115, 192.168.77.115",
    "'RFC 894: with what fills up an Ethernet frame', 0001080006040001 525400990099 00000000"
        + " 000000000000 c0a84d73 000000000000000000000000000000000000, 1, 0.0.0.0, 192.168.77.115",
    "'an operation of nobody', 000108000604ffff 525400990099 c0a84d73 525400010001 c0a84d01,"
        + " 65535, 192.168.77.115, 192.168.77.1",
  })
  void what_others_say(String name, String hex, int op, String spa, String tpa) throws Exception {
    ArpPacket packet = read(hex);

    assertThat(packet.op()).isEqualTo(op);
    assertThat(packet.sha()).isEqualTo(Bytes.ofHex("525400990099"));
    assertThat(packet.spa()).isEqualTo(at(spa));
    assertThat(packet.tpa()).isEqualTo(at(tpa));
    assertThat(written(packet)).isEqualTo(hex.replace(" ", "").substring(0, 2 * ArpPacket.SIZE));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "'nothing', ''",
    "'one byte too few', 0001080006040002 525400990099 c0a84d73 525400010001 c0a84d",
    "'RFC 4391: InfiniBand', 0020080014040002 525400990099 c0a84d73 525400010001 c0a84d01",
    "'RFC 826: for another protocol', 0001809b06040002 525400990099 c0a84d73 525400010001 c0a84d01",
    "'lengths that are not Ethernet', 0001080008040002 525400990099 c0a84d73 525400010001 c0a84d01",
  })
  void what_is_not_read(String name, String hex) {
    assertThatThrownBy(() -> read(hex)).isInstanceOf(MalformedPacketException.class);
  }
}
