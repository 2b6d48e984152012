package dev.bootbus.dhcp;

import dev.bootbus.dhcp.Intent.Asked;
import dev.bootbus.dhcp.Intent.BootRequest;
import dev.bootbus.dhcp.Intent.Discover;
import dev.bootbus.dhcp.Intent.InitReboot;
import dev.bootbus.dhcp.Intent.Rebind;
import dev.bootbus.dhcp.Intent.Renew;
import dev.bootbus.dhcp.Intent.Select;
import dev.bootbus.dhcp.Reply.Ack;
import dev.bootbus.dhcp.Reply.Nak;
import dev.bootbus.dhcp.Reply.Offer;
import dev.bootbus.dhcp.Reply.Silence;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.schema.DhcpRequest.Mode;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.DhcpResponse.Answer;
import dev.bootbus.schema.DhcpResponse.Dhcp;
import java.net.Inet4Address;
import java.util.List;

/// Gives a machine the address that the backend has for it, and tells firmware what to boot.
public record FullDhcp(BootSettings settings) implements Responder {
  private static final long INFINITE = 0xFFFF_FFFFL;

  /// Where the backend does not say: long enough to boot, short enough to be corrected.
  private static final long DEFAULT_LEASE_SECONDS = 3600;

  @Override
  public Mode mode() {
    return Mode.DHCP;
  }

  @Override
  public Intent intent(Client client, boolean unicast) {
    return Intent.of(client, unicast, settings.serverId());
  }

  @Override
  public Reply reply(Asked intent, DhcpResponse response) {
    return switch (response) {
      case DhcpResponse.Error error -> Silence.because(error);
      case Answer answer -> {
        Inet4Address address = answer.dhcp().ipAddress();
        yield address == null || !Destination.isHost(address)
            ? new Silence(DropReason.NO_ADDRESS, String.valueOf(address))
            : reply(intent, address, answer);
      }
    };
  }

  /// RFC 2131 §4.3.2: a client that means another address than the backend is told so, and begins
  /// anew.
  private Reply reply(Asked intent, Inet4Address address, Answer answer) {
    return switch (intent) {
      case Discover(Client client) -> offer(client, address, answer);
      case Select(Client client, Inet4Address requested) ->
          confirm(client, requested, address, answer);
      case InitReboot(Client client, Inet4Address requested) ->
          confirm(client, requested, address, answer);
      case Renew(Client client) -> confirm(client, client.message().ciaddr(), address, answer);
      case Rebind(Client client) -> confirm(client, client.message().ciaddr(), address, answer);
      case BootRequest _ -> new Silence(DropReason.WRONG_PORT, "");
    };
  }

  private Reply offer(Client client, Inet4Address address, Answer answer) {
    BootOptions boot = BootOptions.of(client, settings, answer);
    Draft draft = draft(client, MessageType.OFFER, boot, answer);
    return new Offer(draft.message(DhcpMessage.NO_ADDRESS, address), boot, draft.leftOut());
  }

  private Reply confirm(Client client, Inet4Address meant, Inet4Address address, Answer answer) {
    if (!meant.equals(address)) {
      return new Nak(nak(client, "the address is " + address.getHostAddress() + " now"));
    }
    BootOptions boot = BootOptions.of(client, settings, answer);
    Draft draft = draft(client, MessageType.ACK, boot, answer);
    return new Ack(draft.message(client.message().ciaddr(), address), boot, draft.leftOut());
  }

  private DhcpMessage nak(Client client, String why) {
    return Draft.replyTo(client.message(), MessageType.NAK, settings.serverId())
        .broadcastByRelay()
        .add(Option.MESSAGE, why)
        .message(DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS);
  }

  /// The order is that of importance, because what comes last may not fit.
  private Draft draft(Client client, MessageType type, BootOptions boot, Answer answer) {
    Dhcp dhcp = answer.dhcp();
    long lease = dhcp.leaseTime() == 0 ? DEFAULT_LEASE_SECONDS : dhcp.leaseTime();
    Inet4Address gateway = dhcp.defaultGateway();
    Draft draft =
        Draft.replyTo(client.message(), type, settings.serverId())
            .add(Option.LEASE_TIME, lease)
            .boot(BootWords.of(client, boot, settings, answer))
            .add(Option.SUBNET_MASK, dhcp.subnetMask())
            .add(Option.ROUTERS, gateway == null ? List.of() : List.of(gateway))
            .add(Option.NAME_SERVERS, dhcp.nameServers());
    if (lease != INFINITE) {
      draft.add(Option.RENEWAL_TIME, lease / 2).add(Option.REBINDING_TIME, lease * 7 / 8);
    }
    return draft
        .addIfWanted(Option.HOST_NAME, dhcp.hostname())
        .addIfWanted(Option.DOMAIN_NAME, dhcp.domainName())
        .addIfWanted(Option.BROADCAST_ADDRESS, dhcp.broadcastAddress())
        .addIfWanted(Option.NTP_SERVERS, dhcp.ntpServers())
        .addIfWanted(Option.DOMAIN_SEARCH, dhcp.domainSearch());
  }
}
