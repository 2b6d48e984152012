package dev.bootbus.dhcp.wire;

import java.net.Inet4Address;
import java.nio.ByteBuffer;

/// ARP for IPv4 on Ethernet (RFC 826), which asks on a link who has an address.
///
/// @param op [#REQUEST] or [#REPLY]
/// @param sha the sender's hardware address, 6 bytes
/// @param spa the sender's address; 0.0.0.0 in a probe
/// @param tha the target's hardware address, 6 bytes, zeroes where it is not known
/// @param tpa the target's address, which is asked for
public record ArpPacket(int op, Bytes sha, Inet4Address spa, Bytes tha, Inet4Address tpa) {
  public static final int REQUEST = 1;
  public static final int REPLY = 2;

  /// Without the Ethernet header, and what an Ethernet frame is filled up with.
  public static final int SIZE = 28;

  private static final int HARDWARE_SIZE = 6;

  /// Ethernet, IPv4, addresses of 6 and 4 bytes: `hrd`, `pro`, `hln` and `pln` in one.
  private static final long ETHERNET_IPV4 = 0x0001_0800_06_04L;

  private static final Bytes UNKNOWN = Bytes.of(new byte[HARDWARE_SIZE]);

  public ArpPacket {
    if (sha.length() != HARDWARE_SIZE || tha.length() != HARDWARE_SIZE) {
      throw new IllegalArgumentException("not an Ethernet address");
    }
  }

  /// Asks whether anybody has the address, and says of itself only where the answer goes, so that
  /// nobody's ARP cache changes (RFC 5227 §2.1.1).
  public static ArpPacket probe(Bytes own, Inet4Address address) {
    return new ArpPacket(REQUEST, own, DhcpMessage.NO_ADDRESS, UNKNOWN, address);
  }

  /// Writes [#SIZE] bytes at the buffer's position.
  public void write(ByteBuffer out) {
    out.putShort((short) (ETHERNET_IPV4 >>> Integer.SIZE)).putInt((int) ETHERNET_IPV4);
    out.putShort((short) op).put(sha.reading()).put(spa.getAddress());
    out.put(tha.reading()).put(tpa.getAddress());
  }

  /// @param in what follows the Ethernet header; bytes beyond [#SIZE] are ignored
  public static ArpPacket read(ByteBuffer in) throws MalformedPacketException {
    if (in.remaining() < SIZE) {
      throw new MalformedPacketException("ARP of " + in.remaining() + " bytes");
    }
    long kind = Short.toUnsignedLong(in.getShort()) << Integer.SIZE;
    kind |= Integer.toUnsignedLong(in.getInt());
    if (kind != ETHERNET_IPV4) {
      throw new MalformedPacketException("ARP for other than IPv4 on Ethernet");
    }
    int op = Short.toUnsignedInt(in.getShort());
    Bytes sha = Bytes.take(in, HARDWARE_SIZE);
    Inet4Address spa = Addresses.read(in);
    Bytes tha = Bytes.take(in, HARDWARE_SIZE);
    return new ArpPacket(op, sha, spa, tha, Addresses.read(in));
  }
}
