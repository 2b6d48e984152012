package dev.bootbus.dhcp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.ByteOrder.BIG_ENDIAN;

import dev.bootbus.dhcp.wire.Bytes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/// A `struct msghdr` of 64-bit Linux and all that it points to: one datagram, its peer, and by
/// IP_PKTINFO (ip(7)) our own end of it.
final class UdpMessage {
  /// ```
  /// struct sockaddr_in {            // at
  ///   sa_family_t    sin_family;    //  0
  ///   in_port_t      sin_port;      //  2, big-endian
  ///   struct in_addr sin_addr;      //  4
  ///   char           sin_zero[8]; };
  /// ```
  private static final long SIN_FAMILY = 0;

  private static final long SIN_PORT = 2;
  private static final long SIN_ADDR = 4;
  private static final int SOCKADDR_SIZE = 16;

  /// ```
  /// struct cmsghdr {                // at
  ///   size_t         cmsg_len;      //  0
  ///   int            cmsg_level;    //  8
  ///   int            cmsg_type; };  // 12
  /// struct in_pktinfo {
  ///   int            ipi_ifindex;   // 16
  ///   struct in_addr ipi_spec_dst;  // 20, our address
  ///   struct in_addr ipi_addr; };   // 24, the destination in the IP header
  /// ```
  private static final long CMSG_LEN = 0;

  private static final long CMSG_LEVEL = 8;
  private static final long CMSG_TYPE = 12;
  private static final long IPI_IFINDEX = 16;
  private static final long IPI_SPEC_DST = 20;
  private static final long IPI_ADDR = 24;
  private static final long PKTINFO_LENGTH = 28;
  private static final long PKTINFO_SPACE = 32;

  /// ```
  /// struct msghdr {                 // at
  ///   void          *msg_name;      //  0
  ///   socklen_t      msg_namelen;   //  8
  ///   struct iovec  *msg_iov;       // 16
  ///   size_t         msg_iovlen;    // 24
  ///   void          *msg_control;   // 32
  ///   size_t         msg_controllen;// 40
  ///   int            msg_flags; };  // 48
  /// struct iovec { void *iov_base; size_t iov_len; };
  /// ```
  private static final long MSG_NAME = 0;

  private static final long MSG_NAMELEN = 8;
  private static final long MSG_IOV = 16;
  private static final long MSG_IOVLEN = 24;
  private static final long MSG_CONTROL = 32;
  private static final long MSG_CONTROLLEN = 40;
  private static final long MSGHDR_SIZE = 56;
  private static final long IOV_BASE = 0;
  private static final long IOV_LEN = 8;
  private static final long IOVEC_SIZE = 16;

  private static final ValueLayout.OfShort PORT = JAVA_SHORT.withOrder(BIG_ENDIAN);
  private static final ValueLayout.OfInt IPV4 = JAVA_INT.withOrder(BIG_ENDIAN);

  private final MemorySegment header;
  private final MemorySegment peer;
  private final MemorySegment pktinfo;
  private final MemorySegment data;

  private UdpMessage(Arena arena, int size) {
    peer = arena.allocate(SOCKADDR_SIZE, Integer.BYTES);
    pktinfo = arena.allocate(PKTINFO_SPACE, Long.BYTES);
    data = arena.allocate(size);
    MemorySegment iovec = arena.allocate(IOVEC_SIZE, Long.BYTES);
    iovec.set(ADDRESS, IOV_BASE, data);
    iovec.set(JAVA_LONG, IOV_LEN, size);
    header = arena.allocate(MSGHDR_SIZE, Long.BYTES);
    header.set(ADDRESS, MSG_NAME, peer);
    header.set(ADDRESS, MSG_IOV, iovec);
    header.set(JAVA_LONG, MSG_IOVLEN, 1);
    header.set(ADDRESS, MSG_CONTROL, pktinfo);
    header.set(JAVA_INT, MSG_NAMELEN, SOCKADDR_SIZE);
    header.set(JAVA_LONG, MSG_CONTROLLEN, PKTINFO_SPACE);
  }

  /// Empty, to receive into again and again.
  static UdpMessage empty(Arena arena, int capacity) {
    return new UdpMessage(arena, capacity);
  }

  /// To send; it leaves by this interface, and comes from this address.
  static UdpMessage of(
      Arena arena, Bytes payload, InetSocketAddress to, Inet4Address from, int interfaceIndex) {
    UdpMessage message = new UdpMessage(arena, payload.length());
    MemorySegment.copy(payload.toArray(), 0, message.data, JAVA_BYTE, 0, payload.length());
    message.peer.copyFrom(sockaddr(arena, (Inet4Address) to.getAddress(), to.getPort()));
    message.pktinfo.set(JAVA_LONG, CMSG_LEN, PKTINFO_LENGTH);
    message.pktinfo.set(JAVA_INT, CMSG_LEVEL, Libc.IPPROTO_IP);
    message.pktinfo.set(JAVA_INT, CMSG_TYPE, Libc.IP_PKTINFO);
    message.pktinfo.set(JAVA_INT, IPI_IFINDEX, interfaceIndex);
    message.pktinfo.set(IPV4, IPI_SPEC_DST, ByteBuffer.wrap(from.getAddress()).getInt());
    return message;
  }

  static MemorySegment sockaddr(Arena arena, Inet4Address address, int port) {
    MemorySegment sockaddr = arena.allocate(SOCKADDR_SIZE, Integer.BYTES);
    sockaddr.set(JAVA_SHORT, SIN_FAMILY, (short) Libc.AF_INET);
    sockaddr.set(PORT, SIN_PORT, (short) port);
    sockaddr.set(IPV4, SIN_ADDR, ByteBuffer.wrap(address.getAddress()).getInt());
    return sockaddr;
  }

  /// The `msghdr`. The kernel overwrites its lengths with what it received, so they are set anew.
  MemorySegment header() {
    header.set(JAVA_INT, MSG_NAMELEN, SOCKADDR_SIZE);
    header.set(JAVA_LONG, MSG_CONTROLLEN, PKTINFO_SPACE);
    return header;
  }

  Bytes payload(int length) {
    return Bytes.of(data.asSlice(0, length).toArray(JAVA_BYTE));
  }

  InetSocketAddress source() {
    int port = Short.toUnsignedInt(peer.get(PORT, SIN_PORT));
    return new InetSocketAddress(address(peer.get(IPV4, SIN_ADDR)), port);
  }

  /// Whether the datagram was received at the address that it was sent to, and not by broadcast.
  boolean isUnicast() {
    return header.get(JAVA_LONG, MSG_CONTROLLEN) >= PKTINFO_LENGTH
        && pktinfo.get(JAVA_INT, CMSG_TYPE) == Libc.IP_PKTINFO
        && pktinfo.get(IPV4, IPI_SPEC_DST) == pktinfo.get(IPV4, IPI_ADDR);
  }

  private static InetAddress address(int ipv4) {
    try {
      return InetAddress.getByAddress(ByteBuffer.allocate(Integer.BYTES).putInt(ipv4).array());
    } catch (UnknownHostException e) {
      throw new AssertionError("four bytes are an address", e);
    }
  }
}
