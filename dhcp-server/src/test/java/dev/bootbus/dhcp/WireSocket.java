package dev.bootbus.dhcp;

import dev.bootbus.dhcp.wire.Bytes;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/// A wire of our own: gives the packets that were put on it, and is closed after the last. So a
/// server whose backend answers at once has done with them when it returns.
class WireSocket implements DhcpSocket {
  record Packet(Bytes payload, Destination destination) {}

  private final Queue<List<Datagram>> arriving = new ArrayDeque<>();
  final List<Packet> sent = new ArrayList<>();
  private long dropped;

  WireSocket put(Bytes payload, String source) {
    InetSocketAddress address = new InetSocketAddress(Inet4Address.ofLiteral(source), 68);
    arriving.add(List.of(new Datagram(payload, address, false, "eth0", System.nanoTime())));
    return this;
  }

  /// The system loses one packet before it is received.
  WireSocket drop() {
    arriving.add(List.of());
    dropped++;
    return this;
  }

  @Override
  public List<Datagram> receive() throws IOException {
    if (arriving.isEmpty()) {
      throw new ClosedChannelException();
    }
    return arriving.remove();
  }

  @Override
  public long dropped() {
    return dropped;
  }

  @Override
  public boolean sendsFrames() {
    return false;
  }

  @Override
  public void send(Bytes payload, Destination destination) throws IOException {
    sent.add(new Packet(payload, destination));
  }

  @Override
  public void close() {
    arriving.clear();
  }
}
