package dev.bootbus.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bootbus.kernel.LeaseLedger.Held;
import dev.bootbus.kernel.SimulatedMachine.Answers;
import dev.bootbus.kernel.lease.Lease;
import dev.bootbus.kernel.lease.LeaseFormat;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.testing.NatsCluster;
import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.MessageGetRequest;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.StreamInfo;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Replicas of the backend and the nodes of their NATS cluster are killed and started again, while
/// machines come, stay and go: no address is anybody's twice, and what a machine was told it has is
/// stored. `-Dbootbus.chaos.exchanges=20000 -Dbootbus.chaos.replicas=10` does it at length;
/// `-Dbootbus.chaos.seed` repeats the order of what is killed.
class ClusterChaosTest {
  private static final int EXCHANGES = Integer.getInteger("bootbus.chaos.exchanges", 2000);
  private static final int REPLICAS = Integer.getInteger("bootbus.chaos.replicas", 3);
  private static final long SEED = Long.getLong("bootbus.chaos.seed", System.nanoTime());

  /// Of which some rest.
  private static final int MACHINES = 400;

  private static final int AT_ONCE = 32;
  private static final int FRONT_ENDS = 3;
  private static final int EXCHANGES_PER_DEATH = 500;
  private static final int SOONEST = 50;

  /// An election in a NATS cluster takes up to 9 s.
  private static final Duration ELECTION = Duration.ofSeconds(60);

  /// A node that has just become the leader may take so long to read what it has agreed to.
  private static final Duration CATCH_UP = Duration.ofSeconds(5);

  private static final String[] POOL = {
    "--replicas=3",
    "--pool=10.0.0.10-10.0.1.255",
    "--subnet=10.0.0.0/16",
    "--lease-time=30",
    "--offer-time=5",
    "--decline-time=10",
    "--events=off"
  };

