package dev.bootbus.kernel.node;

import dev.bootbus.kernel.catalogue.Architecture;
import dev.bootbus.kernel.catalogue.Catalogue;
import dev.bootbus.kernel.catalogue.Declared;
import dev.bootbus.kernel.store.Bucket;
import dev.bootbus.kernel.store.Entry;
import dev.bootbus.schema.DhcpRequest.Facts;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The machines: those that the operator declared, and those that have been seen. A machine may
/// have several hardware addresses; by the first it is known.
public final class Nodes {
  private static final Logger LOG = LoggerFactory.getLogger("kernel-backend");

  /// Where a flood of invented hardware addresses ends. Who comes later is served and not
  /// registered.
  public static final int MAX_NODES = 100_000;

  private final Supplier<Catalogue> catalogue;
  private final Supplier<Unknown> unknown;
  private final InstantSource clock;
  private final Bucket<MacAddress, Node> bucket;
  private final NodeWrites writes;
  private final Names names;
  private volatile AddressListener addresses = (_, _) -> {};
  private volatile boolean full;

  public Nodes(
      Supplier<Catalogue> catalogue,
      Supplier<Unknown> unknown,
      InstantSource clock,
      String bucketName,
      int replicas) {
    this.catalogue = catalogue;
    this.unknown = unknown;
    this.clock = clock;
    this.names = new Names(catalogue);
    this.bucket = new Bucket<>(bucketName, replicas, new NodeFormat(), this::changed);
    this.names.of(bucket);
    this.writes = new NodeWrites(bucket);
  }

  public Bucket<MacAddress, Node> bucket() {
    return bucket;
  }

  /// Told of each address that a node was given at run time, or has given up.
  public interface AddressListener {
    /// @param fixed whether it is some node's, be it another's: two may have it for a moment
    void changed(Inet4Address address, boolean fixed);
  }

  /// To be called before the bucket is read.
  public void onAddress(AddressListener listener) {
    addresses = listener;
  }

  private void changed(MacAddress mac, @Nullable Entry<Node> before, @Nullable Entry<Node> after) {
    names.changed(mac, before, after);
    Inet4Address was = fixed(before);
    Inet4Address is = fixed(after);
    if (!Objects.equals(was, is)) {
      tell(was);
      tell(is);
    }
  }

  private void tell(@Nullable Inet4Address address) {
    if (address != null) {
      addresses.changed(address, names.isGiven(address));
    }
  }

  private static @Nullable Inet4Address fixed(@Nullable Entry<Node> entry) {
    return entry instanceof Entry.Readable(Node node, _) ? node.given().address() : null;
  }

  /// The first hardware address of the machine that has this one.
  public MacAddress first(MacAddress mac) {
    return names.first(mac);
  }

  /// A machine as far as it is known, by any of its hardware addresses; empty if it has to be known
  /// and is not.
  public Optional<Machine> find(MacAddress mac) {
    MacAddress first = names.first(mac);
    Declared declared = declared(first);
    Node node = known(first);
    return unknown.get() != Unknown.REFUSE || declared != null || node != null
        ? Optional.of(Machine.of(first, declared, node))
        : Optional.empty();
  }

  /// What is kept of a machine, or about to be.
  public Optional<Node> node(MacAddress mac) {
    return Optional.ofNullable(known(names.first(mac)));
  }

  private @Nullable Node known(MacAddress first) {
    return writes.find(first).orElseGet(() -> nodeOf(bucket.find(first)));
  }

  /// What the operator says of a machine in the catalogue.
  ///
  /// @param first of its hardware addresses
  public @Nullable Declared declared(MacAddress first) {
    return names.declarations().of(first);
  }

  /// Whether there is a record of the machine that this version cannot read.
  public boolean isUnreadable(MacAddress mac) {
    return bucket.find(names.first(mac)) instanceof Entry.Unreadable<Node>;
  }

  /// Whether a machine that speaks is no node, and becomes none.
  public boolean isStranger(MacAddress mac) {
    MacAddress first = names.first(mac);
    return known(first) == null && !isRegistered(first);
  }

  /// The node of this MAC, host name or UUID; one that has been seen or declared.
  public Optional<MacAddress> named(String id) {
    return names.named(id).or(() -> waiting(id));
  }

