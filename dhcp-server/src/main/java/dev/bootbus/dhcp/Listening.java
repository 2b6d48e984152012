package dev.bootbus.dhcp;

import dev.bootbus.dhcp.DhcpServer.Backend;
import dev.bootbus.dhcp.Scope.Terms;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The ports that are served. They change together, or not at all.
final class Listening implements AutoCloseable {
  private record Served(DhcpSocket socket, DhcpServer server) {}

  private final Backend backend;
  private final Outcomes outcomes;
  private final Map<Place, Served> served = new HashMap<>();
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
  synchronized void change(List<Scope> scopes) {
    Map<Place, Terms> wanted = new LinkedHashMap<>();
    scopes.forEach(scope -> wanted.putAll(scope.ports()));
    if (closed) {
      return;
    }
    Map<Place, DhcpSocket> opened = open(wanted.keySet());
    wanted.forEach(
        (place, terms) -> {
          Served old = served.get(place);
          if (old == null) {
            DhcpSocket socket = opened.get(place);
            served.put(place, serve(place, socket, terms));
          } else {
            old.server().change(terms.on(old.socket()));
          }
        });
    Set<Place> gone = new HashSet<>(served.keySet());
    gone.removeAll(wanted.keySet());
    gone.forEach(place -> served.remove(place).socket().close());
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

  private Served serve(Place place, DhcpSocket socket, Terms terms) {
    DhcpServer server = new DhcpServer(terms.on(socket), backend, outcomes);
    String name = "receive " + Place.label(place.network()) + ":" + place.number();
    Thread.ofPlatform().name(name).start(server::serve);
    return new Served(socket, server);
  }

  /// For good.
  @Override
  public synchronized void close() {
    closed = true;
    served.values().forEach(port -> port.socket().close());
    served.clear();
  }
}
