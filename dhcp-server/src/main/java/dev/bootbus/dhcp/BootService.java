package dev.bootbus.dhcp;

import dev.bootbus.dhcp.BootOptions.Load;
import dev.bootbus.dhcp.BootOptions.None;
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
/// specification 2.1 §2.2.5). Our offers tell it not to, and some firmware asks all the same.
public record BootService(BootSettings settings) implements Responder {

  @Override
  public Mode mode() {
    return Mode.PROXY;
  }

  @Override
  public Intent intent(Client client, boolean unicast) {
    return ProxyDhcp.isFirmware(client)
        ? Intent.atBootService(client, settings.serverId())
        : new Ignore(DropReason.NOT_PXE);
  }

  @Override
  public Reply reply(Asked intent, DhcpResponse response) {
    Client client = intent.client();
    return switch (response) {
      case DhcpResponse.Error error -> Silence.because(error);
      case Answer answer ->
          switch (BootOptions.of(client.clientClass(), settings, answer)) {
            case None(DropReason reason, _) -> new Silence(reason, "");
            case Load load -> ack(client, load, answer);
          };
    };
  }

  private Reply ack(Client client, Load load, Answer answer) {
    Draft draft =
        Draft.replyTo(client.message(), MessageType.ACK, settings.serverId())
            .boot(client.clientClass(), load, settings.furtherOptions(answer));
    DhcpMessage message = draft.message(client.message().ciaddr(), DhcpMessage.NO_ADDRESS);
    return new Ack(message, load, draft.remarks());
  }
}
