package dev.bootbus.kernel;

import dev.bootbus.schema.MacAddress;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The machines: those that the operator declared, and those that have been seen.
final class Nodes {
  /// Where a flood of invented hardware addresses ends.
  private static final int MAX_NODES = 100_000;

  private final Catalogue catalogue;
  private final boolean register;
  private final InstantSource clock;
  private final Bucket<MacAddress, Node> bucket;

  /// @param register whether an unknown machine becomes known when it is first seen
  Nodes(
      Catalogue catalogue, boolean register, InstantSource clock, String bucketName, int replicas) {
    this.catalogue = catalogue;
    this.register = register;
    this.clock = clock;
    this.bucket = new Bucket<>(bucketName, replicas, new NodeFormat(), (_, _, _) -> {});
  }

  Bucket<MacAddress, Node> bucket() {
    return bucket;
  }

  /// A machine as far as it is known; empty if it has to be known and is not.
  Optional<Machine> find(MacAddress mac) {
    Declared declared = catalogue.nodes().get(mac);
    Node node = nodeOf(bucket.find(mac));
    return register || declared != null || node != null
        ? Optional.of(Machine.of(mac, declared, node))
        : Optional.empty();
  }

  /// A machine that has just spoken.
  ///
  /// @param registered the node that it has become by that, or null if it was one
  record Seen(Machine machine, @Nullable Node registered) {}

  /// The same for a machine that has just spoken; what it said of itself is kept.
  Optional<Seen> seen(MacAddress mac, Architecture arch, String uuid)
      throws StoreUnavailableException {
    Entry<Node> entry = bucket.find(mac);
    boolean known = entry != null || catalogue.nodes().containsKey(mac);
    if (!known && !register) {
      return Optional.empty();
    }
    Node registered = null;
    if (entry == null) {
      registered = register(mac, arch, uuid);
    } else if (nodeOf(entry) instanceof Node node) {
      Node now = node.learning(arch, uuid);
      if (!now.equals(node)) {
        bucket.write(mac, now, entry); // whoever was faster will be met at the next packet
      }
    }
    Node newcomer = registered;
    return find(mac).map(machine -> new Seen(machine, newcomer));
  }

  /// @return null where another replica was faster
  private @Nullable Node register(MacAddress mac, Architecture arch, String uuid)
      throws StoreUnavailableException {
    if (bucket.size() >= MAX_NODES) {
      throw new StoreUnavailableException("there are " + MAX_NODES + " nodes already");
    }
    Declared declared = catalogue.nodes().get(mac);
    String hostname =
        declared == null || declared.hostname().isEmpty() ? freeName(mac) : declared.hostname();
    Node node = new Node(mac, hostname, "", arch, uuid, clock.instant(), Map.of());
    return bucket.write(mac, node, null) ? node : null;
  }

  private String freeName(MacAddress mac) {
    String name = HostNames.of(mac);
    boolean taken =
        bucket.values().anyMatch(node -> node.hostname().equals(name))
            || catalogue.nodes().values().stream().anyMatch(node -> node.hostname().equals(name));
    return taken ? HostNames.longOf(mac) : name;
  }

  private static @Nullable Node nodeOf(@Nullable Entry<Node> entry) {
    return entry instanceof Entry.Readable<Node>(Node node, _) ? node : null;
  }
}
