package dev.bootbus.dhcp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.ByteOrder.BIG_ENDIAN;

import dev.bootbus.dhcp.Destination.LinkLayer;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.UdpPacket;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Sends IP packets to a hardware address, without ARP (packet(7)): the only way to reach a client
/// that does not have its address yet and does not want a broadcast (RFC 2131 §4.1). The kernel
/// writes the Ethernet header, with a VLAN's tag where the interface is one. Not thread-safe.
final class FrameSocket {
  /// ```
  /// struct sockaddr_ll {            // at
  ///   unsigned short sll_family;    //  0
  ///   __be16         sll_protocol;  //  2
  ///   int            sll_ifindex;   //  4
  ///   unsigned short sll_hatype;    //  8
  ///   unsigned char  sll_pkttype;   // 10
  ///   unsigned char  sll_halen;     // 11
  ///   unsigned char  sll_addr[8];}; // 12
  /// ```
  /// The kernel's linux/if_packet.h has it for every architecture; as for the `msghdr`, see
  /// [UdpMessage].
  private static final long SLL_FAMILY = 0;

  private static final long SLL_PROTOCOL = 2;
  private static final long SLL_IFINDEX = 4;
  private static final long SLL_HALEN = 11;
  private static final long SLL_ADDR = 12;
  private static final long SOCKADDR_SIZE = 20;

  private static final long MSG_NAME = 0;
  private static final long MSG_NAMELEN = 8;
  private static final long MSG_IOV = 16;
  private static final long MSG_IOVLEN = 24;
  private static final long MSGHDR_SIZE = 56;
  private static final long IOV_BASE = 0;
  private static final long IOV_LEN = 8;
  private static final long IOVEC_SIZE = 16;

  private static final ValueLayout.OfShort PROTOCOL = JAVA_SHORT.withOrder(BIG_ENDIAN);
  private static final short ETH_P_IP = 0x0800;
  private static final int ETHERNET_ADDRESS_SIZE = 6;
  private static final int MAX_PACKET = 2048 + UdpPacket.HEADERS_SIZE;

  private final int fd;
  private final InetSocketAddress from;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment to = arena.allocate(SOCKADDR_SIZE, Integer.BYTES);
  private final MemorySegment iovec = arena.allocate(IOVEC_SIZE, Long.BYTES);
  private final MemorySegment header = arena.allocate(MSGHDR_SIZE, Long.BYTES);
  private final ByteBuffer packet;

  private FrameSocket(int fd, int interfaceIndex, InetSocketAddress from) {
    this.fd = fd;
    this.from = from;
    MemorySegment data = arena.allocate(MAX_PACKET);
    packet = data.asByteBuffer();
    to.set(JAVA_SHORT, SLL_FAMILY, (short) Libc.AF_PACKET);
    to.set(PROTOCOL, SLL_PROTOCOL, ETH_P_IP);
    to.set(JAVA_INT, SLL_IFINDEX, interfaceIndex);
    to.set(JAVA_BYTE, SLL_HALEN, (byte) ETHERNET_ADDRESS_SIZE);
    iovec.set(ADDRESS, IOV_BASE, data);
    header.set(ADDRESS, MSG_NAME, to);
    header.set(JAVA_INT, MSG_NAMELEN, (int) SOCKADDR_SIZE);
    header.set(ADDRESS, MSG_IOV, iovec);
    header.set(JAVA_LONG, MSG_IOVLEN, 1);
  }

  /// @param from own end of what is sent
  /// @return null where the interface is no Ethernet, or the process lacks CAP_NET_RAW
  static @Nullable FrameSocket open(NetworkInterface network, InetSocketAddress from)
      throws IOException {
    byte[] own = network.getHardwareAddress();
    if (own == null || own.length != ETHERNET_ADDRESS_SIZE) {
      return null;
    }
    try {
      // of protocol 0, so that it receives nothing
      int fd = Libc.socket(Libc.AF_PACKET, Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0);
      return new FrameSocket(fd, network.getIndex(), from);
    } catch (Libc.ErrnoException e) {
      if (e.isForbidden()) {
        return null;
      }
      throw e;
    }
  }

  void send(Bytes payload, LinkLayer client) throws IOException {
    packet.clear();
    InetSocketAddress peer = new InetSocketAddress(client.address(), client.port());
    UdpPacket.write(packet, from, peer, payload);
    iovec.set(JAVA_LONG, IOV_LEN, packet.position());
    byte[] mac = client.mac().bytes();
    MemorySegment.copy(mac, 0, to, JAVA_BYTE, SLL_ADDR, mac.length);
    Libc.sendmsg(fd, header, Libc.MSG_DONTWAIT);
  }

  void close() throws IOException {
    arena.close();
    Libc.close(fd);
  }
}
