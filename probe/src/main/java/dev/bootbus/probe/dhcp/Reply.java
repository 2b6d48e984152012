package dev.bootbus.probe.dhcp;

import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.Optional;

/// What a server said.
///
/// @param broadcast whether everybody on the link got it
/// @param after since the client began
/// @param size bytes of the datagram
public record Reply(
    DhcpMessage message, Sender sender, boolean broadcast, Duration after, int size) {

  public Optional<MessageType> type() {
    return message.options().get(Option.MESSAGE_TYPE).flatMap(MessageType::of);
  }

  /// Option 54.
  public Optional<Inet4Address> serverId() {
    return message.options().get(Option.SERVER_ID);
  }

  /// Whether it gives an address; that of a proxy does not.
  public boolean givesAddress() {
    return Frame.isSet(message.yiaddr());
  }
}
