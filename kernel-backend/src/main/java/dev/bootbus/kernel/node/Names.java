package dev.bootbus.kernel.node;

import dev.bootbus.kernel.catalogue.Catalogue;
import dev.bootbus.kernel.catalogue.Declared;
import dev.bootbus.kernel.store.Bucket;
import dev.bootbus.kernel.store.Entry;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Which node is meant by a hardware address, a host name, a UUID or an address. Of the first three
/// and the last, one node has each: what YAML declares goes first, then the node whose first
/// hardware address it is, then the one that was seen first.
final class Names {
  private final Supplier<Catalogue> catalogue;
  private final Index<MacAddress> others = new Index<>();
  private final Index<String> hostnames = new Index<>();
  private final Index<Inet4Address> addresses = new Index<>();
  private final Uuids uuids = new Uuids();
  private final Set<MacAddress> contested = ConcurrentHashMap.newKeySet();
  private final Set<MacAddress> underway = ConcurrentHashMap.newKeySet();
  private volatile Declarations declarations;
  private @Nullable Bucket<MacAddress, Node> bucket;

  Names(Supplier<Catalogue> catalogue) {
    this.catalogue = catalogue;
    this.declarations = Declarations.of(catalogue.get());
  }

  /// The two know each other.
  void of(Bucket<MacAddress, Node> of) {
    bucket = of;
  }

  Uuids uuids() {
    return uuids;
  }

  Declarations declarations() {
    Declarations known = declarations;
    Catalogue now = catalogue.get();
    if (known.catalogue() != now) {
      known = Declarations.of(now);
      declarations = known;
      contest(known);
    }
    return known;
  }

  /// What another catalogue declares may be what nodes have.
  private void contest(Declarations now) {
    now.byMac().forEach((mac, one) -> others.find(mac).ifPresent(contested::add));
    now.byName().keySet().forEach(name -> hostnames.find(name).ifPresent(contested::add));
    now.byAddress().keySet().forEach(at -> addresses.find(at).ifPresent(contested::add));
  }

  private @Nullable Entry<Node> recordOf(MacAddress mac) {
    return bucket == null ? null : bucket.find(mac);
  }

  MacAddress first(MacAddress mac) {
    Declared declared = declarations().byMac().get(mac);
    if (declared != null) {
      return declared.mac();
    }
    return recordOf(mac) != null ? mac : others.find(mac).orElse(mac);
  }

  /// @param uuid of the packet, or empty; it counts where nobody knows the hardware address
  MacAddress first(MacAddress mac, String uuid) {
    MacAddress first = first(mac);
    if (uuid.isEmpty() || declarations().byUuid().isEmpty()) {
      return first;
    }
    if (recordOf(first) != null || declarations().of(first) != null) {
      return first;
    }
    Declared declared = declared(uuid);
    return declared == null ? first : declared.mac();
  }

  private @Nullable Declared declared(String uuid) {
    String key = uuid.toLowerCase(Locale.ROOT);
    Declared declared = declarations().byUuid().get(Uuids.turned(key));
    return declared == null ? declarations().byUuid().get(key) : declared;
  }

  Optional<MacAddress> named(String id) {
    String key = id.toLowerCase(Locale.ROOT);
    Declared declared = declarations().byName().get(key);
    return Optional.ofNullable(declared)
        .map(Declared::mac)
        .or(() -> hostnames.find(key))
        .or(() -> uuid(key))
        .or(() -> mac(id));
  }

  private Optional<MacAddress> uuid(String key) {
    if (!Uuids.isUuid(key)) {
      return Optional.empty();
    }
    return Optional.ofNullable(declared(key)).map(Declared::mac).or(() -> uuids.find(key));
  }

