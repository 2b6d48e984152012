package dev.bootbus.dhcp;

import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.schema.DhcpResponse;
import java.util.List;

/// What becomes of a packet.
public sealed interface Reply {

  /// It is answered.
  sealed interface Sent extends Reply {
    DhcpMessage message();
  }

  /// @param leftOut codes of options that the client has no room for
  record Offer(DhcpMessage message, BootOptions boot, List<Integer> leftOut) implements Sent {}

  /// @param leftOut as above
  record Ack(DhcpMessage message, BootOptions boot, List<Integer> leftOut) implements Sent {}

  record Nak(DhcpMessage message) implements Sent {}

  /// It is not.
  ///
  /// @param detail for the log, where the reason does not say it all; or empty
  record Silence(DropReason reason, String detail) implements Reply {
    static Silence because(DhcpResponse.Error error) {
      return new Silence(DropReason.BACKEND_ERROR, error.code() + " " + error.message());
    }
  }
}
