package dev.bootbus.dhcp;

import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.net.InetSocketAddress;

/// Where a reply is sent (RFC 2131 §4.1).
public sealed interface Destination {
  Inet4Address EVERYBODY = Inet4Address.ofLiteral("255.255.255.255");

  int port();

  /// What a UDP socket sends to; only [LinkLayer] needs more than that.
  InetSocketAddress socketAddress();

  /// To the relay that the packet came by (`giaddr`), on the servers' port.
  record Relay(Inet4Address address, int port) implements Destination {
    @Override
    public InetSocketAddress socketAddress() {
      return new InetSocketAddress(address, port);
    }
  }

  /// To a client that has an address and answers ARP for it.
  record Unicast(Inet4Address address, int port) implements Destination {
    @Override
    public InetSocketAddress socketAddress() {
      return new InetSocketAddress(address, port);
    }
  }

  /// To everybody on the link.
  record Broadcast(int port) implements Destination {
    @Override
    public InetSocketAddress socketAddress() {
      return new InetSocketAddress(EVERYBODY, port);
    }
  }

  /// To an Ethernet client that does not have its address yet, so that nobody would answer ARP for
  /// it: the frame goes to `mac`. A socket that cannot send frames broadcasts, which RFC 2131 §4.1
  /// allows instead.
  ///
  /// @param address the one that the client is given (`yiaddr`)
  /// @param mac `chaddr`, six bytes of one station
  record LinkLayer(Inet4Address address, MacAddress mac, int port) implements Destination {
    @Override
    public InetSocketAddress socketAddress() {
      return new InetSocketAddress(EVERYBODY, port);
    }
  }

  static boolean isHostOrNone(Inet4Address address) {
    return address.equals(DhcpMessage.NO_ADDRESS) || isHost(address);
  }

  /// Whether the address can be one machine's, so that answering to it makes nobody a reflector.
  static boolean isHost(Inet4Address address) {
    int first = Byte.toUnsignedInt(address.getAddress()[0]);
    // 0/8 is "this network", 127/8 loopback; from 224 on multicast, reserved and broadcast
    return first != 0 && first != 127 && first < 224;
  }
}