  private Optional<MacAddress> mac(String id) {
    try {
      MacAddress first = first(MacAddress.parse(id));
      return declarations().of(first) != null || recordOf(first) != null
          ? Optional.of(first)
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  Optional<MacAddress> at(Inet4Address address) {
    return Optional.ofNullable(declarations().byAddress().get(address))
        .map(Declared::mac)
        .or(() -> addresses.find(address));
  }

  /// Whether some node was given an address at run time.
  boolean isGiven(Inet4Address address) {
    return addresses.find(address).isPresent();
  }

  /// A name that nobody has.
  String freeFor(MacAddress mac) {
    return List.of(HostNames.of(mac), HostNames.longOf(mac)).stream()
        .filter(name -> !isTaken(name, mac))
        .findFirst()
        .orElseGet(() -> HostNames.fullOf(mac));
  }

  boolean isTaken(String hostname, MacAddress mac) {
    String key = hostname.toLowerCase(Locale.ROOT);
    return isAnothers(declarations().byName().get(key), mac) || hostnames.isTaken(key, mac);
  }

  boolean isTaken(Inet4Address address, MacAddress mac) {
    return isAnothers(declarations().byAddress().get(address), mac)
        || addresses.isTaken(address, mac);
  }

  /// Whether a hardware address is another machine's, in any way.
  boolean isTaken(MacAddress one, MacAddress mac) {
    return !one.equals(mac)
        && (isAnothers(declarations().byMac().get(one), mac)
            || recordOf(one) != null
            || others.isTaken(one, mac));
  }

  boolean isUuidTaken(String uuid, MacAddress mac) {
    return isAnothers(declared(uuid), mac) || uuids.isTaken(uuid, mac);
  }

  private static boolean isAnothers(@Nullable Declared declared, MacAddress mac) {
    return declared != null && !declared.mac().equals(mac);
  }

  Stream<MacAddress> underway() {
    return underway.stream();
  }

  /// A name that is about to be stored.
  void reserve(Node fresh) {
    hostnames.add(fresh.hostname().toLowerCase(Locale.ROOT), fresh);
  }

  /// Called by the bucket, one change at a time.
  void changed(MacAddress mac, @Nullable Entry<Node> before, @Nullable Entry<Node> after) {
    Node old = Nodes.nodeOf(before);
    Node now = Nodes.nodeOf(after);
    uuids.changed(mac, old, now);
    if (old != null) {
      hostnames.remove(old.hostname().toLowerCase(Locale.ROOT), mac);
      old.given().macs().forEach(other -> others.remove(other, mac));
      if (old.given().address() != null) {
        addresses.remove(old.given().address(), mac);
      }
    }
    if (now != null && isUnderway(now.progress().status())) {
      underway.add(mac);
    } else {
      underway.remove(mac);
    }
    if (now == null) {
      contested.remove(mac);
      return;
    }
    add(now);
    contest(now);
  }

  private static boolean isUnderway(Status status) {
    return status == Status.BOOTING || status == Status.REBOOTING;
  }

  private void add(Node node) {
    if (!node.hostname().isEmpty()) {
      hostnames.add(node.hostname().toLowerCase(Locale.ROOT), node);
    }
    node.given().macs().forEach(other -> others.add(other, node));
    if (node.given().address() != null) {
      addresses.add(node.given().address(), node);
    }
  }

  private void contest(Node node) {
    contested.addAll(hostnames.losers(node.hostname().toLowerCase(Locale.ROOT)));
    contested.addAll(others.holders(node.mac()));
    for (MacAddress other : node.given().macs()) {
      contested.addAll(others.losers(other));
    }
    if (node.given().address() != null) {
      contested.addAll(addresses.losers(node.given().address()));
    }
    if (!settled(node).equals(node)) {
      contested.add(node.mac());
    }
  }

  /// Those that may have lost something since this was asked last.
  List<MacAddress> losers() {
    declarations();
    List<MacAddress> losers = List.copyOf(contested);
    losers.forEach(contested::remove);
    return losers;
  }

  /// The node without what is another's.
  Node settled(Node node) {
    Given given = node.given();
    MacAddress mac = node.mac();
    String key = given.hostname().toLowerCase(Locale.ROOT);
    if (isAnothers(declarations.byName().get(key), mac)
        || hostnames.find(key).filter(holder -> !holder.equals(mac)).isPresent()) {
      given = given.named(freeFor(mac));
    }
    List<MacAddress> own = given.macs().stream().filter(one -> isOwn(one, mac)).toList();
    if (!own.equals(given.macs())) {
      given = given.withMacs(own);
    }
    Inet4Address address = given.address();
    if (address != null
        && (isAnothers(declarations.byAddress().get(address), mac)
            || addresses.find(address).filter(holder -> !holder.equals(mac)).isPresent())) {
      given = given.withAddress(null);
    }
    return given.equals(node.given()) ? node : node.with(given);
  }

  private boolean isOwn(MacAddress one, MacAddress mac) {
    return !isAnothers(declarations.byMac().get(one), mac)
        && recordOf(one) == null
        && others.find(one).filter(holder -> !holder.equals(mac)).isEmpty();
  }
}
