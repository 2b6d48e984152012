package dev.bootbus.dhcp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// A socket bound to one interface (SO_BINDTODEVICE), whose answers come from one address
/// (IP_PKTINFO). The JDK offers neither, so this one calls the C library itself.
final class LinuxDhcpSocket implements DhcpSocket {
  private static final int POLL_MILLIS = 250;
  private static final long POLLFD_SIZE = 8;
  private static final long POLLFD_EVENTS = 4;

  private final int fd;
  private final NetworkInterface network;
  private final Inet4Address address;
  private final Arena arena = Arena.ofShared();
  private final UdpMessage received = UdpMessage.empty(arena, DhcpMessage.MAX_SIZE + 1);
  private final MemorySegment pollfd;

  /// Held for reading while the descriptor is in use, so that it is not closed, and its number
  /// given to another file, under a call that still uses it.
  private final ReadWriteLock inUse = new ReentrantReadWriteLock();

  private volatile boolean closed;

  private LinuxDhcpSocket(int fd, NetworkInterface network, Inet4Address address) {
    this.fd = fd;
    this.network = network;
    this.address = address;
    this.pollfd = arena.allocate(POLLFD_SIZE, Integer.BYTES);
    pollfd.set(JAVA_INT, 0, fd);
    pollfd.set(JAVA_SHORT, POLLFD_EVENTS, (short) Libc.POLLIN);
  }

  static LinuxDhcpSocket open(NetworkInterface network, Inet4Address address, int port)
      throws IOException {
    int fd = Libc.socket(Libc.AF_INET, Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment on = arena.allocateFrom(JAVA_INT, 1);
      Libc.setsockopt(fd, Libc.SOL_SOCKET, Libc.SO_REUSEADDR, on);
      Libc.setsockopt(fd, Libc.SOL_SOCKET, Libc.SO_BROADCAST, on);
      Libc.setsockopt(fd, Libc.IPPROTO_IP, Libc.IP_PKTINFO, on);
      MemorySegment name = arena.allocateFrom(network.getName());
      Libc.setsockopt(fd, Libc.SOL_SOCKET, Libc.SO_BINDTODEVICE, name);
      Libc.bind(fd, UdpMessage.sockaddr(arena, DhcpMessage.NO_ADDRESS, port));
      return new LinuxDhcpSocket(fd, network, address);
    } catch (IOException e) {
      Libc.close(fd);
      throw e;
    }
  }

  @Override
  public Datagram receive() throws IOException {
    while (true) {
      inUse.readLock().lock();
      try {
        if (closed) {
          throw new ClosedChannelException();
        }
        if (Libc.poll(pollfd, POLL_MILLIS)) {
          int length = Libc.recvmsg(fd, received.header(), Libc.MSG_DONTWAIT);
          return new Datagram(
              received.payload(length),
              received.source(),
              received.isUnicast(),
              network.getName(),
              System.nanoTime());
        }
      } catch (Libc.ErrnoException e) {
        if (!e.isTransient()) {
          throw e;
        }
      } finally {
        inUse.readLock().unlock();
      }
    }
  }

  @Override
  public void send(Bytes payload, Destination destination) throws IOException {
    inUse.readLock().lock();
    try (Arena memory = Arena.ofConfined()) {
      if (closed) {
        throw new ClosedChannelException();
      }
      UdpMessage message =
          UdpMessage.of(memory, payload, destination.socketAddress(), address, network.getIndex());
      Libc.sendmsg(fd, message.header(), Libc.MSG_DONTWAIT);
    } finally {
      inUse.readLock().unlock();
    }
  }

  @Override
  public void close() {
    closed = true;
    inUse.writeLock().lock();
    try {
      if (arena.scope().isAlive()) {
        arena.close();
        Libc.close(fd);
      }
    } catch (IOException e) {
      // the descriptor is gone all the same
    } finally {
      inUse.writeLock().unlock();
    }
  }
}
