package dev.bootbus.dhcp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.ByteOrder.BIG_ENDIAN;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.runtime.libc.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/// A `struct msghdr` of 64-bit Linux and all that it points to: one datagram, its peer, and what
/// the kernel says beside it: by IP_PKTINFO (ip(7)) our own end of it, and by SO_RXQ_OVFL
/// (socket(7)) how many others it had to drop. It is used again and again.
///
/// Seen on x86-64. ARM64, RISC-V and LoongArch have the same: all are little-endian with 64-bit
/// pointers and `size_t`, and take these structures from the same headers (glibc's
/// `bits/types/struct_msghdr.h`, the kernel's `asm-generic/socket.h`, `linux/in.h`).
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
  ///   int            cmsg_type; };  // 12, and then the data
  /// struct in_pktinfo {
  ///   int            ipi_ifindex;   //  0
  ///   struct in_addr ipi_spec_dst;  //  4, our address
  ///   struct in_addr ipi_addr; };   //  8, the destination in the IP header
  /// ```
  private static final long CMSG_LEN = 0;

  private static final long CMSG_LEVEL = 8;
  private static final long CMSG_TYPE = 12;
  private static final long CMSG_DATA = 16;
  private static final long IPI_IFINDEX = CMSG_DATA;
  private static final long IPI_SPEC_DST = CMSG_DATA + 4;
  private static final long IPI_ADDR = CMSG_DATA + 8;
  private static final long PKTINFO_LENGTH = CMSG_DATA + 12;
  private static final long PKTINFO_SPACE = 32;
  private static final long DROPS_SPACE = 24;
  private static final long CONTROL_SPACE = PKTINFO_SPACE + DROPS_SPACE;

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
  /// struct mmsghdr { struct msghdr msg_hdr; unsigned int msg_len; };
  /// ```
  private static final long MSG_NAME = 0;

  private static final long MSG_NAMELEN = 8;
  private static final long MSG_IOV = 16;
  private static final long MSG_IOVLEN = 24;
  private static final long MSG_CONTROL = 32;
  private static final long MSG_CONTROLLEN = 40;
  private static final long MSG_LEN = 56;
  private static final long MMSGHDR_SIZE = 64;
  private static final long IOV_BASE = 0;
  private static final long IOV_LEN = 8;
  private static final long IOVEC_SIZE = 16;

  private static final ValueLayout.OfShort PORT = JAVA_SHORT.withOrder(BIG_ENDIAN);
  private static final ValueLayout.OfInt IPV4 = JAVA_INT.withOrder(BIG_ENDIAN);

  private final MemorySegment header;
  private final MemorySegment peer;
  private final MemorySegment control;
  private final MemorySegment iovec;
  private final ByteBuffer data;

  private UdpMessage(Arena arena, MemorySegment header, int capacity, long controlSpace) {
    this.header = header;
    peer = arena.allocate(SOCKADDR_SIZE, Integer.BYTES);
    control = arena.allocate(controlSpace, Long.BYTES);
    MemorySegment payload = arena.allocate(capacity);
    data = payload.asByteBuffer();
    iovec = arena.allocate(IOVEC_SIZE, Long.BYTES);
    iovec.set(ADDRESS, IOV_BASE, payload);
    iovec.set(JAVA_LONG, IOV_LEN, capacity);
    header.set(ADDRESS, MSG_NAME, peer);
    header.set(ADDRESS, MSG_IOV, iovec);
    header.set(JAVA_LONG, MSG_IOVLEN, 1);
    header.set(ADDRESS, MSG_CONTROL, control);
    clear();
  }

  /// Several to receive into, whose headers are an array of `struct mmsghdr`.
  static UdpMessage[] toReceive(Arena arena, MemorySegment headers, int count, int capacity) {
    UdpMessage[] messages = new UdpMessage[count];
    for (int i = 0; i < count; i++) {
      MemorySegment header = headers.asSlice(i * MMSGHDR_SIZE, MMSGHDR_SIZE);
      messages[i] = new UdpMessage(arena, header, capacity, CONTROL_SPACE);
    }
    return messages;
  }

  static MemorySegment headers(Arena arena, int count) {
    return arena.allocate(count * MMSGHDR_SIZE, Long.BYTES);
  }

  /// One to send from; what is sent leaves by this interface, and comes from this address.
  static UdpMessage toSend(Arena arena, int capacity, Inet4Address from, int interfaceIndex) {
    UdpMessage message = new UdpMessage(arena, headers(arena, 1), capacity, PKTINFO_SPACE);
    message.control.set(JAVA_LONG, CMSG_LEN, PKTINFO_LENGTH);
    message.control.set(JAVA_INT, CMSG_LEVEL, Libc.IPPROTO_IP);
    message.control.set(JAVA_INT, CMSG_TYPE, Libc.IP_PKTINFO);
    message.control.set(JAVA_INT, IPI_IFINDEX, interfaceIndex);
    message.control.set(IPV4, IPI_SPEC_DST, ByteBuffer.wrap(from.getAddress()).getInt());
    return message;
  }

  static MemorySegment sockaddr(Arena arena, Inet4Address address, int port) {
    MemorySegment sockaddr = arena.allocate(SOCKADDR_SIZE, Integer.BYTES);
    write(sockaddr, address, port);
    return sockaddr;
  }

  private static void write(MemorySegment sockaddr, Inet4Address address, int port) {
    sockaddr.set(JAVA_SHORT, SIN_FAMILY, (short) Libc.AF_INET);
    sockaddr.set(PORT, SIN_PORT, (short) port);
    sockaddr.set(IPV4, SIN_ADDR, ByteBuffer.wrap(address.getAddress()).getInt());
  }

  int capacity() {
    return data.capacity();
  }

  /// @param payload no longer than [#capacity]
  /// @return the `msghdr`
  MemorySegment filled(Bytes payload, Inet4Address to, int port) {
    write(peer, to, port);
    data.clear().put(payload.buffer());
    iovec.set(JAVA_LONG, IOV_LEN, payload.length());
    return header;
  }

  /// Sets anew what the kernel overwrites: the lengths of what it received.
  void clear() {
    header.set(JAVA_INT, MSG_NAMELEN, SOCKADDR_SIZE);
    header.set(JAVA_LONG, MSG_CONTROLLEN, control.byteSize());
  }

  /// What was received.
  Bytes payload() {
    return Bytes.drain(data.clear().limit(header.get(JAVA_INT, MSG_LEN)));
  }

  InetSocketAddress source() {
    int port = Short.toUnsignedInt(peer.get(PORT, SIN_PORT));
    return new InetSocketAddress(address(peer.get(IPV4, SIN_ADDR)), port);
  }

  /// Whether the datagram was received at the address that it was sent to, and not by broadcast.
  boolean isUnicast() {
    long at = find(Libc.IPPROTO_IP, Libc.IP_PKTINFO);
    return at >= 0 && control.get(IPV4, at + IPI_SPEC_DST) == control.get(IPV4, at + IPI_ADDR);
  }

  /// How many datagrams the kernel had dropped, for want of room, when it took this one: 0 to
  /// 2^32-1, counted from the opening of the socket.
  long drops() {
    long at = find(Libc.SOL_SOCKET, Libc.SO_RXQ_OVFL);
    return at < 0 ? 0 : Integer.toUnsignedLong(control.get(JAVA_INT, at + CMSG_DATA));
  }

  /// @return where the control message begins, or -1
  private long find(int level, int type) {
    long end = header.get(JAVA_LONG, MSG_CONTROLLEN);
    long at = 0;
    while (at + CMSG_DATA <= end) {
      if (control.get(JAVA_INT, at + CMSG_LEVEL) == level
          && control.get(JAVA_INT, at + CMSG_TYPE) == type) {
        return at;
      }
      long length = Math.max(CMSG_DATA, control.get(JAVA_LONG, at + CMSG_LEN));
      at += (length + Long.BYTES - 1) & -Long.BYTES;
    }
    return -1;
  }

  private static InetAddress address(int ipv4) {
    byte[] four = {(byte) (ipv4 >> 24), (byte) (ipv4 >> 16), (byte) (ipv4 >> 8), (byte) ipv4};
    try {
      return InetAddress.getByAddress(four);
    } catch (UnknownHostException e) {
      throw new AssertionError("four bytes are an address", e);
    }
  }
}
