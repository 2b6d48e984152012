package dev.bootbus.dhcp.wire;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/// An IPv4 packet with one UDP datagram in it (RFC 791 §3.1, RFC 768), for where the system's own
/// UDP cannot send it.
public final class UdpPacket {
  private static final int IP_HEADER_SIZE = 20;
  private static final int UDP_HEADER_SIZE = 8;

  /// What a packet has before its payload.
  public static final int HEADERS_SIZE = IP_HEADER_SIZE + UDP_HEADER_SIZE;

  private static final int VERSION_AND_IHL = 0x45;
  private static final int DONT_FRAGMENT = 0x4000;
  private static final int TTL = 64;
  private static final int UDP = 17;
  private static final int IP_CHECKSUM = 10;
  private static final int ADDRESSES = 12;
  private static final int ADDRESSES_SIZE = 8;
  private static final int UDP_CHECKSUM = 6;

  private UdpPacket() {}

  /// Writes it at the buffer's position.
  ///
  /// @param out big-endian, with room for the payload and [#HEADERS_SIZE]
  public static void write(
      ByteBuffer out, InetSocketAddress from, InetSocketAddress to, Bytes payload) {
    int ip = out.position();
    int udp = ip + IP_HEADER_SIZE;
    int length = UDP_HEADER_SIZE + payload.length();
    out.put((byte) VERSION_AND_IHL).put((byte) 0).putShort((short) (IP_HEADER_SIZE + length));
    // a packet that is never fragmented needs no identification (RFC 6864 §4.1)
    out.putShort((short) 0).putShort((short) DONT_FRAGMENT);
    out.put((byte) TTL).put((byte) UDP).putShort((short) 0);
    out.put(from.getAddress().getAddress()).put(to.getAddress().getAddress());
    out.putShort((short) from.getPort()).putShort((short) to.getPort());
    out.putShort((short) length).putShort((short) 0);
    out.put(payload.buffer());
    int pseudoHeader = sum(out, ip + ADDRESSES, ADDRESSES_SIZE, UDP + length);
    int checksum = checksum(sum(out, udp, length, pseudoHeader));
    // 0 would say that there is none (RFC 768)
    out.putShort(udp + UDP_CHECKSUM, (short) (checksum == 0 ? 0xFFFF : checksum));
    out.putShort(ip + IP_CHECKSUM, (short) checksum(sum(out, ip, IP_HEADER_SIZE, 0)));
  }

  /// The sum of 16-bit words (RFC 1071); an odd byte counts as if a zero followed.
  private static int sum(ByteBuffer in, int from, int length, int start) {
    int sum = start;
    int even = from + (length & ~1);
    for (int at = from; at < even; at += Short.BYTES) {
      sum += Short.toUnsignedInt(in.getShort(at));
    }
    return (length & 1) == 0 ? sum : sum + (Byte.toUnsignedInt(in.get(even)) << Byte.SIZE);
  }

  private static int checksum(int sum) {
    int folded = (sum & 0xFFFF) + (sum >>> Short.SIZE);
    folded = (folded & 0xFFFF) + (folded >>> Short.SIZE);
    return ~folded & 0xFFFF;
  }
}
