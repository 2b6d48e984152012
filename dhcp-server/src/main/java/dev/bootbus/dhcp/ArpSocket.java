package dev.bootbus.dhcp;

import dev.bootbus.dhcp.wire.ArpPacket;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.MalformedPacketException;
import dev.bootbus.runtime.libc.ErrnoException;
import dev.bootbus.runtime.libc.Libc;
import dev.bootbus.schema.MacAddress;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/// Says and hears ARP on one interface, beside the kernel, which does not tell what it hears.
final class ArpSocket implements ArpLink {
  private static final MacAddress EVERYBODY = MacAddress.parse("ff:ff:ff:ff:ff:ff");

  private final int fd;
  private final Bytes own;
  private final Arena arena = Arena.ofShared();
  private final LinkMessage asked;
  private final MemorySegment buffer = arena.allocate(ArpPacket.SIZE);
  private final ByteBuffer heard = buffer.asByteBuffer();

  /// As those of [LinuxDhcpSocket].
  private final Lock receiving = new ReentrantLock();

  private final Lock sending = new ReentrantLock();
  private volatile boolean closed;

  private ArpSocket(int fd, NetworkInterface network, Bytes own) {
    this.fd = fd;
    this.own = own;
    asked = new LinkMessage(arena, network, LinkMessage.ETH_P_ARP, ArpPacket.SIZE);
  }

  /// @param network an Ethernet
  static ArpSocket open(NetworkInterface network) throws IOException {
    byte[] own = network.getHardwareAddress();
    if (own == null || own.length != LinkMessage.ADDRESS_SIZE) {
      throw new IOException(network.getName() + " is no Ethernet");
    }
    // of protocol 0 until it is bound, so that it hears nothing of other interfaces
    int fd = Libc.socket(Libc.AF_PACKET, Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0);
    try (Arena arena = Arena.ofConfined()) {
      Libc.checked(
          Libc.setsockopt(
              fd,
              Libc.SOL_SOCKET,
              Libc.SO_RCVTIMEO,
              LinuxDhcpSocket.timeval(arena, LinuxDhcpSocket.LOOK_EVERY)));
      Libc.bind(fd, LinkMessage.sockaddr(arena, network, LinkMessage.ETH_P_ARP));
      return new ArpSocket(fd, network, Bytes.of(own));
    } catch (IOException e) {
      Libc.close(fd);
      throw e;
    }
  }

  @Override
  public void probe(Inet4Address address) throws IOException {
    sending.lock();
    try {
      if (closed) {
        throw new ClosedChannelException();
      }
      ArpPacket.probe(own, address).write(asked.payload());
      asked.send(fd, EVERYBODY);
    } finally {
      sending.unlock();
    }
  }

  @Override
  public ArpPacket receive() throws IOException, MalformedPacketException {
    while (true) {
      receiving.lock();
      try {
        if (closed) {
          throw new ClosedChannelException();
        }
        int length = (int) Libc.recv(fd, buffer, 0);
        if (length >= 0) {
          return ArpPacket.read(heard.clear().limit(length));
        }
        if (!ErrnoException.isTransient(-length)) {
          throw new ErrnoException(-length);
        }
      } finally {
        receiving.unlock();
      }
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
