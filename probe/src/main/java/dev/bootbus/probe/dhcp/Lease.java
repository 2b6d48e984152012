package dev.bootbus.probe.dhcp;

import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// An address for a time, as a DHCPACK gives it.
///
/// @param server option 54, or who sent it where that lacks
/// @param mask option 1, or 255.255.255.255, with which all goes by the router
/// @param time option 51; forever is 2^32-1 seconds
public record Lease(
    Inet4Address address,
    Inet4Address server,
    Inet4Address mask,
    Optional<Inet4Address> router,
    Duration time) {
  private static final Inet4Address ALONE = Inet4Address.ofLiteral("255.255.255.255");

  static Lease of(Reply ack) {
    DhcpMessage message = ack.message();
    Options options = message.options();
    // the answer to a renewal need not say it again
    Inet4Address address = Frame.isSet(message.yiaddr()) ? message.yiaddr() : message.ciaddr();
    Inet4Address sender = (Inet4Address) ack.sender().address().getAddress();
    return new Lease(
        address,
        ack.serverId().orElse(sender),
        options.get(Option.SUBNET_MASK).orElse(ALONE),
        options.get(Option.ROUTERS).map(List::getFirst),
        Duration.ofSeconds(options.get(Option.LEASE_TIME).orElse(0L)));
  }

  /// Who gets the frame for an address: that itself in this subnet, else the router.
  Inet4Address via(Inet4Address destination) {
    return isNear(destination) ? destination : router.orElse(destination);
  }

  /// Whether an address is in this subnet.
  public boolean isNear(Inet4Address other) {
    int bits = bits(mask);
    return (bits(other) & bits) == (bits(address) & bits);
  }

  private static int bits(Inet4Address address) {
    return ByteBuffer.wrap(address.getAddress()).getInt();
  }
}