  private Optional<MacAddress> waiting(String id) {
    try {
      return writes.find(MacAddress.parse(id)).map(Node::mac);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// The node that an address is fixed for.
  public Optional<MacAddress> at(InetAddress address) {
    return address instanceof Inet4Address v4 ? names.at(v4) : Optional.empty();
  }

  /// The secret of a machine, when it is in the bucket: another replica may have been faster.
  public Optional<Token> token(MacAddress mac) {
    return Optional.ofNullable(nodeOf(bucket.find(names.first(mac)))).map(Node::token);
  }

  public Uuids uuids() {
    return names.uuids();
  }

  Names names() {
    return names;
  }

  /// The first hardware address of each: declared, stored, or about to be.
  public Stream<MacAddress> all() {
    return Stream.of(
            bucket.entries().map(Bucket.Held::key),
            catalogue.get().nodes().keySet().stream()
                .filter(mac -> bucket.find(mac) == null && writes.find(mac).isEmpty()),
            writes.macs().filter(mac -> bucket.find(mac) == null))
        .flatMap(macs -> macs)
        .filter(mac -> names.first(mac).equals(mac));
  }

  /// The machine that has just spoken; what it said of itself is kept, later.
  ///
  /// @param registered told when the machine has become a node by that
  public Optional<Machine> seen(MacAddress mac, Facts facts, Consumer<Node> registered) {
    String uuid = Uuids.isUuid(facts.uuid()) ? facts.uuid() : "";
    Architecture arch = Architecture.ofClient(facts.clientArch());
    // of most packets: by far the shortest way
    if (names.declarations().byMac().isEmpty()
        && writes.isEmpty()
        && bucket.find(mac) instanceof Entry.Readable<Node>(Node known, _)
        && known.learning(arch, uuid, known.sighting().learning(facts)) == known) {
      return Optional.of(Machine.of(mac, null, known));
    }
    MacAddress first = names.first(mac, uuid);
    Node node = known(first);
    Node now = node;
    if (node != null) {
      Sighting sighting =
          first.equals(mac) ? node.sighting().learning(facts) : node.sighting(); // the other NIC's
      now = node.learning(arch, uuid, sighting);
      if (now != node) {
        writes.change(
            first,
            there -> there == null ? null : there.learning(arch, uuid, sighting),
            (_, _) -> {});
      }
    } else if (isRegistered(first) && bucket.find(first) == null && hasRoom()) {
      now = fresh(first).learning(arch, uuid, Sighting.NONE.learning(facts));
      register(now, registered);
    } else if (unknown.get() != Unknown.REFUSE) {
      now = Node.stranger(first, arch, uuid, Sighting.NONE.learning(facts));
    }
    Declared declared = declared(first);
    return now == null && declared == null
        ? Optional.empty()
        : Optional.of(Machine.of(first, declared, now));
  }

  /// The machine that [#seen] would find if it spoke. Nothing is kept.
  public Optional<Machine> wouldSee(MacAddress mac, Facts facts) {
    String uuid = Uuids.isUuid(facts.uuid()) ? facts.uuid() : "";
    Architecture arch = Architecture.ofClient(facts.clientArch());
    MacAddress first = names.first(mac, uuid);
    Node node = known(first);
    Node now = null;
    if (node != null) {
      boolean other = !first.equals(mac);
      Sighting sighting = other ? node.sighting() : node.sighting().learning(facts);
      now = node.learning(arch, uuid, sighting);
    } else if (wouldRegister(first)) {
      now = fresh(first).learning(arch, uuid, Sighting.NONE.learning(facts));
    } else if (unknown.get() != Unknown.REFUSE) {
      now = Node.stranger(first, arch, uuid, Sighting.NONE.learning(facts));
    }
    Declared declared = declared(first);
    return now == null && declared == null
        ? Optional.empty()
        : Optional.of(Machine.of(first, declared, now));
  }

  /// Whether the machine is no node, and would become one if it spoke.
  public boolean wouldRegister(MacAddress mac) {
    MacAddress first = names.first(mac);
    return known(first) == null && isRegistered(first) && bucket.find(first) == null && isRoom();
  }

  /// Whether a machine becomes a node when it is seen.
  private boolean isRegistered(MacAddress first) {
    return unknown.get() == Unknown.REGISTER || declared(first) != null;
  }

  Node fresh(MacAddress first) {
    Declared declared = declared(first);
    return Node.fresh(
        first,
        declared == null || declared.hostname().isEmpty()
            ? names.freeFor(first)
            : declared.hostname(),
        clock.instant());
  }

  private boolean hasRoom() {
    if (isRoom()) {
      return true;
    }
    if (!full) {
      full = true;
      LOG.warn("nodes unregistered from now on: there are {} already", MAX_NODES);
    }
    return false;
  }

  private boolean isRoom() {
    return bucket.size() + writes.size() < MAX_NODES;
  }

  private void register(Node fresh, Consumer<Node> registered) {
    if (writes.hasRoom()) {
      names.reserve(fresh);
    }
    writes.change(
        fresh.mac(),
        there ->
            there == null ? fresh : there.learning(fresh.arch(), fresh.uuid(), fresh.sighting()),
        (before, after) -> {
          if (before == null) {
            registered.accept(after);
          }
        });
  }

  /// Those of which something is to be heard: they boot.
  public Stream<Node> underway() {
    return names.underway().flatMap(mac -> Optional.ofNullable(nodeOf(bucket.find(mac))).stream());
  }

  /// Changes a node, sooner or later; one that is not there, and might be, is registered by that.
  ///
  /// @param mac any of its hardware addresses
  /// @param change perhaps made more than once, of what other replicas have made of it meanwhile
  /// @param then told once when it is stored, with the node as it was and as it is; not if it makes
  ///     no difference
  public void change(MacAddress mac, UnaryOperator<Node> change, BiConsumer<Node, Node> then) {
    MacAddress first = names.first(mac);
    boolean registered = known(first) == null && isRegistered(first) && hasRoom();
    Node fresh = registered ? fresh(first) : null;
    writes.change(
        first,
        there -> there == null ? fresh == null ? null : change.apply(fresh) : change.apply(there),
        (before, after) -> then.accept(before == null ? after.with(Progress.NEW) : before, after));
  }

  /// Sees to it that no two nodes have the same: takes from each what is another's.
  ///
  /// @param told of each node that has lost something, and what it has now
  public void settle(BiConsumer<Node, Node> told) {
    for (MacAddress loser : names.losers()) {
      writes.change(
          loser,
          node -> node == null ? null : names.settled(node),
          (before, after) -> told.accept(before == null ? after : before, after));
    }
  }

  static @Nullable Node nodeOf(@Nullable Entry<Node> entry) {
    return entry instanceof Entry.Readable<Node>(Node node, _) ? node : null;
  }
}
