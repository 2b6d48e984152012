package dev.bootbus.tftp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.bootbus.runtime.libc.Libc;
import dev.bootbus.tftp.wire.TftpPacket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Puts a [Burst] on the wire in one call: as one large datagram that is cut into blocks further
/// down (UDP_SEGMENT), or where that is refused as many (sendmmsg). Each block is two pieces of
/// memory, its header and its payload, so that the payloads may lie side by side as they were read.
final class Sending {
  private static final ValueLayout.OfInt HEADER =
      ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);
  private static final int PIECES = 2;
  private static final long CONTROL_SIZE = 24;
  private static final long CMSG_LEN = 18;
  private static final long CMSG_LEVEL_AT = 8;
  private static final long CMSG_TYPE_AT = 12;
  private static final long CMSG_DATA_AT = 16;

  /// Whom a burst goes to.
  static final class Target {
    private final int fd;
    private final MemorySegment address;
    private boolean segments;
    private String trouble = "";

    /// @param address NULL where the socket is connected
    /// @param segments whether UDP_SEGMENT may be tried
    Target(int fd, MemorySegment address, boolean segments) {
      this.fd = fd;
      this.address = address;
      this.segments = segments;
    }

    /// Why a packet could not be sent lately, or the empty string.
    String trouble() {
      return trouble;
    }

    void trouble(String latest) {
      if (!latest.isEmpty()) {
        trouble = latest;
      }
    }
  }

  private final Burst burst;
  private final MemorySegment payload;
  private final MemorySegment headers;
  private final MemorySegment iovecs;
  private final MemorySegment messages;
  private final MemorySegment large;
  private final MemorySegment control;

  Sending(Burst burst, Arena memory) {
    this.burst = burst;
    payload = MemorySegment.ofBuffer(burst.payload().duplicate().clear());
    headers = memory.allocate((long) Burst.MAX_BLOCKS * Burst.HEADER, Long.BYTES);
    iovecs = memory.allocate(PIECES * Burst.MAX_BLOCKS * Datagrams.IOVEC_SIZE, Long.BYTES);
    messages = memory.allocate((long) Burst.MAX_BLOCKS * Datagrams.MMSGHDR_SIZE, Long.BYTES);
    large = memory.allocate(Datagrams.MMSGHDR_SIZE, Long.BYTES);
    control = memory.allocate(CONTROL_SIZE, Long.BYTES);
    control.set(JAVA_LONG, 0, CMSG_LEN);
    control.set(JAVA_INT, CMSG_LEVEL_AT, Libc.SOL_UDP);
    control.set(JAVA_INT, CMSG_TYPE_AT, Libc.UDP_SEGMENT);
    large.set(ADDRESS, Datagrams.MSG_IOV, iovecs);
    large.set(ADDRESS, Datagrams.MSG_CONTROL, control);
    for (int i = 0; i < Burst.MAX_BLOCKS; i++) {
      long iovec = PIECES * i * Datagrams.IOVEC_SIZE;
      iovecs.set(ADDRESS, iovec, headers.asSlice((long) i * Burst.HEADER, Burst.HEADER));
      iovecs.set(JAVA_LONG, iovec + Datagrams.IOV_LEN, Burst.HEADER);
      MemorySegment message = message(i);
      message.set(ADDRESS, Datagrams.MSG_IOV, iovecs.asSlice(iovec));
      message.set(JAVA_LONG, Datagrams.MSG_IOVLEN, PIECES);
    }
  }

  private MemorySegment message(int index) {
    return messages.asSlice((long) index * Datagrams.MMSGHDR_SIZE, Datagrams.MMSGHDR_SIZE);
  }

  /// How many blocks need not be sent again, as they are under way or lost.
  int send(Target target) {
    int count = burst.count();
    for (int i = 0; i < count; i++) {
      headers.set(HEADER, (long) i * Burst.HEADER, TftpPacket.dataHeader(burst.number(i)));
      long iovec = (PIECES * i + 1) * Datagrams.IOVEC_SIZE;
      iovecs.set(ADDRESS, iovec, payload.asSlice(burst.offset(i)));
      iovecs.set(JAVA_LONG, iovec + Datagrams.IOV_LEN, burst.length(i));
    }
    return target.segments || count == 1 ? asOne(target, count) : asMany(target, count);
  }

  private int asOne(Target target, int count) {
    control.set(JAVA_SHORT, CMSG_DATA_AT, (short) (Burst.HEADER + burst.blksize()));
    large.set(JAVA_LONG, Datagrams.MSG_CONTROLLEN, count > 1 ? CONTROL_SIZE : 0);
    large.set(JAVA_LONG, Datagrams.MSG_IOVLEN, (long) PIECES * count);
    address(large, target);
    for (int attempt = 0; ; attempt++) {
      int result = (int) Libc.sendmsg(target.fd, large);
      switch (-result) {
        case Libc.EAGAIN -> {
          return 0;
        }
        // a tunnel that computes no checksums, IPsec, or blocks that need fragments
        case Libc.EIO, Libc.EINVAL, Libc.EMSGSIZE, Libc.EOPNOTSUPP -> {
          target.segments = false;
          return asMany(target, count);
        }
        default -> {
          if (result >= 0) {
            return count;
          }
          target.trouble(Libc.strerror(-result));
          if (attempt > 0) {
            return count;
          }
        }
      }
    }
  }

  private int asMany(Target target, int count) {
    for (int i = 0; i < count; i++) {
      address(message(i), target);
    }
    int sent = 0;
    int failures = 0;
    while (sent < count) {
      MemorySegment rest = messages.asSlice((long) sent * Datagrams.MMSGHDR_SIZE);
      int result = Libc.sendmmsg(target.fd, rest, count - sent);
      if (result == -Libc.EAGAIN) {
        return sent;
      }
      if (result < 0) {
        target.trouble(Libc.strerror(-result));
        if (++failures > 1) {
          return count;
        }
      }
      sent += Math.max(0, result);
    }
    return count;
  }

  private static void address(MemorySegment message, Target target) {
    message.set(ADDRESS, Datagrams.MSG_NAME, target.address);
    message.set(JAVA_INT, Datagrams.MSG_NAMELEN, (int) target.address.byteSize());
  }
}
