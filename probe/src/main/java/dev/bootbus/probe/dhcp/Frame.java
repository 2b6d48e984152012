package dev.bootbus.probe.dhcp;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.UdpPacket;
import dev.bootbus.probe.dhcp.PacketSocket.Instruction;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;

/// A UDP datagram in an Ethernet frame (RFC 894, RFC 791 §3.1, RFC 768).
///
/// @param broadcast whether the frame or the packet is for everybody
record Frame(Sender sender, boolean broadcast, Bytes payload) {
  static final MacAddress EVERYBODY = MacAddress.parse("ff:ff:ff:ff:ff:ff");
  static final int MAC_SIZE = 6;
  private static final int IP = PacketSocket.ETHERNET_HEADER;
  private static final int MIN_IP_HEADER = 20;
  private static final int UDP_HEADER = 8;
  private static final int UDP = 17;
  private static final int VERSION_4 = 4;
  private static final int PROTOCOL_AT = 9;
  private static final int SOURCE_AT = 12;
  private static final int DESTINATION_AT = 16;
  private static final int EVERYWHERE = -1;

  /// What a UDP datagram to one of two ports passes, of which the first fragment at least is there.
  static Instruction[] filter(int port, int other) {
    return new Instruction[] {
      new Instruction(0x30, 0, 0, IP + PROTOCOL_AT), // ldb
      new Instruction(0x15, 0, 7, UDP), // jeq
      new Instruction(0x28, 0, 0, IP + 6), // ldh, flags and fragment offset
      new Instruction(0x45, 5, 0, 0x1FFF), // jset
      new Instruction(0xB1, 0, 0, IP), // ldxb, length of the IP header
      new Instruction(0x48, 0, 0, IP + 2), // ldh, destination port
      new Instruction(0x15, 1, 0, port), // jeq
      new Instruction(0x15, 0, 1, other), // jeq
      new Instruction(0x06, 0, 0, 0xFFFF), // ret all
      new Instruction(0x06, 0, 0, 0) // ret nothing
    };
  }

  /// @return nothing for what is no UDP datagram; one that is cut off has what there is of it
  static Optional<Frame> read(ByteBuffer frame) {
    if (frame.remaining() < IP + MIN_IP_HEADER + UDP_HEADER
        || frame.get(IP) >> 4 != VERSION_4
        || frame.get(IP + PROTOCOL_AT) != UDP) {
      return Optional.empty();
    }
    int udp = IP + Math.max(MIN_IP_HEADER, (frame.get(IP) & 0xF) * Integer.BYTES);
    int start = udp + UDP_HEADER;
    if (frame.remaining() < start) {
      return Optional.empty();
    }
    int length = Short.toUnsignedInt(frame.getShort(udp + Integer.BYTES)) - UDP_HEADER;
    int end = Math.min(frame.limit(), start + Math.max(0, length));
    InetSocketAddress from =
        new InetSocketAddress(
            address(frame, IP + SOURCE_AT), Short.toUnsignedInt(frame.getShort(udp)));
    boolean broadcast =
        mac(frame, 0).equals(EVERYBODY) || frame.getInt(IP + DESTINATION_AT) == EVERYWHERE;
    Sender sender = new Sender(from, Optional.of(mac(frame, MAC_SIZE)));
    Bytes payload = Bytes.drain(frame.slice(start, end - start));
    return Optional.of(new Frame(sender, broadcast, payload));
  }

  static ByteBuffer write(
      MacAddress to,
      MacAddress from,
      InetSocketAddress source,
      InetSocketAddress destination,
      Bytes payload) {
    int size = IP + UdpPacket.HEADERS_SIZE + payload.length();
    ByteBuffer frame = header(size, to, from, PacketSocket.ETH_P_IP);
    UdpPacket.write(frame, source, destination, payload);
    return frame.flip();
  }

  static ByteBuffer header(int size, MacAddress to, MacAddress from, short protocol) {
    return ByteBuffer.allocate(size).put(to.bytes()).put(from.bytes()).putShort(protocol);
  }

  static MacAddress mac(ByteBuffer frame, int at) {
    byte[] bytes = new byte[MAC_SIZE];
    frame.get(at, bytes);
    return MacAddress.of(bytes);
  }

  private static Inet4Address address(ByteBuffer frame, int at) {
    byte[] four = new byte[Integer.BYTES];
    frame.get(at, four);
    try {
      return (Inet4Address) InetAddress.getByAddress(four);
    } catch (UnknownHostException e) {
      throw new AssertionError("four bytes are an address", e);
    }
  }

  static InetSocketAddress everybody(int port) {
    return new InetSocketAddress(Inet4Address.ofLiteral("255.255.255.255"), port);
  }

  static boolean isSet(Inet4Address address) {
    return !address.equals(DhcpMessage.NO_ADDRESS);
  }
}
