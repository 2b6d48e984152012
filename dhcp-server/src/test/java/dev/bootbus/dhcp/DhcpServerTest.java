package dev.bootbus.dhcp;

import static dev.bootbus.dhcp.Machines.ADDRESS;
import static dev.bootbus.dhcp.Machines.ANSWER;
import static dev.bootbus.dhcp.Machines.SERVER;
import static dev.bootbus.dhcp.Machines.SETTINGS;
import static dev.bootbus.dhcp.wire.MessageType.ACK;
import static dev.bootbus.dhcp.wire.MessageType.DISCOVER;
import static dev.bootbus.dhcp.wire.MessageType.NAK;
import static dev.bootbus.dhcp.wire.MessageType.OFFER;
import static dev.bootbus.dhcp.wire.MessageType.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.dhcp.Delivery.Rule;
import dev.bootbus.dhcp.DhcpServer.Port;
import dev.bootbus.dhcp.RunningServer.Knowing;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpRequest.Mode;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.testing.NatsServer;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// Real sockets, and a real nats-server where the backend is not what is tested.
class DhcpServerTest {
  private static final String STRANGER = "02:00:00:00:00:01";
  private static final FullDhcp FULL = new FullDhcp(SETTINGS);
  private static final Inet4Address LOOPBACK = Inet4Address.ofLiteral("127.0.0.1");

