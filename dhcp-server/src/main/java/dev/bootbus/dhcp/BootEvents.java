package dev.bootbus.dhcp;

import static dev.bootbus.schema.EventFact.BOOT_FILE;
import static dev.bootbus.schema.EventFact.CLIENT_ARCH;
import static dev.bootbus.schema.EventFact.CLIENT_CLASS;
import static dev.bootbus.schema.EventFact.HOSTNAME;
import static dev.bootbus.schema.EventFact.LEASE_SECONDS;
import static dev.bootbus.schema.EventFact.MESSAGE_TYPE;
import static dev.bootbus.schema.EventFact.SECONDS;
import static dev.bootbus.schema.EventFact.URL;

import dev.bootbus.dhcp.BootOptions.Load;
import dev.bootbus.dhcp.BootOptions.Menu;
import dev.bootbus.dhcp.BootOptions.None;
import dev.bootbus.dhcp.BootOptions.Root;
import dev.bootbus.dhcp.BootOptions.Why;
import dev.bootbus.dhcp.Intent.Asked;
import dev.bootbus.dhcp.Intent.BootRequest;
import dev.bootbus.dhcp.Intent.Decline;
import dev.bootbus.dhcp.Intent.Discover;
import dev.bootbus.dhcp.Intent.Inform;
import dev.bootbus.dhcp.Intent.InitReboot;
import dev.bootbus.dhcp.Intent.Rebind;
import dev.bootbus.dhcp.Intent.Release;
import dev.bootbus.dhcp.Intent.Renew;
import dev.bootbus.dhcp.Intent.Select;
import dev.bootbus.dhcp.Reply.Ack;
import dev.bootbus.dhcp.Reply.Declined;
import dev.bootbus.dhcp.Reply.Nak;
import dev.bootbus.dhcp.Reply.NakReason;
import dev.bootbus.dhcp.Reply.Noted;
import dev.bootbus.dhcp.Reply.Offer;
import dev.bootbus.dhcp.Reply.Released;
import dev.bootbus.dhcp.Reply.Sent;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.schema.BootEvent;
import dev.bootbus.schema.EventKind;
import java.net.Inet4Address;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Tells the bus what became of each packet that a machine meant for us.
final class BootEvents {
  private final Consumer<BootEvent> bus;

  BootEvents(Consumer<BootEvent> bus) {
    this.bus = bus;
  }

  /// What a packet without an answer is told as: nothing if it was not for us, or if whoever sends
  /// such packets is no machine that could be helped. Strangers' packets cost the bus nothing, and
  /// neither does each other machine on the link where this is a proxy.
  static Optional<EventKind> kind(DropReason reason) {
    return switch (reason) {
      case MALFORMED,
          NOT_A_REQUEST,
          BAD_ADDRESS,
          NO_IDENTITY,
          MALFORMED_OPTION,
          NO_MESSAGE_TYPE,
          UNKNOWN_MESSAGE_TYPE,
          FROM_A_SERVER,
          NOT_PXE,
          NOT_FOR_PROXY,
          TOO_MANY_HOPS ->
          Optional.empty();
      case NO_REQUESTED_ADDRESS,
          NO_CLIENT_ADDRESS,
          NO_SERVER_ID,
          OTHER_SERVER,
          WRONG_PORT,
          BACKEND_ERROR,
          NO_ADDRESS,
          NOT_A_BOOT_CLIENT,
          NETBOOT_DENIED,
          UNKNOWN_ARCHITECTURE,
          NO_BOOT_FILE,
          BAD_BOOT_FILE,
          WRONG_FIRMWARE,
          LOADER_LOOP,
          UNKNOWN_MENU_ITEM,
          SEND_FAILED,
          FAILED ->
          Optional.of(EventKind.DHCP_REFUSED);
      // of a packet that came too late to be read nothing is known; with one that was read it is
      // the bus that was busy
      case BUSY, BACKEND_DISCONNECTED, BACKEND_NO_RESPONDERS, BACKEND_TIMEOUT, BACKEND_BAD_REPLY ->
          Optional.of(EventKind.BACKEND_SILENT);
    };
  }

