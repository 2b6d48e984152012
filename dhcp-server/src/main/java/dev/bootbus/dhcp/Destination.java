package dev.bootbus.dhcp;

import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import java.net.Inet4Address;
import java.net.InetSocketAddress;

/// Where a reply is sent.
///
/// @param rule what holds for the socket
/// @param serverPort where relays listen
/// @param clientPort where clients listen
public record Destination(Rule rule, int serverPort, int clientPort) {

  public enum Rule {
    /// The DHCP port: RFC 2131 §4.1.
    DHCP,
    /// Back to where the request came from. So it is on the boot service's port, where UEFI asks
    /// from 4011 and iPXE from 68; and for the DHCP port of the loopback interface, which has
    /// neither broadcasts nor the addresses that are given.
    SOURCE
  }

  private static final Inet4Address BROADCAST = Inet4Address.ofLiteral("255.255.255.255");

  public InetSocketAddress of(DhcpMessage reply, InetSocketAddress source) {
    return switch (rule) {
      case DHCP -> dhcp(reply);
      case SOURCE ->
          source.getAddress().isAnyLocalAddress()
              ? new InetSocketAddress(BROADCAST, source.getPort())
              : source;
    };
  }

  /// A client that has no address yet and does not want a broadcast should get a frame to its
  /// hardware address; a broadcast is what RFC 2131 §4.1 allows instead.
  private InetSocketAddress dhcp(DhcpMessage reply) {
    if (!reply.giaddr().equals(DhcpMessage.NO_ADDRESS)) {
      return new InetSocketAddress(reply.giaddr(), serverPort);
    }
    boolean nak =
        reply.options().get(Option.MESSAGE_TYPE).stream()
            .anyMatch(type -> type == MessageType.NAK.code());
    boolean broadcast = nak || reply.ciaddr().equals(DhcpMessage.NO_ADDRESS);
    return new InetSocketAddress(broadcast ? BROADCAST : reply.ciaddr(), clientPort);
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
