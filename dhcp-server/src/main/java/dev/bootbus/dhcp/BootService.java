package dev.bootbus.dhcp;

import dev.bootbus.dhcp.BootOptions.Load;
import dev.bootbus.dhcp.BootOptions.Menu;
import dev.bootbus.dhcp.BootOptions.None;
import dev.bootbus.dhcp.BootOptions.Root;
import dev.bootbus.dhcp.Intent.Asked;
import dev.bootbus.dhcp.Intent.Ignore;
import dev.bootbus.dhcp.Reply.Ack;
import dev.bootbus.dhcp.Reply.Silence;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.schema.DhcpRequest.Mode;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.DhcpResponse.Answer;

/// Answers on port 4011, where PXE firmware that already has an address asks for its boot file (PXE
/// specification 2.1 §2.2.5). Most of our offers tell it not to, and some firmware asks all the
/// same; others send it here, as does a boot menu.
public record BootService(BootSettings settings) implements Responder {

  @Override
  public Mode mode() {
    return Mode.PROXY;
  }

  @Override
  public Intent intent(Client client, boolean unicast) {
    return client.clientClass().acceptsProxy()
        ? Intent.atBootService(client, settings.serverId())
        : new Ignore(DropReason.NOT_PXE);
  }

  @Override
  public Reply reply(Asked intent, DhcpResponse response) {
    Client client = intent.client();
    return switch (settings.orUnknown(response)) {
      case DhcpResponse.Error error -> Silence.because(error);
      case Answer answer ->
          switch (BootOptions.atBootService(client, settings, answer)) {
            case None(DropReason reason, _) -> new Silence(reason, "");
            case Load boot -> ack(client, boot, answer);
            case Root boot -> ack(client, boot, answer);
            case Menu boot -> ack(client, boot, answer);
          };
    };
  }

  private Reply ack(Client client, BootOptions boot, Answer answer) {
    Draft draft =
        Draft.replyTo(client.message(), MessageType.ACK, settings.serverId())
            .boot(BootWords.ofBootService(client, boot, settings, answer));
    DhcpMessage message = draft.message(client.message().ciaddr(), DhcpMessage.NO_ADDRESS);
    return new Ack(message, boot, draft.remarks(), draft.origins());
  }
}
