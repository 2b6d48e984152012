package dev.bootbus.probe.doctor;

import dev.bootbus.probe.Finding;
import dev.bootbus.probe.bus.BusView.Endpoint;
import dev.bootbus.probe.fetch.PathSearch;
import dev.bootbus.probe.fetch.ServerTime;
import java.net.Inet4Address;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What was observed of a place. What nobody asked for is empty.
record Facts(
    Optional<Wire> wire,
    Optional<Routing> routing,
    Optional<Sockets> sockets,
    Optional<Broadcasts> broadcasts,
    Optional<Servers> servers,
    List<File> files,
    List<PathSearch.Seen> paths,
    Optional<Firewall> firewall,
    Optional<Bus> bus,
    Optional<Events> events) {

  static final Facts NONE =
      new Facts(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  /// @param others names of the interfaces that there are
  /// @param mtu bytes
  record Wire(
      String name,
      boolean exists,
      Set<String> others,
      boolean up,
      int mtu,
      List<Address> addresses) {}

  /// @param prefix bits of the subnet
  record Address(Inet4Address address, int prefix) {
    boolean covers(Inet4Address other) {
      int mask = prefix == 0 ? 0 : -1 << (Integer.SIZE - prefix);
      return (bits(address) & mask) == (bits(other) & mask);
    }

    private static int bits(Inet4Address address) {
      return java.nio.ByteBuffer.wrap(address.getAddress()).getInt();
    }

    @Override
    public String toString() {
      return address.getHostAddress() + "/" + prefix;
    }
  }

  /// @param gateways of the default routes, each with its interface
  /// @param rpFilter of the interface: 0 off, 1 strict, 2 loose (RFC 3704)
  record Routing(List<String> gateways, int rpFilter) {}

  /// @param program that has it, empty where that cannot be seen
  /// @param ours whether it is one of Bootbus
  record Socket(String protocol, int port, String program, boolean ours) {}

  /// Who has the ports that we need.
  record Sockets(List<Socket> taken) {}

  /// @param arrived whether one of our own came back to another socket
  /// @param why not, as far as the system says it
  record Broadcasts(boolean arrived, String why) {}

  /// DHCP servers that answered a DISCOVER.
  ///
  /// @param heard identifiers, or addresses where there is none
  /// @param ours as far as they are known, from the bus or because they are this machine's
  /// @param late what the DISCOVERs that were not answered say
  record Servers(List<Inet4Address> heard, Set<Inet4Address> ours, Optional<Finding> late) {}

  /// A file that was fetched as firmware does.
  ///
  /// @param what for people: size, and what it is
  /// @param findings of the fetcher, and of whoever looked into the file
  /// @param time of the server, if it tells
  record File(String url, String what, List<Finding> findings, Optional<ServerTime> time) {}

  /// @param rules as `nft` prints them, of at most 1 MiB
  /// @param tracked whether connections are tracked
  /// @param helper whether TFTP's are understood there
  record Firewall(String rules, boolean tracked, boolean helper) {}

  /// @param trouble why there is no connection; empty where there is one
  /// @param asked whether the front ends were asked; not where a backend might write something down
  /// @param explained outcome of a DISCOVER of nobody's, by each front end
  record Bus(String trouble, List<Endpoint> endpoints, boolean asked, List<Explained> explained) {}

  /// @param who host and interface
  /// @param address that the front end is known by
  /// @param reason of a silence, or empty
  /// @param offered address, if any
  record Explained(
      String who,
      String network,
      Optional<Inet4Address> address,
      String reason,
      String detail,
      Optional<Inet4Address> offered) {}

  /// @param readable false where the stream is not there, or may not be read
  /// @param counts of what was refused or failed, by service, event and reason
  /// @param timeline of one machine, if one was asked for
  /// @param complete whether all of them were read
  record Events(
      boolean readable,
      String why,
      Duration window,
      long read,
      boolean complete,
      Map<String, Long> counts,
      List<Happened> timeline) {}

  record Happened(Instant when, String what, String reason, String detail) {}
}
