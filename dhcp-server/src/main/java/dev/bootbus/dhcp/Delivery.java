package dev.bootbus.dhcp;

import dev.bootbus.dhcp.Destination.Broadcast;
import dev.bootbus.dhcp.Destination.LinkLayer;
import dev.bootbus.dhcp.Destination.Relay;
import dev.bootbus.dhcp.Destination.Unicast;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Optional;

/// How the replies of one socket get to their clients.
///
/// @param rule what holds for the socket
/// @param serverPort where relays listen
/// @param clientPort where clients listen
public record Delivery(Rule rule, int serverPort, int clientPort) {

  public enum Rule {
    /// The DHCP port: RFC 2131 §4.1.
    DHCP,
    /// Back to where the request came from. So it is on the boot service's port, where UEFI asks
    /// from 4011 and iPXE from 68; and for the DHCP port of the loopback interface, which has
    /// neither broadcasts nor the addresses that are given.
    SOURCE
  }

  private static final int ETHERNET = 1;
  private static final int ETHERNET_ADDRESS_SIZE = 6;
  private static final int GROUP = 1;

  public Destination of(DhcpMessage reply, InetSocketAddress source) {
    return switch (rule) {
      case DHCP -> dhcp(reply, source.getAddress());
      case SOURCE ->
          source.getAddress() instanceof Inet4Address address && !address.isAnyLocalAddress()
              ? new Unicast(address, source.getPort())
              : new Broadcast(source.getPort());
    };
  }

  private Destination dhcp(DhcpMessage reply, InetAddress source) {
    boolean hasAddress = isSet(reply.ciaddr());
    if (is(reply, MessageType.ACK) && hasAddress && !isSet(reply.yiaddr())) {
      return informed(reply, source);
    }
    if (isSet(reply.giaddr())) {
      return new Relay(reply.giaddr(), serverPort);
    }
    if (is(reply, MessageType.NAK)) {
      return new Broadcast(clientPort);
    }
    if (hasAddress) {
      return new Unicast(reply.ciaddr(), clientPort);
    }
    return reply.wantsBroadcast() || !isSet(reply.yiaddr()) || !isStation(reply)
        ? new Broadcast(clientPort)
        : new LinkLayer(reply.yiaddr(), mac(reply), clientPort);
  }

  /// To the client's own address, whichever way it asked (RFC 2131 §4.3.5). An honest client asks
  /// from there, if not by a relay; the answer to another must not hit whom that one names.
  private Destination informed(DhcpMessage reply, InetAddress source) {
    boolean direct = !isSet(reply.giaddr()) && !source.isAnyLocalAddress();
    return new Unicast(
        direct && source instanceof Inet4Address sender ? sender : reply.ciaddr(), clientPort);
  }

  /// Whether the packet comes from elsewhere than the `ciaddr` that it means: the answer would
  /// go to a third party, or that one's lease would end. A client that has an address sends from it
  /// (RFC 2131 §4.3.2, §4.4.4), or by broadcast from 0.0.0.0, which no router forwards. The answer
  /// to an INFORM goes to its sender; what a DISCOVER says there is not used. A forged `giaddr`
  /// cannot be told apart, since relays send from whichever address they like; [RateLimit] bounds
  /// what goes there.
  boolean isForged(DhcpMessage request, InetSocketAddress source) {
    return rule == Rule.DHCP
        && isSet(request.ciaddr())
        && !isSet(request.giaddr())
        && !is(request, MessageType.DISCOVER)
        && !is(request, MessageType.INFORM)
        && !source.getAddress().isAnyLocalAddress()
        && !source.getAddress().equals(request.ciaddr());
  }

  /// Whether `chaddr` is one Ethernet station's; the frame that would carry another one's is not
  /// ours to make, and an address of a group would reach more than the client.
  private static boolean isStation(DhcpMessage reply) {
    return reply.htype() == ETHERNET
        && reply.hlen() == ETHERNET_ADDRESS_SIZE
        && (reply.chaddr().at(0) & GROUP) == 0
        && !isZero(reply.chaddr());
  }

  private static boolean isZero(Bytes chaddr) {
    int bits = 0;
    for (int i = 0; i < ETHERNET_ADDRESS_SIZE; i++) {
      bits |= chaddr.at(i);
    }
    return bits == 0;
  }

  private static MacAddress mac(DhcpMessage reply) {
    return MacAddress.of(Arrays.copyOf(reply.chaddr().toArray(), ETHERNET_ADDRESS_SIZE));
  }

  private static boolean is(DhcpMessage reply, MessageType type) {
    return reply.options().get(Option.MESSAGE_TYPE).equals(Optional.of(type.code()));
  }

  private static boolean isSet(Inet4Address address) {
    return !address.equals(DhcpMessage.NO_ADDRESS);
  }
}
