package dev.bootbus.dhcp;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;

/// A socket as every system has it. It cannot tell which interface a datagram came in by, and a
/// broadcast leaves by whichever interface the routes say: good enough for one link.
final class NioDhcpSocket implements DhcpSocket {
  private final DatagramChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(DhcpMessage.MAX_SIZE + 1);

  private NioDhcpSocket(DatagramChannel channel) {
    this.channel = channel;
  }

  /// A socket bound to one address would not receive broadcasts, so it is bound to all, unless it
  /// is for the loopback interface, which has none.
  static NioDhcpSocket open(Inet4Address address, int port) throws IOException {
    DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
    try {
      channel.setOption(StandardSocketOptions.SO_BROADCAST, true);
      return new NioDhcpSocket(
          channel.bind(
              address.isLoopbackAddress()
                  ? new InetSocketAddress(address, port)
                  : new InetSocketAddress(port)));
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  int port() {
    return channel.socket().getLocalPort();
  }

  @Override
  public Datagram receive() throws IOException {
    buffer.clear();
    InetSocketAddress source = (InetSocketAddress) channel.receive(buffer);
    Bytes payload = Bytes.of(Arrays.copyOf(buffer.array(), buffer.position()));
    return new Datagram(payload, source, false, "", System.nanoTime());
  }

  @Override
  public void send(Bytes payload, Destination destination) throws IOException {
    channel.send(payload.buffer(), destination.socketAddress());
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
