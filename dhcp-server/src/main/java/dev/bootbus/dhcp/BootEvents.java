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
import dev.bootbus.runtime.LogText;
import dev.bootbus.schema.BootEvent;
import dev.bootbus.schema.EventFact;
import dev.bootbus.schema.EventKind;
import java.net.Inet4Address;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Tells the bus what became of each packet that a machine meant for us.
final class BootEvents {
  private final Consumer<BootEvent> bus;
  private final boolean told;

  BootEvents(Consumer<BootEvent> bus) {
    this.bus = bus;
    this.told = bus != Outcomes.NOBODY;
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
          DENIED_MAC,
          NOT_ALLOWED_MAC,
          FOREIGN_CIADDR,
          RATE_LIMITED_MAC,
          RATE_LIMITED_CIRCUIT,
          RATE_LIMITED_RELAY,
          NOT_PXE,
          NOT_FOR_PROXY,
          TOO_MANY_HOPS,
          // nobody has read who sent it
          OVERFLOW ->
          Optional.empty();
      case NO_REQUESTED_ADDRESS,
          NO_CLIENT_ADDRESS,
          NO_SERVER_ID,
          OTHER_SERVER,
          WRONG_PORT,
          BACKEND_ERROR,
          NO_ADDRESS,
          ADDRESS_IN_USE,
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
    if (!told) {
      return;
    }
    switch (intent) {
      case Discover _ -> bus.accept(event(EventKind.DHCP_DISCOVER, packet));
      case Select _, InitReboot _, Renew _, Rebind _, Inform _, BootRequest _ ->
          bus.accept(event(EventKind.DHCP_REQUEST, packet));
      // told once, when the backend has taken note
      case Decline _, Release _ -> {}
    }
  }

  void noted(Noted noted, Packet packet) {
    if (!told) {
      return;
    }
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
    if (!told) {
      return;
    }
    bus.accept(
        switch (sent) {
          case Offer(DhcpMessage message, BootOptions boot, _, _) ->
              given(EventKind.DHCP_OFFER, packet, message, boot, note);
          case Ack(DhcpMessage message, BootOptions boot, _, _) ->
              given(EventKind.DHCP_ACK, packet, message, boot, note);
          case Nak(DhcpMessage message, NakReason reason, _) ->
              ended(EventKind.DHCP_NAK, packet)
                  .because(reason.key(), message.options().get(Option.MESSAGE).orElse(""));
        });
  }

  /// What is to be known of an answer that is not all that the machine hoped for; or empty.
  static String reason(Sent sent) {
    return switch (sent) {
      case Offer(_, BootOptions boot, _, _) -> notBooting(boot);
      case Ack(_, BootOptions boot, _, _) -> notBooting(boot);
      case Nak(_, NakReason reason, _) -> reason.key();
    };
  }

  private static BootEvent given(
      EventKind kind, Packet packet, DhcpMessage message, BootOptions boot, String note) {
    Map<EventFact, Object> facts = facts(packet);
    addEnd(facts, packet);
    if (boot instanceof Load(String file, _, _)) {
      facts.put(BOOT_FILE, file);
      if (file.contains("://")) {
        facts.put(URL, file);
      }
    }
    message.options().get(Option.LEASE_TIME).ifPresent(lease -> facts.put(LEASE_SECONDS, lease));
    message.options().get(Option.HOST_NAME).ifPresent(name -> facts.put(HOSTNAME, name));
    Inet4Address address = message.yiaddr();
    return event(kind, packet, facts, isSet(address) ? address : packet.client().message().ciaddr())
        .because(notBooting(boot), LogText.printable(note));
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
    if (!told) {
      return;
    }
    kind(reason)
        .ifPresent(
            kind ->
                bus.accept(ended(kind, packet).because(reason.key(), LogText.printable(detail))));
  }

  private static BootEvent ended(EventKind kind, Packet packet) {
    Map<EventFact, Object> facts = facts(packet);
    addEnd(facts, packet);
    return event(kind, packet, facts, packet.client().message().ciaddr());
  }

  private static void addEnd(Map<EventFact, Object> facts, Packet packet) {
    facts.put(SECONDS, packet.seconds());
    packet.client().messageType().ifPresent(type -> facts.put(MESSAGE_TYPE, type.name()));
  }

  private static Map<EventFact, Object> facts(Packet packet) {
    Map<EventFact, Object> facts = new EnumMap<>(EventFact.class);
    facts.put(CLIENT_CLASS, packet.client().clientClass().label());
    packet
        .client()
        .message()
        .options()
        .get(Option.CLIENT_ARCH)
        .ifPresent(architectures -> facts.put(CLIENT_ARCH, (long) architectures.getFirst()));
    return facts;
  }

  private static BootEvent event(EventKind kind, Packet packet) {
    return event(kind, packet, facts(packet), packet.client().message().ciaddr());
  }

  /// In one piece: each step of a [BootEvent] copies what is there.
  private static BootEvent event(
      EventKind kind, Packet packet, Map<EventFact, Object> facts, Inet4Address address) {
    Client client = packet.client();
    return new BootEvent(
        kind,
        Instant.now(),
        client.mac(),
        isSet(address) ? address : null,
        client.uuid(),
        HexFormat.of().toHexDigits((int) client.message().xid()),
        packet.trace().toString(),
        "",
        "",
        facts);
  }

  private static boolean isSet(Inet4Address address) {
    return !address.equals(DhcpMessage.NO_ADDRESS);
  }
}