  private static int freePort() throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      return socket.getLocalPort();
    }
  }

  private static Optional<MessageType> type(DhcpMessage message) {
    return message.options().get(Option.MESSAGE_TYPE).flatMap(MessageType::of);
  }

  private static Bus bus(NatsServer nats, String name) {
    return Bus.connect(BusSettings.of(name).withServers(nats.url()), state -> {});
  }

  /// Knows one machine.
  private static DhcpResponse answer(DhcpRequest request) {
    return request.mac().toString().equals(TestPacket.MAC)
        ? ANSWER
        : new DhcpResponse.Error(404, "mac not found");
  }

  @Test
  void a_lease_is_given_and_a_stranger_gets_no_answer() throws Exception {
    List<DhcpRequest> asked = new CopyOnWriteArrayList<>();
    try (NatsServer nats = NatsServer.start();
        Bus backend = bus(nats, "backend");
        Bus bus = bus(nats, "dhcp-server");
        RunningServer server = RunningServer.start(FULL, bus::ask);
        TestClient client = new TestClient(server.port())) {
      backend.answerDhcp(
          "test",
          request -> {
            asked.add(request);
            return answer(request);
          });
      awaitAnswer(client);
      asked.clear();
      client.send(TestPacket.of(DISCOVER).mac(STRANGER));
      await().until(() -> server.outcomes.count(DropReason.BACKEND_ERROR) == 1);

      DhcpMessage offer = client.ask(TestPacket.pxe(DISCOVER, 7));
      assertThat(type(offer)).contains(OFFER);
      assertThat(offer.yiaddr()).isEqualTo(ADDRESS);
      TestPacket select =
          TestPacket.pxe(REQUEST, 7)
              .with(Option.SERVER_ID, offer.options().get(Option.SERVER_ID).orElseThrow())
              .with(Option.REQUESTED_ADDRESS, offer.yiaddr());
      assertThat(type(client.ask(select))).contains(ACK);
      assertThat(type(client.ask(select.with(Option.REQUESTED_ADDRESS, SERVER)))).contains(NAK);

      assertThat(asked)
          .extracting(request -> request.facts().messageType())
          .containsExactly("DISCOVER", "DISCOVER", "REQUEST", "REQUEST");
      assertThat(asked).allSatisfy(r -> assertThat(r.facts().mode()).isEqualTo(Mode.DHCP));
      await().until(() -> server.outcomes.totals().matches(".* ack=1 nak=1.* backend-error=1"));
    }
  }

  /// Until the backend's subscription has reached the server.
  private static void awaitAnswer(TestClient client) {
    await()
        .atMost(Duration.ofSeconds(5))
        .pollDelay(Duration.ZERO)
        .until(
            () -> {
              client.send(TestPacket.of(DISCOVER).xid(1));
              return client.answer(Duration.ofMillis(100)).isPresent();
            });
  }

  /// Until the loss of the connection is noticed; and no answer to what is sent after that.
  private static void awaitSilence(TestClient client, RunningServer server) throws Exception {
    await()
        .pollDelay(Duration.ZERO)
        .until(
            () -> {
              client.send(TestPacket.of(DISCOVER));
              client.answer(Duration.ofMillis(100));
              return server.outcomes.count(DropReason.BACKEND_DISCONNECTED) > 0;
            });
    long before = server.outcomes.count(DropReason.BACKEND_DISCONNECTED);
    client.send(TestPacket.of(DISCOVER));
    await().until(() -> server.outcomes.count(DropReason.BACKEND_DISCONNECTED) > before);
    assertThat(client.answer(Duration.ofMillis(1))).isEmpty();
  }

  @Test
  void is_silent_without_the_bus_and_answers_soon_after_its_return() throws Exception {
    try (NatsServer nats = NatsServer.start();
        Bus backend = bus(nats, "backend");
        Bus bus = bus(nats, "dhcp-server");
        RunningServer server = RunningServer.start(FULL, bus::ask);
        TestClient client = new TestClient(server.port())) {
      backend.answerDhcp("test", DhcpServerTest::answer);
      awaitAnswer(client);
      nats.stop();
      awaitSilence(client, server);
      nats.restart();
      long back = System.nanoTime();
      awaitAnswer(client);
      assertThat(Duration.ofNanos(System.nanoTime() - back)).isLessThan(Duration.ofSeconds(2));
      assertThat(server.isServing()).isTrue();
    }
  }

  @Test
  void lives_through_garbage_and_through_bugs() throws Exception {
    Knowing buggy =
        request -> {
          if (request.mac().toString().equals(STRANGER)) {
            throw new IllegalStateException("a bug");
          }
          return answer(request);
        };
    try (RunningServer server = RunningServer.start(FULL, buggy);
        TestClient client = new TestClient(server.port())) {
      client.send(new byte[0]);
      client.send(new byte[239]);
      client.send(new byte[300]);
      client.send(new byte[5000]);
      client.send(TestPacket.of(DISCOVER).op(2));
      client.send(TestPacket.of(DISCOVER).mac(STRANGER));
      assertThat(type(client.ask(TestPacket.of(DISCOVER)))).contains(OFFER);
      await().until(() -> server.outcomes.count(DropReason.MALFORMED) == 4);
      await().until(() -> server.outcomes.count(DropReason.NOT_A_REQUEST) == 1);
      await().until(() -> server.outcomes.count(DropReason.FAILED) == 1);
    }
  }

  @Test
  void drops_the_newest_when_too_many_wait_for_the_backend() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    Knowing slow =
        request -> {
          try {
            release.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return answer(request);
        };
    try (RunningServer server = RunningServer.start(FULL, slow);
        TestClient client = new TestClient(server.port())) {
      await()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .until(
              () -> {
                for (int i = 0; i < 50; i++) {
                  client.send(TestPacket.of(DISCOVER));
                }
                return server.outcomes.count(DropReason.BUSY) > 0;
              });
      release.countDown();
      assertThat(type(client.ask(TestPacket.of(DISCOVER)))).contains(OFFER);
    }
  }

  @Test
  void the_boot_service_answers_from_its_port_to_the_port_that_asked() throws Exception {
    try (RunningServer server = RunningServer.start(new BootService(SETTINGS), r -> ANSWER);
        TestClient client = new TestClient(server.port())) {
      DhcpMessage ack = client.ask(TestPacket.pxe(REQUEST, 7).ciaddr("192.168.77.115"));
      assertThat(ack.file()).isEqualTo("ipxe.efi");
      assertThat(client.answeredFrom().getPort()).isEqualTo(server.port());
    }
  }

  /// So that another server may go first; what comes after the client's choice need not wait.
  @Test
  void an_offer_is_held_back_and_an_ack_is_not() throws Exception {
    Duration delay = Duration.ofMillis(300);
    try (RunningServer server = RunningServer.start(FULL, r -> ANSWER, delay);
        TestClient client = new TestClient(server.port())) {
      long asked = System.nanoTime();
      assertThat(type(client.ask(TestPacket.of(DISCOVER)))).contains(OFFER);
      assertThat(Duration.ofNanos(System.nanoTime() - asked)).isGreaterThanOrEqualTo(delay);

      for (int i = 0; i < 20; i++) {
        client.send(TestPacket.of(DISCOVER));
      }
      TestPacket reboot = TestPacket.of(REQUEST).with(Option.REQUESTED_ADDRESS, ADDRESS);
      assertThat(type(client.ask(reboot))).as("overtakes the offers").contains(ACK);
      for (int i = 0; i < 20; i++) {
        assertThat(client.answer(TestClient.PATIENCE).flatMap(DhcpServerTest::type))
            .contains(OFFER);
      }
    }
  }

  @Test
  void what_the_system_drops_is_counted() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    Admission stuck =
        client -> {
          try {
            release.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return Optional.of(DropReason.NOT_PXE);
        };
    int port = freePort();
    try (LinuxDhcpSocket socket =
            LinuxDhcpSocket.open(NetworkInterface.getByName("lo"), LOOPBACK, port);
        RunningServer server =
            RunningServer.start(
                new Port(socket, FULL, new Delivery(Rule.SOURCE, port, 68), stuck, Duration.ZERO),
                r -> ANSWER);
        TestClient client = new TestClient(port)) {
      // more than fits into a buffer of 16 MiB, as the kernel counts, while the loop is stuck
      for (int i = 0; i < 30_000; i++) {
        client.send(TestPacket.of(DISCOVER));
      }
      release.countDown();
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> {
                client.send(TestPacket.of(DISCOVER)); // with it the kernel says what it dropped
                return server.outcomes.count(DropReason.OVERFLOW) > 0;
              });
    }
  }

  @Test
  void stops_when_its_socket_is_closed() throws Exception {
    RunningServer server = RunningServer.start(FULL, r -> ANSWER);
    server.close();
    assertThat(server.isServing()).isFalse();
  }
}
