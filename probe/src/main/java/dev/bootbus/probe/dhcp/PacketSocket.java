package dev.bootbus.probe.dhcp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.ByteOrder.BIG_ENDIAN;

import dev.bootbus.runtime.libc.ErrnoException;
import dev.bootbus.runtime.libc.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/// Whole Ethernet frames of one protocol on one interface (packet(7)), whoever they are for.
final class PacketSocket implements AutoCloseable {
  static final int ETHERNET_HEADER = 14;
  static final short ETH_P_IP = 0x0800;
  static final short ETH_P_ARP = 0x0806;

  /// A jumbo frame.
  private static final int MAX_FRAME = 9216;

  private static final int RECEIVE_BUFFER = 8 << 20;
  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  /// Of `struct sockaddr_ll`, `struct packet_mreq`, `struct sock_fprog` and `struct sock_filter`
  /// (linux/if_packet.h, linux/filter.h).
  private static final long SLL_PROTOCOL = 2;

  private static final long SLL_IFINDEX = 4;
  private static final long SOCKADDR_SIZE = 20;
  private static final long MR_TYPE = 4;
  private static final long MREQ_SIZE = 16;
  private static final long FPROG_FILTER = 8;
  private static final long FPROG_SIZE = 16;
  private static final long FILTER_JT = 2;
  private static final long FILTER_JF = 3;
  private static final long FILTER_K = 4;
  private static final long FILTER_SIZE = 8;

  private static final ValueLayout.OfShort PROTOCOL = JAVA_SHORT.withOrder(BIG_ENDIAN);

  /// An instruction of the kernel's packet filter.
  record Instruction(int code, int jt, int jf, int k) {}

  private final int fd;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment in = arena.allocate(MAX_FRAME);
  private final MemorySegment out = arena.allocate(MAX_FRAME);

  /// Each is held while the descriptor is in use, so that it is not closed, and its number given to
  /// another file, under a call that still uses it.
  private final Lock receiving = new ReentrantLock();

  private final Lock sending = new ReentrantLock();
  private volatile boolean closed;

  private PacketSocket(int fd) {
    this.fd = fd;
  }

  /// @param filter what of the protocol is to be received; empty for all of it
  static PacketSocket open(NetworkInterface network, short protocol, Instruction... filter)
      throws IOException {
    // of protocol 0 until it is bound, so that it hears nothing of other interfaces
    int fd = Libc.socket(Libc.AF_PACKET, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, 0);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment timeout =
          arena.allocateFrom(JAVA_LONG, LOOK_EVERY.toSeconds(), LOOK_EVERY.toNanosPart() / 1000L);
      Libc.checked(Libc.setsockopt(fd, Libc.SOL_SOCKET, Libc.SO_RCVTIMEO, timeout));
      MemorySegment size = arena.allocateFrom(JAVA_INT, RECEIVE_BUFFER);
      if (Libc.setsockopt(fd, Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, size) < 0) {
        Libc.checked(Libc.setsockopt(fd, Libc.SOL_SOCKET, Libc.SO_RCVBUF, size));
      }
      if (filter.length > 0) {
        MemorySegment program = program(arena, filter);
        Libc.checked(Libc.setsockopt(fd, Libc.SOL_SOCKET, Libc.SO_ATTACH_FILTER, program));
      }
      MemorySegment promiscuous = arena.allocate(MREQ_SIZE, Integer.BYTES);
      promiscuous.set(JAVA_INT, 0, network.getIndex());
      promiscuous.set(JAVA_SHORT, MR_TYPE, (short) Libc.PACKET_MR_PROMISC);
      Libc.checked(Libc.setsockopt(fd, Libc.SOL_PACKET, Libc.PACKET_ADD_MEMBERSHIP, promiscuous));
      MemorySegment sockaddr = arena.allocate(SOCKADDR_SIZE, Integer.BYTES);
      sockaddr.set(JAVA_SHORT, 0, (short) Libc.AF_PACKET);
      sockaddr.set(PROTOCOL, SLL_PROTOCOL, protocol);
      sockaddr.set(JAVA_INT, SLL_IFINDEX, network.getIndex());
      Libc.bind(fd, sockaddr);
      return new PacketSocket(fd);
    } catch (IOException e) {
      Libc.close(fd);
      throw e;
    }
  }

  private static MemorySegment program(Arena arena, Instruction... filter) {
    MemorySegment instructions = arena.allocate(FILTER_SIZE * filter.length, Integer.BYTES);
    for (int i = 0; i < filter.length; i++) {
      MemorySegment instruction = instructions.asSlice(i * FILTER_SIZE, FILTER_SIZE);
      instruction.set(JAVA_SHORT, 0, (short) filter[i].code());
      instruction.set(JAVA_BYTE, FILTER_JT, (byte) filter[i].jt());
      instruction.set(JAVA_BYTE, FILTER_JF, (byte) filter[i].jf());
      instruction.set(JAVA_INT, FILTER_K, filter[i].k());
    }
    MemorySegment program = arena.allocate(FPROG_SIZE, Long.BYTES);
    program.set(JAVA_SHORT, 0, (short) filter.length);
    program.set(ADDRESS, FPROG_FILTER, instructions);
    return program;
  }

  /// Waits for the next frame. For one thread only.
  ///
  /// @return big-endian, and overwritten by the next one
  /// @throws ClosedChannelException once the socket is closed
  ByteBuffer receive() throws IOException {
    while (true) {
      receiving.lock();
      try {
        if (closed) {
          throw new ClosedChannelException();
        }
        int length = (int) Libc.recv(fd, in, 0);
        if (length >= 0) {
          return in.asByteBuffer().limit(length);
        }
        if (!ErrnoException.isTransient(-length)) {
          throw new ErrnoException(-length);
        }
      } finally {
        receiving.unlock();
      }
    }
  }

  /// May be called from any thread.
  void send(ByteBuffer frame) throws IOException {
    sending.lock();
    try {
      if (closed) {
        throw new ClosedChannelException();
      }
      int length = frame.remaining();
      out.asByteBuffer().put(frame);
      Libc.checked(Libc.send(fd, out, length));
    } finally {
      sending.unlock();
    }
  }

  @Override
  public void close() {
    closed = true;
    receiving.lock();
    sending.lock();
    try {
      if (arena.scope().isAlive()) {
        arena.close();
        Libc.close(fd);
      }
    } finally {
      sending.unlock();
      receiving.unlock();
    }
  }
}
