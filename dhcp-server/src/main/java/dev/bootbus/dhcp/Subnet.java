package dev.bootbus.dhcp;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.schema.DhcpResponse.Dhcp;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The network that a backend puts a machine into; whether that makes sense.
///
/// @param mask 0 where the backend gives none that is one
record Subnet(Inet4Address address, int mask, @Nullable Inet4Address router) {
  /// A network of two addresses or one has neither a network address nor a broadcast (RFC 3021).
  private static final int SMALLEST = -1 << 2;

  /// @param dhcp with an address
  static Subnet of(Dhcp dhcp) {
    Inet4Address address = Objects.requireNonNull(dhcp.ipAddress(), "address is null");
    Inet4Address mask = dhcp.subnetMask();
    boolean sound =
        mask != null && Option.isSound(Option.SUBNET_MASK.code(), Bytes.of(mask.getAddress()));
    return new Subnet(address, sound ? bits(mask) : 0, dhcp.defaultGateway());
  }

  private static int bits(Inet4Address address) {
    int bits = 0;
    for (byte octet : address.getAddress()) {
      bits = bits << Byte.SIZE | Byte.toUnsignedInt(octet);
    }
    return bits;
  }

  /// Why no machine can have the address.
  Optional<String> whyNoHost() {
    String text = address.getHostAddress();
    if (!Destination.isHost(address)) {
      return Optional.of(text + " is no machine's address");
    }
    int host = bits(address) & ~mask;
    return hasEnds() && (host == 0 || host == ~mask)
        ? Optional.of(text + " is the address of its network or of everybody there")
        : Optional.empty();
  }

  private boolean hasEnds() {
    return mask != 0 && Integer.compareUnsigned(mask, SMALLEST) <= 0;
  }

  /// What works only where the network is a peculiar one.
  List<String> oddities() {
    List<String> oddities = new ArrayList<>();
    if (router != null && router.equals(address)) {
      oddities.add("the router has the machine's address");
    } else if (router != null && hasEnds() && ((bits(router) ^ bits(address)) & mask) != 0) {
      oddities.add("router " + router.getHostAddress() + " is not in the machine's network");
    }
    return oddities;
  }
}
