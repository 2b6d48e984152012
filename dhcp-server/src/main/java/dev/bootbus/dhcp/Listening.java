package dev.bootbus.dhcp;

import dev.bootbus.dhcp.DhcpServer.Backend;
import dev.bootbus.dhcp.Scope.Terms;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The ports that are served. They change together, or not at all.
final class Listening implements AutoCloseable {
  /// @param terms on which it was opened or last changed
  private record Served(DhcpSocket socket, DhcpServer server, Terms terms) {
    boolean isUnprobed() {
      return terms.on(socket).conflictCheck().isPositive() && !socket.sendsFrames();
    }
  }

  private final Backend backend;
  private final Outcomes outcomes;
  private final Map<Place, Served> served = new HashMap<>();
  private final Memory memory = new Memory();
  private List<Scope> scopes = List.of();
  private boolean closed;

  Listening(Backend backend, Outcomes outcomes) {
    this.backend = backend;
    this.outcomes = outcomes;
  }

  /// Serves these from now on. A port that stays open loses no packet; what is under way is
  /// answered as it was begun.
  ///
  /// @throws IllegalArgumentException with one sentence for the operator, if a port cannot be
  ///     opened; then everything is as before
  synchronized void change(List<Scope> changed) {
    Map<Place, Terms> wanted = new LinkedHashMap<>();
    changed.forEach(scope -> wanted.putAll(scope.ports(memory)));
    if (closed) {
      return;
    }
    Map<Place, Served> replaced = closeFor(wanted.keySet());
    Map<Place, DhcpSocket> opened;
    try {
      opened = open(wanted.keySet());
    } catch (IllegalArgumentException e) {
      replaced.forEach((place, old) -> served.put(place, serve(place, place.open(), old.terms())));
      throw e;
    }
    wanted.forEach(
        (place, terms) -> {
          Served old = served.get(place);
          if (old == null) {
            served.put(place, serve(place, opened.get(place), terms));
          } else {
            old.server().change(terms.on(old.socket()));
            served.put(place, new Served(old.socket(), old.server(), terms));
          }
        });
    Set<Place> gone = new HashSet<>(served.keySet());
    gone.removeAll(wanted.keySet());
    gone.forEach(place -> served.remove(place).socket().close());
    scopes = List.copyOf(changed);
    memory.keep(scopes.stream().map(Scope::limits).collect(Collectors.toSet()));
  }

  /// What is served now, and how.
  synchronized List<Scope> scopes() {
    return scopes;
  }

  Memory memory() {
    return memory;
  }

  /// The same port of the same interface cannot be open twice, so where only its own address
  /// changes the old socket goes first.
  private Map<Place, Served> closeFor(Set<Place> wanted) {
    Map<Place, Served> closed = new HashMap<>();
    for (Place place : Set.copyOf(served.keySet())) {
      if (!wanted.contains(place) && wanted.stream().anyMatch(place::isSamePort)) {
        Served old = served.remove(place);
        old.socket().close();
        closed.put(place, old);
      }
    }
    return closed;
  }

  private Map<Place, DhcpSocket> open(Set<Place> places) {
    Map<Place, DhcpSocket> opened = new HashMap<>();
    try {
      for (Place place : places) {
        if (!served.containsKey(place)) {
          opened.put(place, place.open());
        }
      }
      return opened;
    } catch (IllegalArgumentException e) {
      opened.values().forEach(DhcpSocket::close);
      throw e;
    }
  }

  /// Whether any port answers a client without an address by a frame.
  synchronized boolean sendsFrames() {
    return served.values().stream().anyMatch(port -> port.socket().sendsFrames());
  }

  /// The interfaces on which addresses are to be probed, and cannot be.
  synchronized Set<String> unprobed() {
    return served.entrySet().stream()
        .filter(port -> port.getValue().isUnprobed())
        .map(port -> Place.label(port.getKey().network()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private Served serve(Place place, DhcpSocket socket, Terms terms) {
    DhcpServer server = new DhcpServer(terms.on(socket), backend, outcomes);
    String name = "receive " + Place.label(place.network()) + ":" + place.number();
    Thread.ofPlatform().name(name).start(server::serve);
    return new Served(socket, server, terms);
  }

  /// For good.
  @Override
  public synchronized void close() {
    closed = true;
    served.values().forEach(port -> port.socket().close());
    served.clear();
  }
}
