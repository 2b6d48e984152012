package dev.bootbus.probe.dora;

import dev.bootbus.dhcp.wire.Options;
import dev.bootbus.probe.dhcp.Answer;
import dev.bootbus.probe.dhcp.BootRequest;
import dev.bootbus.probe.dhcp.DhcpClient;
import dev.bootbus.probe.dhcp.Exchange;
import dev.bootbus.probe.dhcp.Identity;
import dev.bootbus.probe.dhcp.Lease;
import dev.bootbus.probe.dhcp.Link;
import dev.bootbus.probe.dhcp.Offers;
import dev.bootbus.probe.dhcp.Patience;
import dev.bootbus.probe.dhcp.Reply;
import dev.bootbus.probe.dora.Talk.Step;
import dev.bootbus.probe.dora.Talk.What;
import dev.bootbus.schema.MacAddress;
import java.io.IOException;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Says all that it is told to say, one after the other.
///
/// @param whose only offers of this server are taken
/// @param wishes what to say once there is an address
/// @param bootServer who to ask on port 4011, if not the DHCP server
/// @param bootPort own port to ask from there
record Talking(
    Link link,
    Identity identity,
    Patience patience,
    Optional<Inet4Address> whose,
    Set<What> wishes,
    Optional<Inet4Address> bootServer,
    int bootPort) {

  Talk talk() throws InterruptedException {
    try (DhcpClient client = DhcpClient.join(link, identity, patience)) {
      Offers offers = client.discover();
      Optional<Reply> taken = offers.withAddress().stream().filter(this::isWanted).findFirst();
      return taken.isPresent() && wishes.contains(What.REQUEST)
          ? take(client, offers, taken.get())
          : Talk.withoutRequest(offers, link.traffic());
    }
  }

  private boolean isWanted(Reply offer) {
    return whose.isEmpty()
        || offer.serverId().equals(whose)
        || offer.sender().address().getAddress().equals(whose.get());
  }

  private Talk take(DhcpClient client, Offers offers, Reply taken) throws InterruptedException {
    List<Step> steps = new ArrayList<>();
    Answer answer = client.request(taken);
    steps.add(new Step.Asked(What.REQUEST, answer));
    Optional<MacAddress> conflict = Optional.empty();
    if (answer instanceof Answer.Acknowledged ack && ack.reply().givesAddress()) {
      conflict = conflict(client, ack.lease());
      goOn(client, ack.lease(), steps);
    }
    return new Talk(offers, Optional.of(taken), steps, conflict, link.traffic().overflowed());
  }

  private static Optional<MacAddress> conflict(DhcpClient client, Lease lease)
      throws InterruptedException {
    try {
      return client.conflict(lease);
    } catch (IOException e) {
      return Optional.empty(); // the next message tells that the link is gone
    }
  }

  private void goOn(DhcpClient client, Lease lease, List<Step> steps) throws InterruptedException {
    for (What what : What.values()) {
      if (what != What.REQUEST && wishes.contains(what)) {
        steps.add(step(client, what, lease));
      }
    }
  }

  private Step step(DhcpClient client, What what, Lease lease) throws InterruptedException {
    return switch (what) {
      case REQUEST -> throw new IllegalArgumentException("said already");
      case BOOT_SERVER -> new Step.Asked(what, client.ask(request(lease), lease));
      case RENEW -> new Step.Asked(what, client.renew(lease));
      case REBIND -> new Step.Asked(what, client.rebind(lease));
      case REBOOT -> new Step.Asked(what, client.reboot(lease.address()));
      case INFORM -> new Step.Asked(what, client.inform(lease));
      case DECLINE, RELEASE -> last(client, what, lease);
    };
  }

  private static Step last(DhcpClient client, What what, Lease lease) throws InterruptedException {
    try {
      Exchange exchange = what == What.DECLINE ? client.decline(lease) : client.release(lease);
      return new Step.Told(what, exchange);
    } catch (IOException e) {
      Exchange none = new Exchange(List.of(), List.of(), Map.of(), Duration.ZERO);
      return new Step.Asked(what, new Answer.Unsent(e.getMessage(), none));
    }
  }

  private BootRequest request(Lease lease) {
    return new BootRequest(bootServer.orElse(lease.server()), bootPort, Options.EMPTY);
  }
}
