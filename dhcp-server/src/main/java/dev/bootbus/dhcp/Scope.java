package dev.bootbus.dhcp;

import dev.bootbus.dhcp.Delivery.Rule;
import dev.bootbus.dhcp.DhcpServer.Port;
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
    Map<Place, Terms> ports = new LinkedHashMap<>();
    responder()
        .ifPresent(
            responder -> {
              Rule rule = listen.own().isLoopbackAddress() ? Rule.SOURCE : Rule.DHCP;
              Responder breaking = new LoopBreaker(responder, memory.loaders());
              ports.put(
                  place(listen.port(), "--port"), terms(breaking, listen.port(), rule, memory));
              if (listen.proxyPort() != 0) {
                ports.put(
                    place(listen.proxyPort(), "--proxy-port"),
                    terms(new BootService(boot), listen.proxyPort(), Rule.SOURCE, memory));
              }
            });
    return ports;
  }

  private Place place(int number, String flag) {
    return new Place(listen.network(), listen.own(), number, flag);
  }

  private Terms terms(Responder responder, int number, Rule rule, Memory memory) {
    Delivery delivery = new Delivery(rule, number, listen.clientPort());
    // which addresses are our own may change as well as the configuration
    Admission all = OwnAddresses.now().and(admission).and(memory.limit(limits));
    boolean unknown = !boot.policy().unknownScript().isEmpty();
    return socket -> new Port(socket, responder, delivery, all, delay, conflictCheck, unknown);
  }
}
