package dev.bootbus.kernel.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bootbus.kernel.store.PipelinedWrites.Ack;
import dev.bootbus.schema.testing.NatsCluster;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.api.KeyValueConfiguration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Of those who would replace one record, one does, whichever node of a cluster they talk to.
class RacingWritesTest {
  private static final int KEYS = 300;
  private static final int ROUNDS = 5;
  private static final Duration SOON = Duration.ofSeconds(60);

  private record Written(int key, Ack ack) {}

  @Test
  void onlyOneRecordTakesThePlaceOfAnother() throws Exception {
    assumeTrue(NatsCluster.isPossible(), "no nats-server on the PATH: apt-get install nats-server");
    try (NatsCluster cluster = NatsCluster.start(true)) {
      List<Connection> connections = new ArrayList<>();
      List<PipelinedWrites> writers = new ArrayList<>();
      for (String node : cluster.nodes()) {
        Connection connection = Nats.connect(node);
        connections.add(connection);
        writers.add(new PipelinedWrites(connection, connection.createDispatcher(), SOON));
      }
      await()
          .atMost(SOON)
          .ignoreExceptions()
          .until(
              () ->
                  connections
                          .getFirst()
                          .keyValueManagement()
                          .create(KeyValueConfiguration.builder().name("b").replicas(3).build())
                          .getBackingStreamInfo()
                      != null);
      Map<Integer, Long> revisions = new HashMap<>();
      for (int round = 0; round < ROUNDS; round++) {
        for (var stored : raced(writers, revisions).entrySet()) {
          assertThat(stored.getValue()).as("key %d, round %d", stored.getKey(), round).hasSize(1);
          revisions.put(stored.getKey(), stored.getValue().getFirst());
        }
      }
      for (int i = 0; i < connections.size(); i++) {
        writers.get(i).close();
        connections.get(i).close();
      }
    }
  }

  /// The revisions that were stored of each key, when each writer has written each.
  private static Map<Integer, List<Long>> raced(
      List<PipelinedWrites> writers, Map<Integer, Long> expected) throws InterruptedException {
    BlockingQueue<Written> told = new LinkedBlockingQueue<>();
    for (int key = 0; key < KEYS; key++) {
      int one = key;
      for (PipelinedWrites writer : writers) {
        writer.write(
            "$KV.b." + key,
            new byte[100],
            expected.getOrDefault(key, 0L),
            ack -> told.add(new Written(one, ack)));
      }
    }
    Map<Integer, List<Long>> stored = new HashMap<>();
    for (int i = 0; i < KEYS * writers.size(); i++) {
      Written one = told.poll(SOON.toSeconds(), TimeUnit.SECONDS);
      assertThat(one).isNotNull();
      assertThat(one.ack()).isNotInstanceOf(Ack.Lost.class);
      if (one.ack() instanceof Ack.Stored(long revision)) {
        stored.computeIfAbsent(one.key(), _ -> new ArrayList<>()).add(revision);
      }
    }
    assertThat(stored).hasSize(KEYS);
    return stored;
  }
}
