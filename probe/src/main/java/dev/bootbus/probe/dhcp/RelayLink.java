package dev.bootbus.probe.dhcp;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import dev.bootbus.schema.MacAddress;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Machines behind a relay that is us (RFC 1542 §4.1, RFC 3046): what they send goes to the servers
/// one by one, with our own address as `giaddr`, and comes back there. It needs no privilege but
/// for the port, and crosses routers.
///
/// A loopback address is nobody's `giaddr`, so from there the messages go without one, and the
/// servers have to answer where they were asked from.
public final class RelayLink implements Link {
  private static final int RECEIVE_BUFFER = 4 << 20;
  private static final int DATAGRAM = 65536;

  /// A relay that is the first one counts itself (RFC 1542 §4.1.1).
  private static final int HOPS = 1;

  private final Switchboard switchboard = new Switchboard();
  private final Inet4Address own;
  private final List<Inet4Address> servers;
  private final Ports ports;
  private final Options relayAgentInfo;
  private final DatagramSocket dhcp;

  /// For those who answer where they were asked from, as boot servers do, or our own `ciaddr`.
  private final DatagramSocket direct;

  private RelayLink(
      Inet4Address own,
      List<Inet4Address> servers,
      Ports ports,
      Optional<Bytes> relayAgentInfo,
      DatagramSocket dhcp,
      DatagramSocket direct) {
    this.own = own;
    this.servers = List.copyOf(servers);
    this.ports = ports;
    Options.Builder info = Options.builder();
    relayAgentInfo.ifPresent(value -> info.put(Option.RELAY_AGENT_INFO, value));
    this.relayAgentInfo = info.build();
    this.dhcp = dhcp;
    this.direct = direct;
  }

  /// @param own an address of this machine that the servers can reach
  /// @param port own one; servers answer a relay on the one that they listen on themselves; 0 for
  ///     any on a loopback address
  /// @param servers each of which gets each message
  /// @param relayAgentInfo option 82
  /// @throws IOException if the ports cannot be had
  public static RelayLink open(
      Inet4Address own,
      int port,
      List<Inet4Address> servers,
      Ports ports,
      Optional<Bytes> relayAgentInfo)
      throws IOException {
    DatagramSocket dhcp = bound(own, port);
    try {
      RelayLink link =
          new RelayLink(own, servers, ports, relayAgentInfo, dhcp, asClient(own, ports));
      link.listen(link.dhcp);
      link.listen(link.direct);
      return link;
    } catch (IOException e) {
      dhcp.close();
      throw e;
    }
  }

  private static DatagramSocket asClient(Inet4Address own, Ports ports) throws SocketException {
    try {
      return bound(own, ports.client());
    } catch (SocketException e) {
      return bound(own, 0); // all but the answer to an INFORM comes there too
    }
  }

  private static DatagramSocket bound(Inet4Address own, int port) throws SocketException {
    DatagramSocket socket = new DatagramSocket(null);
    try {
      socket.setReceiveBufferSize(RECEIVE_BUFFER);
      socket.bind(new InetSocketAddress(own, port));
      return socket;
    } catch (SocketException e) {
      socket.close();
      throw e;
    }
  }

  private void listen(DatagramSocket socket) {
    Thread.ofPlatform().daemon().name("relay-" + socket.getLocalPort()).start(() -> serve(socket));
  }

  private void serve(DatagramSocket socket) {
    byte[] room = new byte[DATAGRAM];
    while (!socket.isClosed()) {
      try {
        DatagramPacket packet = new DatagramPacket(room, room.length);
        socket.receive(packet);
        switchboard.heard(
            Bytes.drain(ByteBuffer.wrap(room, 0, packet.getLength())),
            new Sender((InetSocketAddress) packet.getSocketAddress(), Optional.empty()),
            false);
      } catch (IOException e) {
        // closed, or an ICMP error of an earlier datagram: its sender will see that nobody answers
      }
    }
  }

  @Override
  public Station join(MacAddress mac) {
    return switchboard.join(this, mac);
  }

  @Override
  public Ports ports() {
    return ports;
  }

  @Override
  public Traffic traffic() {
    return switchboard.traffic();
  }

  @Override
  public Inet4Address reachableAt(Inet4Address leased) {
    return own.isLoopbackAddress() ? DhcpMessage.NO_ADDRESS : own;
  }

  @Override
  public void hold(MacAddress mac, Inet4Address address) {}

  @Override
  public Optional<MacAddress> whoHas(
      Inet4Address address, MacAddress mac, Inet4Address from, Duration wait) {
    return Optional.empty();
  }

  @Override
  public void send(MacAddress from, DhcpMessage message, Path path) throws IOException {
    switch (path) {
      case Path.Servers() -> {
        for (Inet4Address server : servers) {
          send(dhcp, relayed(message), new InetSocketAddress(server, ports.server()));
        }
      }
      case Path.Server to when to.port() == ports.server() && !message.ciaddr().equals(own) ->
          send(dhcp, relayed(message), new InetSocketAddress(to.address(), to.port()));
      case Path.Server to -> send(direct, message, new InetSocketAddress(to.address(), to.port()));
    }
  }

  private void send(DatagramSocket socket, DhcpMessage message, InetSocketAddress to)
      throws IOException {
    byte[] bytes = message.encode().toArray();
    try {
      socket.send(new DatagramPacket(bytes, bytes.length, to));
      switchboard.sent.increment();
    } catch (IOException e) {
      switchboard.unsent.increment();
      throw e;
    }
  }

  /// As a relay passes it on. So a renewal too, which a client would send by itself: the answer
  /// could not reach an address that is on no interface (RFC 5107 §2 has relays do that).
  private DhcpMessage relayed(DhcpMessage m) {
    if (own.isLoopbackAddress()) {
      return m;
    }
    return new DhcpMessage(
        m.op(),
        m.htype(),
        m.hlen(),
        HOPS,
        m.xid(),
        m.secs(),
        m.flags(),
        m.ciaddr(),
        m.yiaddr(),
        m.siaddr(),
        own,
        m.chaddr(),
        m.sname(),
        m.file(),
        ClientMessage.join(m.options(), relayAgentInfo));
  }

  @Override
  public String label() {
    return "relay " + own.getHostAddress();
  }

  @Override
  public void close() {
    dhcp.close();
    direct.close();
  }
}
