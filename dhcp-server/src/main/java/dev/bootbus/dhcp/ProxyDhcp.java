package dev.bootbus.dhcp;

import dev.bootbus.dhcp.BootOptions.Load;
import dev.bootbus.dhcp.BootOptions.None;
import dev.bootbus.dhcp.ClientClass.Firmware;
import dev.bootbus.dhcp.Intent.Asked;
import dev.bootbus.dhcp.Intent.Discover;
import dev.bootbus.dhcp.Intent.Ignore;
import dev.bootbus.dhcp.Reply.Offer;
import dev.bootbus.dhcp.Reply.Silence;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.schema.DhcpRequest.Mode;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.DhcpResponse.Answer;
import java.util.EnumSet;
import java.util.Set;

/// Tells firmware what to boot beside another DHCP server, which gives the address (PXE
/// specification 2.1 §2.2.4). It offers no address and takes no part in what follows its offer.
public record ProxyDhcp(BootSettings settings) implements Responder {
  private static final Set<MessageType> ABOUT_ADDRESSES =
      EnumSet.of(MessageType.REQUEST, MessageType.DECLINE, MessageType.RELEASE, MessageType.INFORM);

  @Override
  public Mode mode() {
    return Mode.PROXY;
  }

  /// An offer without an address confuses everything that is not PXE firmware.
  @Override
  public Intent intent(Client client, boolean unicast) {
    if (client.messageType().filter(ABOUT_ADDRESSES::contains).isPresent()) {
      return new Ignore(DropReason.NOT_FOR_PROXY);
    }
    Intent intent = Intent.of(client, unicast, settings.serverId());
    return intent instanceof Discover && !isFirmware(client)
        ? new Ignore(DropReason.NOT_PXE)
        : intent;
  }

  static boolean isFirmware(Client client) {
    Firmware firmware = client.clientClass().firmware();
    return firmware == Firmware.PXE || firmware == Firmware.HTTP;
  }

  @Override
  public Reply reply(Asked intent, DhcpResponse response) {
    Client client = intent.client();
    return switch (response) {
      case DhcpResponse.Error error -> Silence.because(error);
      case Answer answer ->
          switch (BootOptions.of(client.clientClass(), settings, answer)) {
            case None(DropReason reason, _) -> new Silence(reason, "");
            case Load load -> offer(client, load, answer);
          };
    };
  }

  private Reply offer(Client client, Load load, Answer answer) {
    Draft draft =
        Draft.replyTo(client.message(), MessageType.OFFER, settings.serverId())
            .boot(client.clientClass(), load, settings.furtherOptions(answer));
    return new Offer(
        draft.message(DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS), load, draft.remarks());
  }
}
