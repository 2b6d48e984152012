package dev.bootbus.tftp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.bootbus.runtime.libc.Libc;
import dev.bootbus.tftp.Network.Door;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Single packets through the C library, into memory that is there once for all sockets.
final class Datagrams {
  /// One more than a request may have, so that a longer one is noticed; ACKs have 4 bytes.
  private static final int SIZE = 1 + dev.bootbus.tftp.wire.TftpPacket.MAX_REQUEST;

  private static final int STRIDE = 520;
  private static final int BATCH = 64;

  /// `struct mmsghdr`, and where in it lies what.
  static final int MMSGHDR_SIZE = 64;

  static final long MSG_NAME = 0;
  static final long MSG_NAMELEN = 8;
  static final long MSG_IOV = 16;
  static final long MSG_IOVLEN = 24;
  static final long MSG_CONTROL = 32;
  static final long MSG_CONTROLLEN = 40;
  static final long MSG_LEN = 56;
  static final long IOVEC_SIZE = 16;
  static final long IOV_LEN = 8;

  private final SocketAddresses addresses;
  private final MemorySegment headers;
  private final MemorySegment names;
  private final MemorySegment buffers;
  private final ByteBuffer received;
  private final MemorySegment outgoing;
  private final ByteBuffer outgoingBytes;

  Datagrams(SocketAddresses addresses, Arena memory) {
    this.addresses = addresses;
    headers = memory.allocate((long) BATCH * MMSGHDR_SIZE, Long.BYTES);
    names = memory.allocate((long) BATCH * SocketAddresses.MAX_SIZE, Long.BYTES);
    buffers = memory.allocate((long) BATCH * STRIDE, Long.BYTES);
    received = buffers.asByteBuffer();
    MemorySegment iovecs = memory.allocate(BATCH * IOVEC_SIZE, Long.BYTES);
    for (int i = 0; i < BATCH; i++) {
      MemorySegment iovec = iovecs.asSlice(i * IOVEC_SIZE, IOVEC_SIZE);
      iovec.set(ADDRESS, 0, buffers.asSlice((long) i * STRIDE, SIZE));
      iovec.set(JAVA_LONG, IOV_LEN, SIZE);
      MemorySegment header = headers.asSlice((long) i * MMSGHDR_SIZE, MMSGHDR_SIZE);
      header.set(ADDRESS, MSG_NAME, name(i));
      header.set(ADDRESS, MSG_IOV, iovec);
      header.set(JAVA_LONG, MSG_IOVLEN, 1);
    }
    outgoing = memory.allocate(1 << 16);
    outgoingBytes = outgoing.asByteBuffer();
  }

  private MemorySegment name(int index) {
    return names.asSlice((long) index * SocketAddresses.MAX_SIZE, SocketAddresses.MAX_SIZE);
  }

  /// Takes what is there, up to 64 packets. epoll tells of the rest again.
  void receive(int fd, Door door) {
    for (int i = 0; i < BATCH; i++) {
      headers.set(JAVA_INT, (long) i * MMSGHDR_SIZE + MSG_NAMELEN, SocketAddresses.MAX_SIZE);
    }
    int count = Libc.recvmmsg(fd, headers, BATCH, Libc.MSG_DONTWAIT);
    for (int i = 0; i < count; i++) {
      int length = headers.get(JAVA_INT, (long) i * MMSGHDR_SIZE + MSG_LEN);
      door.heard(bytes(i, length), addresses.decode(name(i)));
    }
  }

  /// One packet to a connected socket; nothing if there is none, or an error was waiting.
  @Nullable ByteBuffer receive(int fd) {
    long length = Libc.recv(fd, buffers.asSlice(0, SIZE), Libc.MSG_DONTWAIT);
    return length < 0 ? null : bytes(0, (int) length);
  }

  private ByteBuffer bytes(int index, int length) {
    return received.slice(index * STRIDE, length);
  }

  /// To the peer of a connected socket.
  ///
  /// @return why it could not be sent, or the empty string
  String send(int fd, ByteBuffer packet) {
    int length = copied(packet);
    long sent = Libc.send(fd, outgoing, length);
    if (sent < 0) {
      // an ICMP error that came for an earlier packet is told instead of sending this one
      sent = Libc.send(fd, outgoing, length);
    }
    return sent < 0 ? Libc.strerror((int) -sent) : "";
  }

  /// @return why it could not be sent, or the empty string
  String send(int fd, ByteBuffer packet, InetSocketAddress to) {
    int length = copied(packet);
    try (Arena once = Arena.ofConfined()) {
      long sent = Libc.sendto(fd, outgoing, length, addresses.encode(to, once));
      return sent < 0 ? Libc.strerror((int) -sent) : "";
    }
  }

  private int copied(ByteBuffer packet) {
    int length = packet.remaining();
    outgoingBytes.clear().put(packet);
    return length;
  }
}
