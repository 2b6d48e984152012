package dev.bootbus.dhcp;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MalformedPacketException;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/// A DHCP client on the loopback interface, which sends what it is told to.
final class TestClient implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(5);
  private final DatagramSocket socket;
  private final InetSocketAddress server;
  private InetSocketAddress answeredFrom = new InetSocketAddress(0);

  TestClient(int serverPort) throws IOException {
    socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    server = new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort);
  }

  int port() {
    return socket.getLocalPort();
  }

  void send(byte[] payload) throws IOException {
    socket.send(new DatagramPacket(payload, payload.length, server));
  }

  void send(TestPacket packet) throws IOException {
    send(packet.message().encode().toArray());
  }

  /// Late answers to other transactions are passed over.
  DhcpMessage ask(TestPacket packet) throws IOException {
    send(packet);
    while (true) {
      DhcpMessage answer = answer(PATIENCE).orElseThrow(() -> new AssertionError("no answer"));
      if (answer.xid() == packet.message().xid()) {
        return answer;
      }
    }
  }

  Optional<DhcpMessage> answer(Duration patience) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
    socket.setSoTimeout((int) patience.toMillis());
    try {
      socket.receive(packet);
      answeredFrom = (InetSocketAddress) packet.getSocketAddress();
      byte[] payload = Arrays.copyOf(packet.getData(), packet.getLength());
      return Optional.of(DhcpMessage.decode(Bytes.of(payload)));
    } catch (SocketTimeoutException e) {
      return Optional.empty();
    } catch (MalformedPacketException e) {
      throw new AssertionError(e);
    }
  }

  InetSocketAddress answeredFrom() {
    return answeredFrom;
  }

  @Override
  public void close() {
    socket.close();
  }
}
