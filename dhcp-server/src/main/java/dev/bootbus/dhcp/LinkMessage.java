package dev.bootbus.dhcp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.ByteOrder.BIG_ENDIAN;

import dev.bootbus.runtime.libc.Libc;
import dev.bootbus.schema.MacAddress;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;

/// What is sent on a packet socket of one Ethernet (packet(7)): the payload of a frame, and the
/// hardware address it goes to. The kernel writes the header, with a VLAN's tag where the interface
/// is one. It is used again and again, and by one thread at a time.
final class LinkMessage {
  static final short ETH_P_IP = 0x0800;
  static final short ETH_P_ARP = 0x0806;
  static final int ADDRESS_SIZE = 6;

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

  private final MemorySegment to;
  private final MemorySegment iovec;
  private final MemorySegment header;
  private final ByteBuffer payload;

  /// @param protocol of the frames, such as [#ETH_P_IP]
  LinkMessage(Arena arena, NetworkInterface network, short protocol, int capacity) {
    MemorySegment data = arena.allocate(capacity);
    payload = data.asByteBuffer();
    to = sockaddr(arena, network, protocol);
    to.set(JAVA_BYTE, SLL_HALEN, (byte) ADDRESS_SIZE);
    iovec = arena.allocate(IOVEC_SIZE, Long.BYTES);
    iovec.set(ADDRESS, IOV_BASE, data);
    header = arena.allocate(MSGHDR_SIZE, Long.BYTES);
    header.set(ADDRESS, MSG_NAME, to);
    header.set(JAVA_INT, MSG_NAMELEN, (int) SOCKADDR_SIZE);
    header.set(ADDRESS, MSG_IOV, iovec);
    header.set(JAVA_LONG, MSG_IOVLEN, 1);
  }

  /// All frames of a protocol on an interface, which a packet socket may be bound to.
  static MemorySegment sockaddr(Arena arena, NetworkInterface network, short protocol) {
    MemorySegment sockaddr = arena.allocate(SOCKADDR_SIZE, Integer.BYTES);
    sockaddr.set(JAVA_SHORT, SLL_FAMILY, (short) Libc.AF_PACKET);
    sockaddr.set(PROTOCOL, SLL_PROTOCOL, protocol);
    sockaddr.set(JAVA_INT, SLL_IFINDEX, network.getIndex());
    return sockaddr;
  }

  /// Empty, and big-endian: what is put into it is sent next.
  ByteBuffer payload() {
    return payload.clear();
  }

  /// @param receiver of six bytes
  void send(int fd, MacAddress receiver) throws IOException {
    iovec.set(JAVA_LONG, IOV_LEN, payload.position());
    MemorySegment.copy(receiver.bytes(), 0, to, JAVA_BYTE, SLL_ADDR, ADDRESS_SIZE);
    Libc.checked(Libc.sendmsg(fd, header));
  }
}
