package dev.bootbus.probe.dhcp;

import dev.bootbus.schema.MacAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/// Who a datagram came from.
///
/// @param address with the port
/// @param mac of the frame, which is a router's if one was on the way; known on a wire only
public record Sender(InetSocketAddress address, Optional<MacAddress> mac) {
  public String host() {
    return address.getAddress().getHostAddress();
  }

  @Override
  public String toString() {
    return host() + mac.map(m -> " (" + m + ")").orElse("");
  }
}
