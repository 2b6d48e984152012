package dev.bootbus.tftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bootbus.tftp.Network.Engine;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class NetworkTest {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  private static Network open(Engine engine, String address, boolean singlePort)
      throws IOException {
    InetSocketAddress local = new InetSocketAddress(InetAddress.ofLiteral(address), 0);
    return Network.open(new Network.Settings(local, engine, singlePort));
  }

  private static final class Deaf implements Network.Port.Listener {
    @Override
    public void heard(ByteBuffer packet) {}

    @Override
    public void stranger(ByteBuffer packet, InetSocketAddress from) {}

    @Override
    public void writable() {}
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void linuxHasTheBest() throws IOException {
    try (Network network = open(Engine.AUTO, "127.0.0.1", false)) {
      assertThat(network.engine()).isEqualTo(Engine.GSO);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"GSO", "MMSG", "NIO"})
  void anEngineThatIsNamedIsTaken(Engine engine) throws IOException {
    try (Network network = open(engine, "127.0.0.1", false)) {
      assertThat(network.engine()).isEqualTo(engine);
    }
  }

  @ParameterizedTest(name = "to {0}, single port {1}: less {2} bytes")
  @CsvSource({"127.0.0.1, false, 28", "127.0.0.1, true, 28", "::1, false, 48", "::1, true, 48"})
  @EnabledOnOs(OS.LINUX)
  void theWayTakesWhatItsMtuSays(String peer, boolean singlePort, int headers) throws IOException {
    try (Network network = open(Engine.GSO, "::", singlePort)) {
      Network.Port port =
          network.connect(new InetSocketAddress(InetAddress.ofLiteral(peer), 9), new Deaf());

      int most = headers == 28 ? 65_535 : Integer.MAX_VALUE; // of an IPv4 packet
      assertThat(port.largestPayload()).isEqualTo(Math.min(mtu(), most) - headers);
      port.close();
    }
  }

  private static int mtu() throws SocketException {
    return NetworkInterface.getByInetAddress(LOOPBACK).getMTU();
  }

  @ParameterizedTest
  @EnumSource(names = {"GSO", "MMSG", "NIO"})
  void aPortIsTakenOnce(Engine engine) throws IOException {
    try (Network network = open(engine, "127.0.0.1", false)) {
      InetSocketAddress same = new InetSocketAddress(LOOPBACK, network.port());

      assertThatThrownBy(() -> Network.open(new Network.Settings(same, engine, false)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("Address already in use");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"GSO", "MMSG", "NIO"})
  void wakingEndsTheWait(Engine engine) throws IOException {
    try (Network network = open(engine, "127.0.0.1", false)) {
      network.wake();

      assertThat(network.poll(Duration.ofHours(1).toNanos(), (_, _) -> {})).isTrue();
    }
  }

  /// Both families reach the wildcard address of IPv6.
  @ParameterizedTest(name = "{0} from {1}")
  @CsvSource({"GSO, 127.0.0.1", "GSO, ::1", "NIO, 127.0.0.1", "NIO, ::1"})
  void whoSentAPacketIsTold(Engine engine, String from) throws IOException {
    InetAddress address = InetAddress.ofLiteral(from);
    AtomicInteger port = new AtomicInteger();
    try (Network network = open(engine, "::", false);
        DatagramSocket client = new DatagramSocket(new InetSocketAddress(address, 0))) {
      byte[] bytes = {1, 2, 3};
      client.send(new DatagramPacket(bytes, 3, address, network.port()));

      while (port.get() == 0) {
        network.poll(
            Duration.ofSeconds(10).toNanos(),
            (packet, peer) -> {
              assertThat(packet).isEqualTo(ByteBuffer.wrap(bytes));
              assertThat(peer.getAddress()).isEqualTo(address);
              port.set(peer.getPort());
            });
      }
      assertThat(port.get()).isEqualTo(client.getLocalPort());
    }
  }
}
