package dev.bootbus.dhcp;

import static dev.bootbus.dhcp.Machines.ADDRESS;
import static dev.bootbus.dhcp.wire.MessageType.DISCOVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bootbus.dhcp.Destination.Unicast;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.runtime.libc.ErrnoException;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class LinuxDhcpSocketTest {
  private static final Inet4Address LOOPBACK = Inet4Address.ofLiteral("127.0.0.1");
  private static final Inet4Address OWN = Inet4Address.ofLiteral("127.0.0.2");

  private static int freePort() throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      return socket.getLocalPort();
    }
  }

  private static LinuxDhcpSocket open(int port) throws IOException {
    return LinuxDhcpSocket.open(NetworkInterface.getByName("lo"), OWN, port);
  }

  @Test
  void tells_where_a_datagram_came_from_and_answers_from_its_own_address() throws Exception {
    int port = freePort();
    try (LinuxDhcpSocket socket = open(port);
        TestClient client = new TestClient(port)) {
      TestPacket packet = TestPacket.of(DISCOVER);
      client.send(packet);
      Datagram datagram = socket.receive().getFirst();
      assertThat(datagram.payload()).isEqualTo(packet.message().encode());
      assertThat(datagram.source()).isEqualTo(new InetSocketAddress("127.0.0.1", client.port()));
      assertThat(datagram.network()).isEqualTo("lo");
      assertThat(datagram.unicast()).isTrue();

      socket.send(packet.message().encode(), new Unicast(LOOPBACK, client.port()));
      Optional<DhcpMessage> answer = client.answer(TestClient.PATIENCE);
      assertThat(answer).contains(packet.message());
      assertThat(client.answeredFrom()).isEqualTo(new InetSocketAddress(OWN, port));
    }
  }

  @Test
  void an_oversized_datagram_is_cut_where_decoding_refuses_it() throws Exception {
    int port = freePort();
    try (LinuxDhcpSocket socket = open(port);
        TestClient client = new TestClient(port)) {
      client.send(new byte[DhcpMessage.MAX_SIZE * 2]);
      assertThat(socket.receive().getFirst().payload().length())
          .isEqualTo(DhcpMessage.MAX_SIZE + 1);
    }
  }

  @Test
  void closing_ends_a_waiting_receive() throws Exception {
    LinuxDhcpSocket socket = open(freePort());
    CompletableFuture<Throwable> ended = new CompletableFuture<>();
    Thread.ofPlatform()
        .start(
            () -> {
              try {
                socket.receive();
              } catch (IOException e) {
                ended.complete(e);
              }
            });
    socket.close();
    socket.close();
    assertThat(ended.get(2, TimeUnit.SECONDS)).isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> socket.send(Bytes.EMPTY, new Unicast(ADDRESS, 68)))
        .isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void says_in_the_system_s_words_what_went_wrong() throws Exception {
    try (LinuxDhcpSocket socket = open(freePort())) {
      assertThatThrownBy(() -> socket.send(Bytes.of(new byte[300]), new Unicast(OWN, 0)))
          .isInstanceOf(ErrnoException.class)
          .hasMessage("Invalid argument");
    }
  }
}
