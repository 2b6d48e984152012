package dev.bootbus.kernel.node;

import dev.bootbus.kernel.catalogue.Architecture;
import dev.bootbus.kernel.catalogue.Catalogue;
import dev.bootbus.kernel.catalogue.Declared;
import dev.bootbus.kernel.store.Bucket;
import dev.bootbus.kernel.store.Entry;
import dev.bootbus.schema.MacAddress;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The machines: those that the operator declared, and those that have been seen.
public final class Nodes {
  private static final Logger LOG = LoggerFactory.getLogger("kernel-backend");

  /// Where a flood of invented hardware addresses ends. Who comes later is served and not
  /// registered.
  private static final int MAX_NODES = 100_000;

  private final Supplier<Catalogue> catalogue;
  private final Unknown unknown;
  private final InstantSource clock;
  private final Bucket<MacAddress, Node> bucket;
  private final Registrations registrations;
  private final Set<String> declaredNames;
  private final Map<String, MacAddress> names = new ConcurrentHashMap<>();
  private final Uuids uuids = new Uuids();
  private volatile boolean full;

  public Nodes(
      Supplier<Catalogue> catalogue,
      Unknown unknown,
      InstantSource clock,
      String bucketName,
      int replicas) {
    this.catalogue = catalogue;
    this.unknown = unknown;
    this.clock = clock;
    this.bucket = new Bucket<>(bucketName, replicas, new NodeFormat(), this::changed);
    this.registrations = new Registrations(bucket);
    this.declaredNames =
        catalogue.get().nodes().values().stream()
            .map(Declared::hostname)
            .collect(Collectors.toUnmodifiableSet());
  }

  public Bucket<MacAddress, Node> bucket() {
    return bucket;
  }

  /// A machine as far as it is known; empty if it has to be known and is not.
  public Optional<Machine> find(MacAddress mac) {
    Declared declared = catalogue.get().nodes().get(mac);
    Node node = registrations.find(mac).orElseGet(() -> nodeOf(bucket.find(mac)));
    return unknown != Unknown.REFUSE || declared != null || node != null
        ? Optional.of(Machine.of(mac, declared, node))
        : Optional.empty();
  }

  /// The node of this MAC, host name or UUID; one that has been seen or declared.
  public Optional<MacAddress> named(String id) {
    MacAddress declared =
        catalogue.get().nodes().values().stream()
            .filter(node -> node.hostname().equals(id))
            .map(Declared::mac)
            .findFirst()
            .orElseGet(() -> names.get(id));
    return Optional.ofNullable(declared)
        .or(() -> uuids.find(id.toLowerCase(Locale.ROOT)))
        .or(() -> isKnown(id));
  }

  private Optional<MacAddress> isKnown(String text) {
    try {
      MacAddress mac = MacAddress.parse(text);
      return catalogue.get().nodes().containsKey(mac) || bucket.find(mac) != null
          ? Optional.of(mac)
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// The secret of a machine, when it is in the bucket: another replica may have been faster.
  public Optional<Token> token(MacAddress mac) {
    return Optional.ofNullable(nodeOf(bucket.find(mac))).map(Node::token);
  }

  public Uuids uuids() {
    return uuids;
  }

  /// The same for a machine that has just spoken; what it said of itself is kept, later.
  ///
  /// @param registered told when the machine has become a node by that
  public Optional<Machine> seen(
      MacAddress mac, Architecture arch, String uuid, Consumer<Node> registered) {
    Optional<Node> waiting = registrations.find(mac);
    Entry<Node> entry = bucket.find(mac);
    if (waiting.isPresent()) {
      registrations.learn(waiting.get().learning(arch, uuid));
    } else if (entry == null && isRegistered(mac)) {
      register(mac, arch, uuid, registered);
    } else if (nodeOf(entry) instanceof Node node) {
      Node now = node.learning(arch, uuid);
      if (!now.equals(node)) {
        registrations.add(now, entry, _ -> {});
      }
    }
    return find(mac);
  }

  /// Whether a machine becomes a node when it is seen.
  private boolean isRegistered(MacAddress mac) {
    return unknown == Unknown.REGISTER || catalogue.get().nodes().containsKey(mac);
  }

  private void register(MacAddress mac, Architecture arch, String uuid, Consumer<Node> registered) {
    if (bucket.size() + registrations.size() >= MAX_NODES) {
      if (!full) {
        full = true;
        LOG.warn("nodes unregistered from now on: there are {} already", MAX_NODES);
      }
      return;
    }
    Declared declared = catalogue.get().nodes().get(mac);
    String hostname =
        declared == null || declared.hostname().isEmpty() ? freeName(mac) : declared.hostname();
    registrations.add(
        new Node(mac, hostname, "", arch, uuid, clock.instant(), Token.fresh(mac), Map.of()),
        null,
        registered);
  }

  private String freeName(MacAddress mac) {
    String name = HostNames.of(mac);
    MacAddress holder = names.putIfAbsent(name, mac);
    boolean free = (holder == null || holder.equals(mac)) && !declaredNames.contains(name);
    return free ? name : HostNames.longOf(mac);
  }

  private void changed(MacAddress mac, @Nullable Entry<Node> before, @Nullable Entry<Node> after) {
    uuids.changed(mac, nodeOf(before), nodeOf(after));
    if (nodeOf(before) instanceof Node node) {
      names.remove(node.hostname(), mac);
    }
    if (nodeOf(after) instanceof Node node) {
      names.put(node.hostname(), mac);
    }
  }

  private static @Nullable Node nodeOf(@Nullable Entry<Node> entry) {
    return entry instanceof Entry.Readable<Node>(Node node, _) ? node : null;
  }
}
