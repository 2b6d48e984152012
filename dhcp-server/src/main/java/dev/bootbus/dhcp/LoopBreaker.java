package dev.bootbus.dhcp;

import dev.bootbus.dhcp.BootOptions.Load;
import dev.bootbus.dhcp.BootOptions.Why;
import dev.bootbus.dhcp.Intent.Asked;
import dev.bootbus.dhcp.Reply.Offer;
import dev.bootbus.schema.DhcpRequest.Mode;
import dev.bootbus.schema.DhcpResponse;

/// Counts for another responder how often each machine was offered a loader of late, which
/// [BootOptions] decides by. If the memory is lost, or another front end answers, a loop is broken
/// later, and nothing else changes.
public record LoopBreaker(Responder responder, LoaderMemory memory) implements Responder {

  @Override
  public Mode mode() {
    return responder.mode();
  }

  @Override
  public Intent intent(Client client, boolean unicast) {
    if (client.clientClass().ipxe()) {
      memory.forget(client.mac());
      return responder.intent(client, unicast);
    }
    boolean loads = client.clientClass().isBootClient() && !client.mac().isNone();
    return responder.intent(loads ? client.withLoads(memory.before(client)) : client, unicast);
  }

  @Override
  public Reply reply(Asked intent, DhcpResponse response) {
    Reply reply = responder.reply(intent, response);
    if (reply instanceof Offer(_, Load(String file, _, Why why), _, _)
        && why != Why.LOOP
        && new BootFile(file).isIpxe()) {
      memory.offered(intent.client());
    }
    return reply;
  }
}
