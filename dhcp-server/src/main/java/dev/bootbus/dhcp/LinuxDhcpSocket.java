package dev.bootbus.dhcp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.bootbus.dhcp.ConflictCheck.Verdict;
import dev.bootbus.dhcp.Destination.LinkLayer;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.runtime.libc.ErrnoException;
import dev.bootbus.runtime.libc.Libc;
import dev.bootbus.schema.MacAddress;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A socket bound to one interface (SO_BINDTODEVICE), whose answers come from one address
/// (IP_PKTINFO). The JDK offers neither, so this one calls the C library itself.
final class LinuxDhcpSocket implements DhcpSocket {
  /// Taken with one call at most; each has a buffer of 4 KiB.
  private static final int BATCH = 32;

  /// Room for the first packets of ten thousand machines that are switched on at once: with
  /// half of it, 3,000 of them were lost. It takes memory only then.
  private static final int RECEIVE_BUFFER = 8 << 20;

  /// Larger than any reply.
  private static final int MAX_SENT = 2048;

  /// How often a thread that waits for datagrams looks whether the socket is closed.
  static final Duration LOOK_EVERY = Duration.ofMillis(250);

  private final int fd;
  private final NetworkInterface network;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment headers = UdpMessage.headers(arena, BATCH);
  private final UdpMessage[] received =
      UdpMessage.toReceive(arena, headers, BATCH, DhcpMessage.MAX_SIZE + 1);
  private final UdpMessage sent;
  private final @Nullable FrameSocket frames;

  /// There from the first probe on; changes only while sending.
  private @Nullable ConflictCheck check;

  /// Each is held while the descriptor is in use, so that it is not closed, and its number given to
  /// another file, under a call that still uses it.
  private final Lock receiving = new ReentrantLock();

  private final Lock sending = new ReentrantLock();
  private volatile boolean closed;
  private volatile long dropped;

  private LinuxDhcpSocket(
      int fd, NetworkInterface network, Inet4Address address, @Nullable FrameSocket frames) {
    this.fd = fd;
    this.network = network;
    this.frames = frames;
    sent = UdpMessage.toSend(arena, MAX_SENT, address, network.getIndex());
  }

  /// Two may share a port if their interfaces differ; of two on the same one, the second fails.
  static LinuxDhcpSocket open(NetworkInterface network, Inet4Address address, int port)
      throws IOException {
    int fd = Libc.socket(Libc.AF_INET, Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment on = arena.allocateFrom(JAVA_INT, 1);
      Libc.checked(Libc.setsockopt(fd, Libc.SOL_SOCKET, Libc.SO_BROADCAST, on));
      Libc.checked(Libc.setsockopt(fd, Libc.IPPROTO_IP, Libc.IP_PKTINFO, on));
      Libc.checked(Libc.setsockopt(fd, Libc.SOL_SOCKET, Libc.SO_RXQ_OVFL, on));
      Libc.checked(
          Libc.setsockopt(fd, Libc.SOL_SOCKET, Libc.SO_RCVTIMEO, timeval(arena, LOOK_EVERY)));
      enlarge(fd, arena.allocateFrom(JAVA_INT, RECEIVE_BUFFER));
      MemorySegment name = arena.allocateFrom(network.getName());
      Libc.checked(Libc.setsockopt(fd, Libc.SOL_SOCKET, Libc.SO_BINDTODEVICE, name));
      Libc.bind(fd, UdpMessage.sockaddr(arena, DhcpMessage.NO_ADDRESS, port));
      FrameSocket frames = FrameSocket.open(network, new InetSocketAddress(address, port));
      return new LinuxDhcpSocket(fd, network, address, frames);
    } catch (IOException e) {
      Libc.close(fd);
      throw e;
    }
  }

  static MemorySegment timeval(Arena arena, Duration time) {
    return arena.allocateFrom(JAVA_LONG, time.toSeconds(), time.toNanosPart() / 1000L);
  }

  /// Beyond net.core.rmem_max only with CAP_NET_ADMIN.
  private static void enlarge(int fd, MemorySegment size) throws IOException {
    if (Libc.setsockopt(fd, Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, size) < 0) {
      Libc.checked(Libc.setsockopt(fd, Libc.SOL_SOCKET, Libc.SO_RCVBUF, size));
    }
  }

  @Override
  public List<Datagram> receive() throws IOException {
    while (true) {
      receiving.lock();
      try {
        if (closed) {
          throw new ClosedChannelException();
        }
        int count = Libc.recvmmsg(fd, headers, BATCH, Libc.MSG_WAITFORONE);
        if (count >= 0) {
          return taken(count);
        }
        if (!ErrnoException.isTransient(-count)) {
          throw new ErrnoException(-count);
        }
      } finally {
        receiving.unlock();
      }
    }
  }

  private List<Datagram> taken(int count) {
    long now = System.nanoTime();
    List<Datagram> datagrams = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      UdpMessage message = received[i];
      dropped = Math.max(dropped, message.drops());
      datagrams.add(
          new Datagram(
              message.payload(), message.source(), message.isUnicast(), network.getName(), now));
      message.clear();
    }
    return datagrams;
  }

  @Override
  public long dropped() {
    return dropped;
  }

  @Override
  public boolean sendsFrames() {
    return frames != null;
  }

  @Override
  public CompletionStage<Verdict> probe(
      Inet4Address address, MacAddress client, Duration patience) {
    ConflictCheck opened;
    sending.lock();
    try {
      if (closed) {
        throw new ClosedChannelException();
      }
      if (check == null) {
        check = ConflictCheck.on(ArpSocket.open(network), network.getName());
      }
      opened = check;
    } catch (IOException e) {
      return CompletableFuture.completedFuture(
          new Verdict.Unknown(DropReason.SEND_FAILED, "no ARP: " + e.getMessage()));
    } finally {
      sending.unlock();
    }
    return opened.probe(address, client, patience);
  }

  @Override
  public void send(Bytes payload, Destination destination) throws IOException {
    sending.lock();
    try {
      if (closed) {
        throw new ClosedChannelException();
      }
      if (payload.length() > MAX_SENT) {
        throw new IOException("reply of " + payload.length() + " bytes");
      }
      if (frames != null && destination instanceof LinkLayer client) {
        frames.send(payload, client);
        return;
      }
      InetSocketAddress to = destination.socketAddress();
      MemorySegment header = sent.filled(payload, (Inet4Address) to.getAddress(), to.getPort());
      Libc.checked(Libc.sendmsg(fd, header));
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
      if (check != null) {
        check.close();
      }
      if (arena.scope().isAlive()) {
        arena.close();
        Libc.close(fd);
        if (frames != null) {
          frames.close();
        }
      }
    } finally {
      sending.unlock();
      receiving.unlock();
    }
  }
}
