package dev.bootbus.dhcp;

import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.schema.DhcpResponse;
import java.net.Inet4Address;
import java.util.List;
import java.util.Locale;

/// What becomes of a packet.
public sealed interface Reply {

  /// It is answered.
  sealed interface Sent extends Reply {
    DhcpMessage message();

    /// Whose word each of its options is.
    Origins origins();
  }

  /// @param remarks what is not as the backend wished, or odd: `no room for 119`
  record Offer(DhcpMessage message, BootOptions boot, List<String> remarks, Origins origins)
      implements Sent {}

  /// @param remarks as above
  record Ack(DhcpMessage message, BootOptions boot, List<String> remarks, Origins origins)
      implements Sent {}

  record Nak(DhcpMessage message, NakReason reason, Origins origins) implements Sent {}

  /// Why a client has to begin anew.
  enum NakReason {
    /// The backend has another address for the machine.
    OTHER_ADDRESS,
    /// The backend no longer gives the machine the address that it means.
    NOT_GIVEN;

    /// As it stands in the log and in events: `other-address`.
    public String key() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /// The backend took note of it, and the client waits for nothing (RFC 2131 §4.3.3, §4.3.4).
  sealed interface Noted extends Reply {
    Inet4Address address();
  }

  /// @param address which another machine uses
  /// @param message what the client says of that (option 56), or empty
  record Declined(Inet4Address address, String message) implements Noted {}

  /// @param address which is free again
  record Released(Inet4Address address) implements Noted {}

  /// It is not.
  ///
  /// @param detail for the log, where the reason does not say it all; or empty
  record Silence(DropReason reason, String detail) implements Reply {
    static Silence because(DhcpResponse.Error error) {
      return new Silence(DropReason.BACKEND_ERROR, error.code() + " " + error.message());
    }
  }
}
