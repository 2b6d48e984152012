package dev.bootbus.kernel.node;

import dev.bootbus.schema.MacAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Which node has a name that only one may have. Two replicas may give it away at once; then the
/// node that was seen first has it, in the eyes of every replica.
final class Index<K> {
  private record Holder(MacAddress mac, Instant firstSeen) {
    static final Comparator<Holder> BY_AGE =
        Comparator.comparing(Holder::firstSeen).thenComparing(Holder::mac);
  }

  private final Map<K, List<Holder>> holders = new ConcurrentHashMap<>();

  void add(K name, Node node) {
    Holder one = new Holder(node.mac(), node.firstSeen());
    holders.merge(name, List.of(one), (held, _) -> with(held, one));
  }

  private static List<Holder> with(List<Holder> held, Holder one) {
    List<Holder> all = new ArrayList<>(held);
    all.removeIf(holder -> holder.mac().equals(one.mac()));
    all.add(one);
    all.sort(Holder.BY_AGE);
    return List.copyOf(all);
  }

  void remove(K name, MacAddress mac) {
    holders.computeIfPresent(
        name,
        (_, held) -> {
          List<Holder> left = held.stream().filter(holder -> !holder.mac().equals(mac)).toList();
          return left.isEmpty() ? null : left;
        });
  }

  Optional<MacAddress> find(K name) {
    List<Holder> held = holders.get(name);
    return held == null ? Optional.empty() : Optional.of(held.getFirst().mac());
  }

  List<MacAddress> holders(K name) {
    return holders.getOrDefault(name, List.of()).stream().map(Holder::mac).toList();
  }

  /// Those that say they have it, and do not.
  List<MacAddress> losers(K name) {
    List<Holder> held = holders.getOrDefault(name, List.of());
    return held.stream().skip(1).map(Holder::mac).toList();
  }

  /// Whether any other node says that it has it.
  boolean isTaken(K name, MacAddress mac) {
    return holders.getOrDefault(name, List.of()).stream()
        .anyMatch(holder -> !holder.mac().equals(mac));
  }
}
