package dev.bootbus.dhcp;

import dev.bootbus.dhcp.DhcpServer.Backend;
import dev.bootbus.dhcp.Scope.Terms;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/// The ports that are served. They change together, or not at all.
final class Listening implements AutoCloseable {
  /// @param terms on which it was opened or last changed
  private record Served(DhcpSocket socket, DhcpServer server, Terms terms, Thread thread) {
    boolean isUnprobed() {
      return terms.on(socket).conflictCheck().isPositive() && !socket.sendsFrames();
    }
  }

  private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

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
            served.put(place, new Served(old.socket(), old.server(), terms, old.thread()));
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
    Thread thread = Thread.ofPlatform().name(name).start(server::serve);
    return new Served(socket, server, terms, thread);
  }

  /// Shows how much is under way.
  void measure(MeterRegistry registry) {
    Gauge.builder("bootbus.dhcp.queue", this, all -> all.sum(DhcpServer::waiting))
        .description("packets that wait until fewer questions are under way")
        .register(registry);
    Gauge.builder("bootbus.dhcp.in.flight", this, all -> all.sum(DhcpServer::asking))
        .description("packets whose question to the backend is under way")
        .register(registry);
  }

  private synchronized int sum(ToIntFunction<DhcpServer> number) {
    return served.values().stream().mapToInt(port -> number.applyAsInt(port.server())).sum();
  }

  /// Why machines are not heard, on the first port where that is so.
  synchronized Optional<String> trouble() {
    return served.isEmpty()
        ? Optional.of("none is open")
        : served.entrySet().stream()
            .flatMap(port -> trouble(port.getKey(), port.getValue()).stream())
            .findFirst();
  }

  private static Optional<String> trouble(Place place, Served port) {
    String label = Place.label(place.network());
    if (!port.thread().isAlive()) {
      return Optional.of(label + ":" + place.number() + " is no longer read");
    }
    return place.network().isEmpty() || isUp(place.network())
        ? Optional.empty()
        : Optional.of("the interface " + label + " is down");
  }

  private static boolean isUp(String name) {
    try {
      NetworkInterface network = NetworkInterface.getByName(name);
      return network != null && network.isUp();
    } catch (SocketException e) {
      return false;
    }
  }

  /// Takes nothing new, and closes the ports when all that is under way has its outcome.
  ///
  /// @param left after which they are closed anyway
  void close(Duration left) {
    List<DhcpServer> servers;
    synchronized (this) {
      closed = true;
      servers = served.values().stream().map(Served::server).toList();
    }
    servers.forEach(DhcpServer::drain);
    long end = System.nanoTime() + left.toNanos();
    while (!servers.stream().allMatch(DhcpServer::isIdle) && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    }
    close();
  }

  /// For good.
  @Override
  public synchronized void close() {
    closed = true;
    served.values().forEach(port -> port.socket().close());
    served.clear();
  }
}
