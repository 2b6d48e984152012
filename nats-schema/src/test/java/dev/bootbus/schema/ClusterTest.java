package dev.bootbus.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bootbus.schema.DhcpResponse.Dhcp;
import dev.bootbus.schema.testing.NatsCluster;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Nodes of a cluster are killed under load. `-Dbootbus.cluster.rounds=50` does it more often and
/// prints a table.
class ClusterTest {
  private static final int ROUNDS = Integer.getInteger("bootbus.cluster.rounds", 1);
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration STEADY = Duration.ofMillis(1500);
  private static final Duration LONGEST_SWITCH = Duration.ofSeconds(5);
  private static final int MAY_BE_LOST = 5; // none was in 60 kills by hand
  private static final long NANOS_PER_MILLI = 1_000_000;

  /// A bus, and the node it says it is connected to.
  private record Client(Bus bus, List<String> nodes) {
    static Client of(String name, NatsCluster cluster) {
      List<String> nodes = new CopyOnWriteArrayList<>();
      Bus bus =
          Bus.connect(
              BusSettings.of(name).withServers(cluster.urls()),
              state -> {
                if (state instanceof BusState.Connected(String server)) {
                  nodes.add(server);
                }
              });
      await().atMost(SOON).until(() -> !nodes.isEmpty());
      return new Client(bus, nodes);
    }
  }

  private NatsCluster cluster;
  private Client asker;
  private Client responder;
  private AskingSteadily load;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(NatsCluster.isPossible(), "no nats-server on the PATH: apt-get install nats-server");
    cluster = NatsCluster.start();
    responder = Client.of("answering", cluster);
    asker = Client.of("asking", cluster);
    responder
        .bus()
        .answerDhcp(
            "group",
            request -> {
              Inet4Address address = Inet4Address.ofLiteral("192.168.77.100");
              return DhcpResponse.address(Dhcp.of(request.mac(), address, Addresses.mask(24), 60));
            });
    load = new AskingSteadily(asker.bus());
    await().atMost(SOON).ignoreExceptions().until(() -> load.askOnce() != null);
  }

  @AfterEach
  void close() throws Exception {
    if (cluster != null) {
      load.close();
      asker.bus().close();
      responder.bus().close();
      cluster.close();
    }
  }

  @Test
  void noQuestionIsLostWithANode() throws Exception {
    load.start();
    Queue<String> table = new ConcurrentLinkedQueue<>();
    for (int round = 0; round < ROUNDS; round++) {
      table.add("asker's node:     " + kill(asker));
      table.add("responder's node: " + kill(responder));
    }
    System.out.println("ClusterTest " + AskingSteadily.PER_SECOND + " questions/s, killed:");
    table.forEach(System.out::println);
  }

  private String kill(Client client) throws Exception {
    String node = client.nodes().getLast();
    boolean both = asker.nodes().getLast().equals(responder.nodes().getLast());
    load.forget();
    load.await(STEADY);
    assertThat(load.failures()).isEmpty();

    long begin = System.nanoTime();
    cluster.kill(node);
    long dead = System.nanoTime();
    await().atMost(LONGEST_SWITCH).until(() -> load.answeredSince(dead) > 0);
    load.await(STEADY);
    long switched = load.firstAnswerSince(dead);
    String figures =
        "first answer after %d ms, slowest %d ms, lost %s%s"
            .formatted(
                (switched - begin) / NANOS_PER_MILLI,
                load.slowest() / NANOS_PER_MILLI,
                load.failures().stream().map(BackendUnavailableException::reason).toList(),
                both ? ", one node was both" : "");
    assertThat(switched - begin).isLessThan(LONGEST_SWITCH.toNanos());
    assertThat(load.failures()).hasSizeLessThanOrEqualTo(MAY_BE_LOST);
    cluster.restart(node);
    return figures;
  }
}
