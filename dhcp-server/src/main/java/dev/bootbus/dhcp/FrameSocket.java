package dev.bootbus.dhcp;

import dev.bootbus.dhcp.Destination.LinkLayer;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.UdpPacket;
import dev.bootbus.runtime.libc.ErrnoException;
import dev.bootbus.runtime.libc.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import org.jspecify.annotations.Nullable;

/// Sends IP packets to a hardware address, without ARP: the only way to reach a client that does
/// not have its address yet and does not want a broadcast (RFC 2131 §4.1). Not thread-safe.
final class FrameSocket {
  private static final int MAX_PACKET = 2048 + UdpPacket.HEADERS_SIZE;

  private final int fd;
  private final InetSocketAddress from;
  private final Arena arena = Arena.ofShared();
  private final LinkMessage message;

  private FrameSocket(int fd, NetworkInterface network, InetSocketAddress from) {
    this.fd = fd;
    this.from = from;
    message = new LinkMessage(arena, network, LinkMessage.ETH_P_IP, MAX_PACKET);
  }

  /// @param from own end of what is sent
  /// @return null where the interface is no Ethernet, or the process lacks CAP_NET_RAW
  static @Nullable FrameSocket open(NetworkInterface network, InetSocketAddress from)
      throws IOException {
    byte[] own = network.getHardwareAddress();
    if (own == null || own.length != LinkMessage.ADDRESS_SIZE) {
      return null;
    }
    try {
      // of protocol 0, so that it receives nothing
      int fd = Libc.socket(Libc.AF_PACKET, Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0);
      return new FrameSocket(fd, network, from);
    } catch (ErrnoException e) {
      if (e.isForbidden()) {
        return null;
      }
      throw e;
    }
  }

  void send(Bytes payload, LinkLayer client) throws IOException {
    InetSocketAddress peer = new InetSocketAddress(client.address(), client.port());
    UdpPacket.write(message.payload(), from, peer, payload);
    message.send(fd, client.mac());
  }

  void close() {
    arena.close();
    Libc.close(fd);
  }
}
