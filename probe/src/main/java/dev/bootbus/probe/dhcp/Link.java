package dev.bootbus.probe.dhcp;

import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.schema.MacAddress;
import java.io.IOException;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.Optional;

/// A way to the DHCP servers and back, for many machines at once: [RawLink] on a network's own
/// wire, [RelayLink] through routers, or to a server on this machine.
///
/// Each machine has a [Station] there; what comes for it is told by `chaddr` and `xid`.
public sealed interface Link extends AutoCloseable permits RawLink, RelayLink {

  /// How a message travels.
  sealed interface Path {
    /// To whichever servers there are: from 0.0.0.0 to 255.255.255.255, or to those that the relay
    /// knows.
    record Servers() implements Path {}

    /// To one.
    ///
    /// @param from own port; firmware asks a boot server from 4011 or from 68
    /// @param via who has to get the frame: the server itself, or the router on the way to it
    record Server(Inet4Address address, int port, int from, Inet4Address via) implements Path {}
  }

  /// The ports of a place.
  ///
  /// @param server 67, where relays listen too
  /// @param client 68
  /// @param bootServer 4011 (PXE specification 2.1 §2.2.2)
  record Ports(int server, int client, int bootServer) {
    public static final Ports STANDARD = new Ports(67, 68, 4011);
  }

  /// What happened on the link until now.
  ///
  /// @param unsent what the system did not take
  /// @param strange DHCP for none of our machines
  /// @param overflowed replies dropped because a machine was sent too many at once
  record Traffic(long sent, long unsent, long heard, long strange, long overflowed) {}

  /// A machine's place on the link, until it is closed.
  ///
  /// @throws IllegalStateException if a machine with this address is there already
  Station join(MacAddress mac);

  Ports ports();

  Traffic traffic();

  /// Where others reach a machine that was given `leased`: there, or at the relay. What cannot be
  /// said to a server is 0.0.0.0.
  Inet4Address reachableAt(Inet4Address leased);

  /// Has a machine answer ARP for an address, if there is ARP on this link; 0.0.0.0 for none.
  void hold(MacAddress mac, Inet4Address address);

  /// Who answers ARP for an address (RFC 5227 §2.1.1); nobody where the link cannot ask.
  ///
  /// @param own 0.0.0.0 for a probe
  Optional<MacAddress> whoHas(Inet4Address address, MacAddress mac, Inet4Address own, Duration wait)
      throws IOException, InterruptedException;

  /// @throws IOException with the system's word, or because nobody answers ARP for the next hop
  void send(MacAddress from, DhcpMessage message, Path path)
      throws IOException, InterruptedException;

  /// For people: `eth0`, `relay 192.0.2.7`.
  String label();

  @Override
  void close();
}