  private final Random random = new Random(SEED);
  private final LeaseLedger ledger = new LeaseLedger();
  private final Answers answers = new Answers();
  private final AtomicBoolean over = new AtomicBoolean();
  private final List<Process> replicas = new ArrayList<>();
  private final List<Bus> frontEnds = new ArrayList<>();
  private final List<SimulatedMachine> machines = new ArrayList<>();
  private final List<String> deaths = new ArrayList<>();
  private NatsCluster cluster;
  private Backends backends;
  private Connection own;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(NatsCluster.isPossible(), "no nats-server on the PATH: apt-get install nats-server");
    System.out.println("ClusterChaosTest seed " + SEED);
    cluster = NatsCluster.start(true);
    backends = new Backends(cluster.urls());
    own =
        Nats.connect(
            new Options.Builder()
                .server(cluster.urls())
                .maxReconnects(-1)
                .errorListener(new ErrorListener() {}) // what dies is no news
                .build());
    for (int i = 0; i < REPLICAS; i++) {
      replicas.add(backends.startProcess(POOL));
    }
    for (int i = 0; i < FRONT_ENDS; i++) {
      frontEnds.add(backends.frontEnd("front-end-" + i));
    }
    for (int i = 0; i < MACHINES; i++) {
      machines.add(new SimulatedMachine(Lab.mac(i), ledger, frontEnds, answers));
    }
    await().atMost(ELECTION).until(this::isWhole);
    await().atMost(ELECTION).until(machines.getFirst()::isServed);
  }

  @AfterEach
  void stop() throws Exception {
    if (cluster != null) {
      frontEnds.forEach(Bus::close);
      own.close();
      backends.close();
      cluster.close();
    }
  }

  @Test
  void noAddressIsGivenTwiceAndNoConfirmedLeaseIsLost() throws Exception {
    long begin = System.nanoTime();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      running.add(threads.submit(this::audit));
      for (int i = 0; i < AT_ONCE; i++) {
        int first = i;
        running.add(threads.submit(() -> live(first)));
      }
      try {
        storm();
      } finally {
        over.set(true);
      }
      for (Future<?> one : running) {
        one.get();
      }
    }
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    System.out.printf(
        "ClusterChaosTest %d replicas, exchanges=%d in %.1f s, killed %s, %s worst gap=%d ms%n",
        REPLICAS,
        ledger.exchanges(),
        took.toMillis() / 1000.0,
        deaths,
        answers,
        ledger.worstGap().toMillis());

    await().atMost(ELECTION).until(this::isWhole);
    assertStored();
    assertThat(ledger.violations()).as("seed %d", SEED).isEmpty();
    assertServed();
  }

  /// Some machines of the fleet, one after the other.
  private Void live(int first) throws InterruptedException {
    Random mine = new Random(SEED + first);
    while (!over.get()) {
      int one = first + AT_ONCE * mine.nextInt(MACHINES / AT_ONCE);
      machines.get(one).act(mine);
      Thread.sleep(mine.nextInt(10));
    }
    return null;
  }

  /// Each time some machines later something else dies.
  private void storm() throws Exception {
    for (int death = 0; death < EXCHANGES / EXCHANGES_PER_DEATH; death++) {
      awaitExchanges(SOONEST + random.nextInt(2 * (EXCHANGES_PER_DEATH - SOONEST)));
      switch (death % 4) {
        case 1 -> nodeDies();
        case 3 -> allDie();
        default -> replicaDies();
      }
    }
    awaitExchanges(Math.max(SOONEST, EXCHANGES - ledger.exchanges()));
  }

  private void awaitExchanges(int more) {
    int until = ledger.exchanges() + more;
    await()
        .atMost(ELECTION.plusMillis(20L * more))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> ledger.exchanges() >= until || !ledger.violations().isEmpty());
    assertThat(ledger.violations()).as("seed %d", SEED).isEmpty();
  }

  private void replicaDies() throws IOException {
    int one = random.nextInt(REPLICAS);
    replicas.get(one).destroyForcibly().onExit().join();
    boolean missed = random.nextBoolean();
    deaths.add("replica" + one);
    if (missed) {
      awaitExchanges(SOONEST);
    }
    replicas.set(one, backends.startProcess(POOL));
  }

  private void nodeDies() throws Exception {
    int one = random.nextInt(cluster.nodes().size());
    String node = cluster.nodes().get(one);
    cluster.kill(node);
    deaths.add("node" + one);
    if (random.nextBoolean()) {
      awaitExchanges(SOONEST);
    }
    cluster.restart(node);
    await().atMost(ELECTION).until(this::isWhole);
  }

  /// Every replica, and a node beneath them.
  private void allDie() throws Exception {
    replicas.forEach(replica -> replica.destroyForcibly().onExit().join());
    deaths.add("all replicas");
    for (int i = 0; i < REPLICAS; i++) {
      replicas.set(i, backends.startProcess(POOL));
    }
    nodeDies();
  }

  /// Whether each node has all that is stored, so that the next one may die.
  private boolean isWhole() {
    try {
      return isWhole(backends.leaseStream()) && isWhole(backends.nodeStream());
    } catch (Exception e) {
      return false;
    }
  }

  private boolean isWhole(String stream) throws Exception {
    StreamInfo info = own.jetStreamManagement().getStreamInfo(stream);
    var state = info.getClusterInfo();
    return state != null
        && state.getReplicas().size() == 2
        && state.getReplicas().stream().allMatch(replica -> replica.isCurrent());
  }

  /// Compares what is stored with what was told, again and again.
  private Void audit() throws Exception {
    Random mine = new Random(SEED);
    while (!over.get()) {
      List<Held> all = ledger.all();
      if (!all.isEmpty()) {
        compare(all.get(mine.nextInt(all.size())));
      }
      Thread.sleep(5);
    }
    return null;
  }

  /// Says that a lease is lost if the leader of the bucket has said so for long.
  private void compare(Held held) throws Exception {
    long begin = System.nanoTime();
    while (!over.get()) {
      MessageInfo record = record(held);
      if (record == null) { // no leader
        begin = System.nanoTime();
      } else {
        Lease lease =
            record.hasError()
                ? null
                : new LeaseFormat().read(Objects.requireNonNull(record.getData()));
        if (ledger.isStored(held, lease)) {
          return;
        }
        if (System.nanoTime() - begin > CATCH_UP.toNanos()) {
          ledger.lost(held, lease);
          return;
        }
      }
      Thread.sleep(100);
    }
  }

  /// As the leader has it, where there is one.
  private @Nullable MessageInfo record(Held held) throws InterruptedException {
    String subject = backends.leaseSubject(held.address());
    Message answer =
        own.request(
            "$JS.API.STREAM.MSG.GET." + backends.leaseStream(),
            MessageGetRequest.lastForSubject(subject).serialize(),
            Duration.ofSeconds(1));
    return answer == null || answer.isStatusMessage()
        ? null
        : new MessageInfo(answer, backends.leaseStream(), false);
  }

  private void assertStored() throws Exception {
    List<Held> told = ledger.all();
    Map<String, Lease> stored = backends.storedLeases();
    for (Held held : told) {
      Lease record = stored.get(held.address().getHostAddress());
      if (!ledger.isStored(held, record)) {
        ledger.lost(held, record);
      }
    }
    System.out.printf("ClusterChaosTest %d leases told, %d stored%n", told.size(), stored.size());
  }

  /// By all replicas, and by any one that is left alone.
  private void assertServed() {
    assertThat(served(MACHINES)).isGreaterThan(MACHINES * 9 / 10);
    Process alone = replicas.get(random.nextInt(REPLICAS));
    replicas.stream()
        .filter(replica -> replica != alone)
        .forEach(replica -> replica.destroyForcibly().onExit().join());
    assertThat(served(AT_ONCE)).isGreaterThan(AT_ONCE * 3 / 4);
  }

  private long served(int first) {
    return machines.stream().limit(first).filter(SimulatedMachine::isServed).count();
  }
}
