package dev.bootbus.dhcp;

import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import java.net.Inet4Address;
import java.util.Optional;

/// What a client wants. A REQUEST is four different wishes, told apart by which fields it fills
/// (RFC 2131 §4.3.2 and §4.3.6, table 4).
public sealed interface Intent {

  /// RFC 1542 §4.1.1: beyond it a packet goes round in circles.
  int MAX_HOPS = 16;

  /// Nothing that is answered here.
  record Ignore(DropReason reason) implements Intent {}

  /// Something that the backend has to be asked for.
  sealed interface Asked extends Intent {
    Client client();
  }

  record Discover(Client client) implements Asked {}

  /// SELECTING: the client chose our offer of this address.
  record Select(Client client, Inet4Address requested) implements Asked {}

  /// INIT-REBOOT: the client had this address before, and asks whether it is still good.
  record InitReboot(Client client, Inet4Address requested) implements Asked {}

  /// RENEWING: the client has its `ciaddr`, and asks this server for more time.
  record Renew(Client client) implements Asked {}

  /// REBINDING: the same, asked of any server.
  record Rebind(Client client) implements Asked {}

  /// DECLINE: another machine uses the address that the client was given.
  record Decline(Client client, Inet4Address declined) implements Asked {}

  /// RELEASE: the client no longer needs its `ciaddr`.
  record Release(Client client) implements Asked {}

  /// INFORM: the client has its `ciaddr` from elsewhere, and asks for everything else.
  record Inform(Client client) implements Asked {}

  /// A REQUEST on the boot service's port: the client has an address, and wants its boot file (PXE
  /// specification 2.1 §2.2.5).
  record BootRequest(Client client) implements Asked {}

  /// Reads a packet that came to the DHCP port.
  ///
  /// @param unicast whether it was sent to us alone, as far as the socket can tell
  /// @param self our server identifier
  static Intent of(Client client, boolean unicast, Inet4Address self) {
    return refusal(client, self)
        .<Intent>map(Ignore::new)
        .orElseGet(
            () ->
                switch (type(client)) {
                  case DISCOVER -> new Discover(client);
                  case REQUEST -> request(client, unicast, self);
                  case OFFER, ACK, NAK -> new Ignore(DropReason.FROM_A_SERVER);
                  case DECLINE -> decline(client, self);
                  case RELEASE -> release(client, self);
                  case INFORM ->
                      hasAddress(client)
                          ? new Inform(client)
                          : new Ignore(DropReason.NO_CLIENT_ADDRESS);
                });
  }

  /// Reads a packet that came to the boot service's port.
  static Intent atBootService(Client client, Inet4Address self) {
    return refusal(client, self)
        .<Intent>map(Ignore::new)
        .orElseGet(
            () ->
                type(client) == MessageType.REQUEST
                    ? new BootRequest(client)
                    : new Ignore(DropReason.WRONG_PORT));
  }

  private static MessageType type(Client client) {
    return client.messageType().orElseThrow();
  }

  private static Intent request(Client client, boolean unicast, Inet4Address self) {
    Options options = client.message().options();
    Optional<Inet4Address> requested = options.get(Option.REQUESTED_ADDRESS);
    Optional<Inet4Address> chosen = options.get(Option.SERVER_ID);
    if (chosen.isPresent() && !isUs(chosen.get(), client, self)) {
      return new Ignore(DropReason.OTHER_SERVER);
    }
    if (chosen.isPresent() && requested.isPresent()) {
      return new Select(client, requested.get());
    }
    if (hasAddress(client)) {
      return unicast ? new Renew(client) : new Rebind(client);
    }
    return requested
        .<Intent>map(address -> new InitReboot(client, address))
        .orElse(new Ignore(DropReason.NO_REQUESTED_ADDRESS));
  }

  private static Intent decline(Client client, Inet4Address self) {
    Optional<DropReason> refusal = refusalOfLease(client, self);
    if (refusal.isPresent()) {
      return new Ignore(refusal.get());
    }
    return client
        .message()
        .options()
        .get(Option.REQUESTED_ADDRESS)
        .<Intent>map(declined -> new Decline(client, declined))
        .orElse(new Ignore(DropReason.NO_REQUESTED_ADDRESS));
  }

  private static Intent release(Client client, Inet4Address self) {
    Optional<DropReason> refusal = refusalOfLease(client, self);
    if (refusal.isPresent()) {
      return new Ignore(refusal.get());
    }
    return hasAddress(client) ? new Release(client) : new Ignore(DropReason.NO_CLIENT_ADDRESS);
  }

  /// A DECLINE or RELEASE must say whose lease it means (RFC 2131 §4.4.1, table 5).
  private static Optional<DropReason> refusalOfLease(Client client, Inet4Address self) {
    Optional<Inet4Address> chosen = client.message().options().get(Option.SERVER_ID);
    if (chosen.isEmpty()) {
      return Optional.of(DropReason.NO_SERVER_ID);
    }
    return isUs(chosen.get(), client, self)
        ? Optional.empty()
        : Optional.of(DropReason.OTHER_SERVER);
  }

  private static boolean isUs(Inet4Address chosen, Client client, Inet4Address self) {
    return chosen.equals(self) || chosen.equals(Client.serverId(client.message(), self));
  }

  private static boolean hasAddress(Client client) {
    return !client.message().ciaddr().equals(DhcpMessage.NO_ADDRESS);
  }

  private static Optional<DropReason> refusal(Client client, Inet4Address self) {
    DhcpMessage message = client.message();
    Options options = message.options();
    if (message.op() != DhcpMessage.BOOTREQUEST) {
      return Optional.of(DropReason.NOT_A_REQUEST);
    }
    if (message.giaddr().equals(self)
        || !Destination.isHostOrNone(message.giaddr())
        || !Destination.isHostOrNone(message.ciaddr())) {
      return Optional.of(DropReason.BAD_ADDRESS);
    }
    if (message.hops() > MAX_HOPS) {
      return Optional.of(DropReason.TOO_MANY_HOPS);
    }
    if (!client.isIdentified()) {
      return Optional.of(DropReason.NO_IDENTITY);
    }
    if (options.isMalformed(Option.MESSAGE_TYPE)
        || options.isMalformed(Option.REQUESTED_ADDRESS)
        || options.isMalformed(Option.SERVER_ID)) {
      return Optional.of(DropReason.MALFORMED_OPTION);
    }
    if (!options.has(Option.MESSAGE_TYPE)) {
      return Optional.of(DropReason.NO_MESSAGE_TYPE);
    }
    return client.messageType().isEmpty()
        ? Optional.of(DropReason.UNKNOWN_MESSAGE_TYPE)
        : Optional.empty();
  }
}
