package dev.bootbus.kernel;

import dev.bootbus.kernel.lease.Lease;
import dev.bootbus.kernel.lease.Leases;
import dev.bootbus.kernel.lease.Network;
import dev.bootbus.kernel.lease.Networks;
import dev.bootbus.kernel.node.Node;
import dev.bootbus.kernel.node.Nodes;
import dev.bootbus.kernel.node.Progress;
import dev.bootbus.kernel.node.Stage;
import dev.bootbus.kernel.store.Bucket.Held;
import dev.bootbus.kernel.store.Entry.Readable;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.net.Inet4Address;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Counts leases and nodes every few seconds, so that a scrape need not: 100,000 of each are looked
/// at in some 20 ms.
final class Census implements AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(10);

  /// Subnets that are counted one by one; all others are one row.
  private static final int MAX_SUBNETS = 256;

  private static final String OTHERS = "others";

  /// Of one subnet.
  ///
  /// @param size of its pool
  private record Count(int size, int taken, Map<Lease.State, Integer> leases) {
    Count plus(Count other) {
      Map<Lease.State, Integer> sum = new EnumMap<>(Lease.State.class);
      sum.putAll(leases);
      other.leases.forEach((state, count) -> sum.merge(state, count, Integer::sum));
      return new Count(size + other.size, taken + other.taken, sum);
    }

    static Count of(Lease.State state, boolean ofPool) {
      return new Count(0, ofPool ? 1 : 0, Map.of(state, 1));
    }
  }

  private final Leases leases;
  private final Nodes nodes;
  private final InstantSource clock;
  private final MultiGauge leaseRows;
  private final MultiGauge sizeRows;
  private final MultiGauge takenRows;
  private final MultiGauge nodeRows;
  private final Thread thread = Thread.ofVirtual().name("census").unstarted(this::count);

  Census(Leases leases, Nodes nodes, InstantSource clock, MeterRegistry registry) {
    this.leases = leases;
    this.nodes = nodes;
    this.clock = clock;
    leaseRows = gauge("bootbus.kernel.leases", "leases that count now", registry);
    sizeRows = gauge("bootbus.kernel.pool.size", "addresses of the pool", registry);
    takenRows =
        gauge(
            "bootbus.kernel.pool.taken",
            "addresses of the pool that are leased, or declined and not yet free again",
            registry);
    nodeRows = gauge("bootbus.kernel.nodes", "nodes, by how far they are", registry);
  }

  private static MultiGauge gauge(String name, String what, MeterRegistry registry) {
    return MultiGauge.builder(name).description(what).register(registry);
  }

  void start() {
    thread.start();
  }

  private void count() {
    try {
      while (true) {
        now();
        Thread.sleep(EVERY);
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  void now() {
    Map<String, Count> subnets = subnets();
    leaseRows.register(
        rows(
            subnets,
            (name, count) -> {
              List<Row<?>> rows = new ArrayList<>();
              for (Lease.State state : List.of(Lease.State.BOUND, Lease.State.DECLINED)) {
                Tags tags = Tags.of("subnet", name, "state", Progress.key(state));
                rows.add(Row.of(tags, count.leases.getOrDefault(state, 0)));
              }
              return rows;
            }),
        true);
    sizeRows.register(rows(subnets, Count::size), true);
    takenRows.register(rows(subnets, Count::taken), true);
    Map<Stage, Integer> stages = new EnumMap<>(Stage.class);
    nodes
        .bucket()
        .entries()
        .forEach(
            held -> {
              if (held.entry() instanceof Readable(Node node, _)) {
                stages.merge(node.progress().stage(), 1, Integer::sum);
              }
            });
    List<Row<?>> rows = new ArrayList<>();
    for (Stage stage : Stage.values()) {
      rows.add(Row.of(Tags.of("stage", Progress.key(stage)), stages.getOrDefault(stage, 0)));
    }
    nodeRows.register(rows, true);
  }

  private interface Rows {
    List<Row<?>> of(String name, Count count);
  }

  private static List<Row<?>> rows(Map<String, Count> subnets, Rows each) {
    List<Row<?>> rows = new ArrayList<>();
    subnets.forEach((name, count) -> rows.addAll(each.of(name, count)));
    return rows;
  }

  private static List<Row<?>> rows(Map<String, Count> subnets, Function<Count, Integer> number) {
    return rows(
        subnets, (name, count) -> List.of(Row.of(Tags.of("subnet", name), number.apply(count))));
  }

  private Map<String, Count> subnets() {
    Networks networks = leases.networks();
    Map<Network, String> names = new HashMap<>();
    Map<String, Count> counts = new HashMap<>();
    for (Network network : networks.all()) {
      String name =
          network.subnet() == null || names.size() >= MAX_SUBNETS
              ? OTHERS
              : network.subnet().toString();
      names.put(network, name);
      int size = network.pool() == null ? 0 : network.pool().size();
      counts.merge(name, new Count(size, 0, Map.of()), Count::plus);
    }
    Instant now = clock.instant();
    leases.bucket().entries().forEach(held -> add(held, networks, names, counts, now));
    return counts;
  }

  private static void add(
      Held<Inet4Address, Lease> held,
      Networks networks,
      Map<Network, String> names,
      Map<String, Count> counts,
      Instant now) {
    if (held.entry() instanceof Readable(Lease lease, _) && lease.isTaken(now)) {
      Network network = networks.at(held.key());
      String name = network == null ? OTHERS : names.getOrDefault(network, OTHERS);
      boolean ofPool =
          network != null && network.pool() != null && network.pool().contains(held.key());
      counts.merge(name, Count.of(lease.state(), ofPool), Count::plus);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
