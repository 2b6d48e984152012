package dev.bootbus.dhcp;

import dev.bootbus.dhcp.Delivery.Rule;
import dev.bootbus.dhcp.DhcpServer.Port;
import dev.bootbus.schema.MacAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The machines of one interface, and how they are served.
///
/// @param limits how much a machine or relay may send
/// @param delay how long each offer is held back
/// @param conflictCheck how long somebody may take to say that an address is his; zero: not asked
record Scope(
    Listen listen,
    ScopeMode mode,
    BootSettings boot,
    Admission admission,
    RateLimit.Settings limits,
    Duration delay,
    Duration conflictCheck) {

  /// What is answered on a port, and to whom; the socket may be an old one.
  @FunctionalInterface
  interface Terms {
    Port on(DhcpSocket socket);
  }

  /// What is answered on the DHCP port; nothing where the mode is off.
  Optional<Responder> responder() {
    return switch (mode) {
      case DHCP -> Optional.of(new FullDhcp(boot));
      case PROXY, AUTO_PROXY -> Optional.of(new ProxyDhcp(boot));
      case OFF -> Optional.empty();
    };
  }

  /// The DHCP port, and the boot service's.
  Map<Place, Terms> ports(Memory memory) {
    return ports(memory.loaders(), memory.limit(limits));
  }

  /// The same for a packet that nobody has sent: it counts for no limit, and is remembered
  /// nowhere.
  Map<Place, Terms> rehearsed(MacAddress mac, Memory memory) {
    return ports(memory.loaders().copy(mac), Admission.EVERYONE);
  }

  private Map<Place, Terms> ports(LoaderMemory loaders, Admission limit) {
    Map<Place, Terms> ports = new LinkedHashMap<>();
    responder()
        .ifPresent(
            responder -> {
              Rule rule = listen.own().isLoopbackAddress() ? Rule.SOURCE : Rule.DHCP;
              Responder breaking = new LoopBreaker(responder, loaders);
              ports.put(
                  place(listen.port(), "--port"), terms(breaking, listen.port(), rule, limit));
              if (listen.proxyPort() != 0) {
                ports.put(
                    place(listen.proxyPort(), "--proxy-port"),
                    terms(new BootService(boot), listen.proxyPort(), Rule.SOURCE, limit));
              }
            });
    return ports;
  }

  private Place place(int number, String flag) {
    return new Place(listen.network(), listen.own(), number, flag);
  }

  private Terms terms(Responder responder, int number, Rule rule, Admission limit) {
    Delivery delivery = new Delivery(rule, number, listen.clientPort());
    // which addresses are our own may change as well as the configuration
    Admission all = OwnAddresses.now().and(admission).and(limit);
    boolean unknown = !boot.policy().unknownScript().isEmpty();
    return socket -> new Port(socket, responder, delivery, all, delay, conflictCheck, unknown);
  }
}
