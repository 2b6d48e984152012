package dev.bootbus.probe.dhcp;

import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.schema.MacAddress;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/// Machines on the wire of one Ethernet interface, as if each had its own cable: their frames have
/// their own hardware addresses, and this machine's system knows nothing of them. It needs
/// CAP_NET_RAW.
///
/// What runs on this very machine does not get what is sent.
public final class RawLink implements Link {
  private static final Duration ARP_WAIT = Duration.ofMillis(1500);

  private final Switchboard switchboard = new Switchboard();
  private final String name;
  private final Ports ports;
  private final PacketSocket socket;
  private final Arp arp;

  private RawLink(String name, Ports ports, PacketSocket socket, Arp arp) {
    this.name = name;
    this.ports = ports;
    this.socket = socket;
    this.arp = arp;
  }

  /// @throws IOException with the system's own word, where CAP_NET_RAW lacks an
  ///     [dev.bootbus.runtime.libc.ErrnoException], or if it is no Ethernet
  public static RawLink open(NetworkInterface network, Ports ports) throws IOException {
    byte[] own = network.getHardwareAddress();
    if (own == null || own.length != Frame.MAC_SIZE) {
      throw new IOException(network.getName() + " is no Ethernet");
    }
    PacketSocket socket =
        PacketSocket.open(
            network, PacketSocket.ETH_P_IP, Frame.filter(ports.client(), ports.bootServer()));
    try {
      RawLink link = new RawLink(network.getName(), ports, socket, Arp.open(network));
      Thread.ofPlatform().daemon().name("dhcp-" + network.getName()).start(link::serve);
      return link;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private void serve() {
    while (true) {
      try {
        Optional<Frame> frame = Frame.read(socket.receive());
        frame.ifPresent(f -> switchboard.heard(f.payload(), f.sender(), f.broadcast()));
      } catch (IOException e) {
        return; // closed, or the interface is gone: then nobody answers
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
    return leased;
  }

  @Override
  public void hold(MacAddress mac, Inet4Address address) {
    arp.hold(mac, address);
  }

  @Override
  public Optional<MacAddress> whoHas(
      Inet4Address address, MacAddress mac, Inet4Address own, Duration wait)
      throws IOException, InterruptedException {
    return arp.whoHas(address, mac, own, wait);
  }

  @Override
  public void send(MacAddress from, DhcpMessage message, Path path)
      throws IOException, InterruptedException {
    switch (path) {
      case Path.Servers() ->
          send(from, Frame.EVERYBODY, ports.client(), Frame.everybody(ports.server()), message);
      case Path.Server to -> {
        MacAddress hop =
            arp.neighbour(to.via(), from, message.ciaddr(), ARP_WAIT)
                .orElseThrow(
                    () -> new IOException("nobody answers ARP for " + to.via().getHostAddress()));
        send(from, hop, to.from(), new InetSocketAddress(to.address(), to.port()), message);
      }
    }
  }

  private void send(
      MacAddress from, MacAddress hop, int port, InetSocketAddress to, DhcpMessage message)
      throws IOException {
    InetSocketAddress source = new InetSocketAddress(message.ciaddr(), port);
    ByteBuffer frame = Frame.write(hop, from, source, to, message.encode());
    try {
      socket.send(frame);
      switchboard.sent.increment();
    } catch (IOException e) {
      switchboard.unsent.increment();
      throw e;
    }
  }

  @Override
  public String label() {
    return name;
  }

  @Override
  public void close() {
    socket.close();
    arp.close();
  }
}
