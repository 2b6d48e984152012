package dev.bootbus.tftp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.bootbus.runtime.libc.Libc;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;

/// `struct sockaddr_in` and `struct sockaddr_in6` for the sockets of one family. An IPv6 socket
/// knows IPv4 peers by their mapped addresses (RFC 4291 §2.5.5.2).
record SocketAddresses(int family) {
  /// Room for either.
  static final int MAX_SIZE = 28;

  private static final int IPV4_SIZE = 16;
  private static final ValueLayout.OfShort FAMILY = ValueLayout.JAVA_SHORT;
  private static final ValueLayout.OfShort PORT =
      ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt SCOPE = ValueLayout.JAVA_INT;
  private static final long PORT_AT = 2;
  private static final long IPV4_AT = 4;
  private static final long IPV6_AT = 8;
  private static final long SCOPE_AT = 24;
  private static final int IPV6_BYTES = 16;
  private static final int IPV4_BYTES = 4;
  private static final int MAPPED_MARK_AT = 10;

  static SocketAddresses of(InetAddress local) {
    return new SocketAddresses(local instanceof Inet4Address ? Libc.AF_INET : Libc.AF_INET6);
  }

  boolean isIpv4() {
    return family == Libc.AF_INET;
  }

  int size() {
    return isIpv4() ? IPV4_SIZE : MAX_SIZE;
  }

  MemorySegment encode(InetSocketAddress address, SegmentAllocator memory) {
    MemorySegment to = memory.allocate(size(), Long.BYTES);
    to.set(FAMILY, 0, (short) family);
    to.set(PORT, PORT_AT, (short) address.getPort());
    byte[] bytes = address.getAddress().getAddress();
    if (isIpv4()) {
      MemorySegment.copy(bytes, 0, to, JAVA_BYTE, IPV4_AT, IPV4_BYTES);
      return to;
    }
    if (bytes.length == IPV4_BYTES) {
      to.set(JAVA_BYTE, IPV6_AT + MAPPED_MARK_AT, (byte) 0xFF);
      to.set(JAVA_BYTE, IPV6_AT + MAPPED_MARK_AT + 1, (byte) 0xFF);
      long tail = IPV6_AT + IPV6_BYTES - IPV4_BYTES;
      MemorySegment.copy(bytes, 0, to, JAVA_BYTE, tail, IPV4_BYTES);
      return to;
    }
    MemorySegment.copy(bytes, 0, to, JAVA_BYTE, IPV6_AT, IPV6_BYTES);
    if (address.getAddress() instanceof Inet6Address ipv6) {
      to.set(SCOPE, SCOPE_AT, ipv6.getScopeId());
    }
    return to;
  }

  InetSocketAddress decode(MemorySegment from) {
    int port = from.get(PORT, PORT_AT) & 0xFFFF;
    byte[] bytes = new byte[isIpv4() ? IPV4_BYTES : IPV6_BYTES];
    MemorySegment.copy(from, JAVA_BYTE, isIpv4() ? IPV4_AT : IPV6_AT, bytes, 0, bytes.length);
    try {
      InetAddress address = InetAddress.getByAddress(bytes); // a mapped one becomes IPv4
      if (address instanceof Inet6Address ipv6 && ipv6.isLinkLocalAddress()) {
        address = Inet6Address.getByAddress(null, bytes, from.get(SCOPE, SCOPE_AT));
      }
      return new InetSocketAddress(address, port);
    } catch (UnknownHostException e) {
      throw new AssertionError("the length is right", e);
    }
  }
}
