package dev.bootbus.dhcp;

import dev.bootbus.dhcp.BootOptions.Load;
import dev.bootbus.dhcp.BootOptions.Menu;
import dev.bootbus.dhcp.BootOptions.None;
import dev.bootbus.dhcp.BootOptions.Root;
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
/// With a script for unknown machines it is what is called auto-proxy.
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
    return intent instanceof Discover && !client.clientClass().acceptsProxy()
        ? new Ignore(DropReason.NOT_PXE)
        : intent;
  }

  @Override
  public Reply reply(Asked intent, DhcpResponse response) {
    Client client = intent.client();
    return switch (settings.orUnknown(response)) {
      case DhcpResponse.Error error -> Silence.because(error);
      case Answer answer ->
          switch (BootOptions.of(client, settings, answer)) {
            case None(DropReason reason, _) -> new Silence(reason, "");
            case Load boot -> offer(client, boot, answer);
            case Root boot -> offer(client, boot, answer);
            case Menu boot -> offer(client, boot, answer);
          };
    };
  }

  private Reply offer(Client client, BootOptions boot, Answer answer) {
    Draft draft =
        Draft.replyTo(client.message(), MessageType.OFFER, settings.serverId())
            .boot(BootWords.ofProxy(client, boot, settings, answer));
    return new Offer(
        draft.message(DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS),
        boot,
        draft.remarks(),
        draft.origins());
  }
}