  /// The backend is about to be asked.
  void asked(Asked intent, Packet packet) {
    switch (intent) {
      case Discover _ -> bus.accept(event(EventKind.DHCP_DISCOVER, packet));
      case Select _, InitReboot _, Renew _, Rebind _, Inform _, BootRequest _ ->
          bus.accept(event(EventKind.DHCP_REQUEST, packet));
      // told once, when the backend has taken note
      case Decline _, Release _ -> {}
    }
  }

  void noted(Noted noted, Packet packet) {
    bus.accept(
        switch (noted) {
          case Declined(Inet4Address address, String message) ->
              ended(EventKind.DHCP_DECLINE, packet)
                  .address(address)
                  .because("", LogText.printable(message));
          case Released(Inet4Address address) ->
              ended(EventKind.DHCP_RELEASE, packet).address(address);
        });
  }

  /// @param note the backend's word for people, or empty
  void sent(Sent sent, Packet packet, String note) {
    bus.accept(
        switch (sent) {
          case Offer(DhcpMessage message, BootOptions boot, List<String> _) ->
              given(EventKind.DHCP_OFFER, packet, message, boot, note);
          case Ack(DhcpMessage message, BootOptions boot, List<String> _) ->
              given(EventKind.DHCP_ACK, packet, message, boot, note);
          case Nak(DhcpMessage message, NakReason reason) ->
              ended(EventKind.DHCP_NAK, packet)
                  .because(reason.key(), message.options().get(Option.MESSAGE).orElse(""));
        });
  }

  private static BootEvent given(
      EventKind kind, Packet packet, DhcpMessage message, BootOptions boot, String note) {
    BootEvent event = ended(kind, packet).because(notBooting(boot), LogText.printable(note));
    if (isSet(message.yiaddr())) {
      event = event.address(message.yiaddr());
    }
    if (boot instanceof Load(String file, _, _)) {
      event = event.with(BOOT_FILE, file);
      event = file.contains("://") ? event.with(URL, file) : event;
    }
    Optional<Long> lease = message.options().get(Option.LEASE_TIME);
    event = lease.isPresent() ? event.with(LEASE_SECONDS, lease.get()) : event;
    Optional<String> name = message.options().get(Option.HOST_NAME);
    return name.isPresent() ? event.with(HOSTNAME, name.get()) : event;
  }

  /// Why a machine that could boot is given nothing to boot, or another thing than it hoped for.
  private static String notBooting(BootOptions boot) {
    return switch (boot) {
      case None(DropReason reason, _) when reason == DropReason.NOT_A_BOOT_CLIENT -> "";
      case None(DropReason reason, _) -> reason.key();
      case Load(_, _, Why why) -> why.trouble().map(DropReason::key).orElse("");
      case Root _, Menu _ -> "";
    };
  }

  void silence(DropReason reason, Packet packet, String detail) {
    kind(reason)
        .ifPresent(
            kind ->
                bus.accept(ended(kind, packet).because(reason.key(), LogText.printable(detail))));
  }

  private static BootEvent ended(EventKind kind, Packet packet) {
    BootEvent event = event(kind, packet).with(SECONDS, packet.seconds());
    return packet
        .client()
        .messageType()
        .map(type -> event.with(MESSAGE_TYPE, type.name()))
        .orElse(event);
  }

  private static BootEvent event(EventKind kind, Packet packet) {
    Client client = packet.client();
    DhcpMessage message = client.message();
    BootEvent event =
        BootEvent.of(kind)
            .mac(client.mac())
            .address(isSet(message.ciaddr()) ? message.ciaddr() : null)
            .uuid(client.uuid())
            .transaction(HexFormat.of().toHexDigits((int) message.xid()))
            .traceparent(packet.trace().toString())
            .with(CLIENT_CLASS, client.clientClass().label());
    return message.options().get(Option.CLIENT_ARCH).stream()
        .flatMap(List::stream)
        .findFirst()
        .map(architecture -> event.with(CLIENT_ARCH, (long) architecture))
        .orElse(event);
  }

  private static boolean isSet(Inet4Address address) {
    return !address.equals(DhcpMessage.NO_ADDRESS);
  }
}
