package dev.bootbus.dhcp;

import dev.bootbus.dhcp.Delivery.Rule;
import dev.bootbus.dhcp.DhcpServer.Port;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The machines of one interface, and how they are served.
///
/// @param delay how long each offer is held back
record Scope(
    Listen listen, ScopeMode mode, BootSettings boot, Admission admission, Duration delay) {

  /// What is answered on a port, and to whom; the socket may be an old one.
  @FunctionalInterface
  interface Terms {
    Port on(DhcpSocket socket);
  }

  /// What is answered on the DHCP port; nothing where the mode is off.
  Optional<Responder> responder() {
    return switch (mode) {
      case DHCP -> Optional.of(breaking(new FullDhcp(boot)));
      case PROXY, AUTO_PROXY -> Optional.of(breaking(new ProxyDhcp(boot)));
      case OFF -> Optional.empty();
    };
  }

  private static Responder breaking(Responder responder) {
    return new LoopBreaker(responder, new LoaderMemory(LoaderMemory.DEFAULT_WINDOW));
  }

  /// The DHCP port, and the boot service's.
  Map<Place, Terms> ports() {
    Map<Place, Terms> ports = new LinkedHashMap<>();
    responder()
        .ifPresent(
            responder -> {
              Rule rule = listen.own().isLoopbackAddress() ? Rule.SOURCE : Rule.DHCP;
              ports.put(place(listen.port(), "--port"), terms(responder, listen.port(), rule));
              if (listen.proxyPort() != 0) {
                ports.put(
                    place(listen.proxyPort(), "--proxy-port"),
                    terms(new BootService(boot), listen.proxyPort(), Rule.SOURCE));
              }
            });
    return ports;
  }

  private Place place(int number, String flag) {
    return new Place(listen.network(), listen.own(), number, flag);
  }

  private Terms terms(Responder responder, int number, Rule rule) {
    Delivery delivery = new Delivery(rule, number, listen.clientPort());
    // which addresses are our own may change as well as the configuration
    Admission all = OwnAddresses.now().and(admission);
    return socket -> new Port(socket, responder, delivery, all, delay);
  }
}
