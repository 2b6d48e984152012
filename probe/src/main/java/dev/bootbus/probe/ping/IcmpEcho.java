package dev.bootbus.probe.ping;

import dev.bootbus.runtime.libc.ErrnoException;
import dev.bootbus.runtime.libc.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/// ICMP echo (RFC 792, RFC 4443 §4.1) through a socket of the C library, as Java has none.
final class IcmpEcho implements Echo {
  private static final int IPPROTO_ICMP = 1;
  private static final int IPPROTO_ICMPV6 = 58;
  private static final int HEADER = 8;
  private static final int MARK = 8;
  private static final int MOST_STRAY = 1000;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  /// Which packets the kernel gives a program.
  enum Kind {
    /// The kernel sees to it that only own answers come (net.ipv4.ping_group_range).
    DATAGRAM("ICMP datagram socket", Libc.SOCK_DGRAM),
    /// All that come to this host, with their IPv4 header; for root.
    RAW("ICMP raw socket", Libc.SOCK_RAW);

    private final String words;
    private final int type;

    Kind(String words, int type) {
      this.words = words;
      this.type = type;
    }
  }

  private final Kind kind;
  private final boolean six;
  private final int fd;
  private final long mark = ThreadLocalRandom.current().nextLong();
  private final short identifier = (short) ThreadLocalRandom.current().nextInt();

  /// @throws IOException if the system does not allow it
  IcmpEcho(Kind kind, InetAddress host) throws IOException {
    this.kind = kind;
    this.six = host instanceof Inet6Address;
    this.fd =
        Libc.socket(
            six ? Libc.AF_INET6 : Libc.AF_INET,
            kind.type | Libc.SOCK_CLOEXEC,
            six ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
    linkCalls();
  }

  /// The first call of each function takes milliseconds, which would count as the network's.
  private static void linkCalls() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment nothing = arena.allocate(16);
      Libc.sendto(-1, nothing, 0, nothing);
      Libc.recv(-1, nothing, 0);
      Libc.setsockopt(-1, Libc.SOL_SOCKET, Libc.SO_RCVTIMEO, nothing);
    }
  }

  @Override
  public String method() {
    return kind.words;
  }

  @Override
  public Optional<Duration> ask(InetAddress host, int sequence, Duration timeout)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment request = arena.allocate(HEADER + MARK);
      write(request, sequence);
      long start = System.nanoTime();
      Libc.checked(Libc.sendto(fd, request, request.byteSize(), address(arena, host)));
      MemorySegment buffer = arena.allocate(2048);
      for (int i = 0; i < MOST_STRAY; i++) {
        Duration left = timeout.minusNanos(System.nanoTime() - start);
        if (left.isNegative() || left.isZero()) {
          return Optional.empty();
        }
        long n = receive(arena, buffer, left);
        if (n < 0) {
          return Optional.empty();
        }
        if (isAnswer(buffer.asSlice(0, n), sequence)) {
          return Optional.of(Duration.ofNanos(System.nanoTime() - start));
        }
      }
      return Optional.empty();
    }
  }

  private void write(MemorySegment request, int sequence) {
    ByteBuffer packet = request.asByteBuffer().order(ByteOrder.BIG_ENDIAN);
    packet.put((byte) (six ? 128 : 8)).put((byte) 0).putShort((short) 0);
    packet.putShort(identifier).putShort((short) sequence).putLong(mark);
    if (!six) {
      packet.putShort(2, checksum(packet.flip()));
    }
  }

  /// RFC 1071
  private static short checksum(ByteBuffer packet) {
    int sum = 0;
    for (int i = 0; i + 1 < packet.limit(); i += 2) {
      sum += packet.getShort(i) & 0xFFFF;
    }
    sum = (sum & 0xFFFF) + (sum >>> 16);
    sum = (sum & 0xFFFF) + (sum >>> 16);
    return (short) ~sum;
  }

  private long receive(Arena arena, MemorySegment buffer, Duration left) throws ErrnoException {
    MemorySegment timeval = arena.allocate(16, 8);
    timeval.set(LONG, 0, left.toSeconds());
    timeval.set(LONG, 8, Math.max(1, left.toNanosPart() / 1000));
    Libc.checked(Libc.setsockopt(fd, Libc.SOL_SOCKET, Libc.SO_RCVTIMEO, timeval));
    long n = Libc.recv(fd, buffer, 0);
    if (n == -Libc.EAGAIN || n == -Libc.EINTR) {
      return -1;
    }
    return Libc.checked(n);
  }

  /// The mark makes it ours: of a datagram socket the kernel chooses the identifier.
  private boolean isAnswer(MemorySegment datagram, int sequence) {
    ByteBuffer packet = datagram.asByteBuffer().order(ByteOrder.BIG_ENDIAN);
    int start = kind == Kind.RAW && !six && packet.hasRemaining() ? (packet.get(0) & 0xF) * 4 : 0;
    if (packet.limit() < start + HEADER + MARK) {
      return false;
    }
    return packet.get(start) == (byte) (six ? 129 : 0)
        && packet.getShort(start + 6) == (short) sequence
        && packet.getLong(start + HEADER) == mark;
  }

  private static MemorySegment address(Arena arena, InetAddress host) {
    byte[] bytes = host.getAddress();
    if (host instanceof Inet6Address v6) {
      MemorySegment address = arena.allocate(28, 4);
      address.set(SHORT, 0, (short) Libc.AF_INET6);
      MemorySegment.copy(bytes, 0, address, ValueLayout.JAVA_BYTE, 8, bytes.length);
      address.set(ValueLayout.JAVA_INT_UNALIGNED, 24, v6.getScopeId());
      return address;
    }
    MemorySegment address = arena.allocate(16, 4);
    address.set(SHORT, 0, (short) Libc.AF_INET);
    MemorySegment.copy(bytes, 0, address, ValueLayout.JAVA_BYTE, 4, bytes.length);
    return address;
  }

  @Override
  public void close() {
    Libc.close(fd);
  }
}
