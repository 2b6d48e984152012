package dev.bootbus.dhcp;

import static dev.bootbus.dhcp.Machines.ADDRESS;
import static dev.bootbus.dhcp.Machines.ANSWER;
import static dev.bootbus.dhcp.Machines.SETTINGS;
import static dev.bootbus.dhcp.wire.MessageType.DISCOVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.testing.NatsServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.Connection;
import io.nats.client.Nats;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// More packets than can be asked about, over real sockets and a real nats-server.
class FloodTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  /// Longer than the flood, so that nothing of it is done with before it ends.
  private static final Duration DEADLINE = Duration.ofSeconds(4);

  private static final int AT_MOST = 200_000;

  @Test
  void while_a_backend_hangs_too_many_are_dropped_and_later_the_honest_one_is_answered()
      throws Exception {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    try (NatsServer nats = NatsServer.start();
        Bus backend = bus(nats, new SimpleMeterRegistry());
        Bus bus = bus(nats, meters);
        RunningServer server = RunningServer.start(new FullDhcp(SETTINGS), bus::ask);
        TestClient client = new TestClient(server.port())) {
      Connection hanging = Nats.connect(nats.url());
      hanging.createDispatcher(question -> {}).subscribe("bootbus.v1.dhcp");
      await().atMost(SOON).until(() -> isAsked(client, meters));

      double most = 0;
      byte[] flood = TestPacket.of(DISCOVER).message().encode().toArray();
      for (int i = 0; i < AT_MOST && server.outcomes.count(DropReason.BUSY) < 1000; i++) {
        machine(flood, i);
        client.send(flood);
        if (i % 100 == 0) {
          most = Math.max(most, meters.get("bootbus.bus.in.flight").gauge().value());
        }
      }
      assertThat(server.outcomes.count(DropReason.BUSY)).isGreaterThanOrEqualTo(1000);
      assertThat(most)
          .as("questions under way")
          .isBetween(Backlog.WINDOW / 2.0, (double) Backlog.WINDOW);
      assertThat(server.isServing()).isTrue();

      hanging.close();
      backend.answerDhcp("test", request -> ANSWER);
      await().atMost(SOON).until(() -> meters.get("bootbus.bus.in.flight").gauge().value() == 0);
      await().atMost(SOON).until(() -> answered(client));
    }
  }

  private static Bus bus(NatsServer nats, SimpleMeterRegistry meters) {
    BusSettings settings = BusSettings.of("dhcp-server").withServers(nats.url());
    return Bus.connect(
        settings.withDeadline(DEADLINE).withMeters(meters).withEvents(false), state -> {});
  }

  /// Whether a question waits for the backend that hangs.
  private static boolean isAsked(TestClient client, SimpleMeterRegistry meters) throws Exception {
    client.send(TestPacket.of(DISCOVER));
    return meters.get("bootbus.bus.in.flight").gauge().value() > 0;
  }

  private static void machine(byte[] packet, int number) {
    packet[31] = (byte) (number >> 16);
    packet[32] = (byte) (number >> 8);
    packet[33] = (byte) number;
  }

  private static boolean answered(TestClient client) throws Exception {
    client.send(TestPacket.of(DISCOVER));
    Optional<DhcpMessage> offer = client.answer(Duration.ofMillis(500));
    return offer.isPresent() && offer.get().yiaddr().equals(ADDRESS);
  }
}
