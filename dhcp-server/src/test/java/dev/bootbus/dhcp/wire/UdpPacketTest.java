package dev.bootbus.dhcp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UdpPacketTest {
  private static final InetSocketAddress SERVER = at("192.168.77.1", 67);
  private static final InetSocketAddress CLIENT = at("192.168.77.115", 68);

  private static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(Inet4Address.ofLiteral(address), port);
  }

  private static ByteBuffer packet(Bytes payload) {
    ByteBuffer out = ByteBuffer.allocate(UdpPacket.HEADERS_SIZE + payload.length());
    UdpPacket.write(out, SERVER, CLIENT, payload);
    return out.flip();
  }

  @Test
  void golden_bytes() {
    assertThat(HexFormat.of().formatHex(packet(Bytes.ofHex("0102030405")).array()))
        .isEqualTo(
            "45000021000040004011" // RFC 791 §3.1: 33 bytes, DF, TTL 64, UDP
                + "1f07" // its checksum
                + "c0a84d01c0a84d73"
                + "00430044000d" // RFC 768: ports 67 and 68, 13 bytes
                + "da81" // its checksum
                + "0102030405");
  }

  /// RFC 1071 §1: with its checksum in it, everything adds up to ones.
  @ParameterizedTest
  @CsvSource({"0", "1", "2", "300", "301", "1472", "2048"})
  void a_receiver_finds_both_checksums_right(int length) {
    byte[] payload = new byte[length];
    for (int i = 0; i < length; i++) {
      payload[i] = (byte) (i * 37 + 255);
    }
    ByteBuffer packet = packet(Bytes.of(payload));
    ByteBuffer pseudo = ByteBuffer.allocate(12 + 8 + length + (length & 1));
    pseudo.put(packet.array(), 12, 8).putShort((short) 17).putShort((short) (8 + length));
    pseudo.put(packet.array(), 20, 8 + length);

    assertThat(sum(packet.array(), 20)).isEqualTo(0xFFFF);
    assertThat(sum(pseudo.array(), pseudo.capacity())).isEqualTo(0xFFFF);
  }

  /// RFC 768: 0 says that there is no checksum, so one that would be 0 is sent as all ones.
  @Test
  void a_checksum_is_never_0() {
    ByteBuffer packet = packet(Bytes.of((byte) 0, (byte) 0));
    int without = Short.toUnsignedInt(packet.getShort(26));
    ByteBuffer filled = ByteBuffer.allocate(2).putShort((short) without);

    assertThat(packet(Bytes.of(filled.array())).getShort(26)).isEqualTo((short) 0xFFFF);
  }

  private static int sum(byte[] bytes, int length) {
    long sum = 0;
    for (int i = 0; i < length; i += 2) {
      sum += (bytes[i] & 0xFF) << 8 | bytes[i + 1] & 0xFF;
    }
    while (sum > 0xFFFF) {
      sum = (sum & 0xFFFF) + (sum >> 16);
    }
    return (int) sum;
  }
}
