package dev.bootbus.dhcp;

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
import dev.bootbus.dhcp.Reply.Offer;
import dev.bootbus.dhcp.Reply.Released;
import dev.bootbus.dhcp.Reply.Silence;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.runtime.LogText;
import dev.bootbus.schema.DhcpRequest.Mode;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.DhcpResponse.Answer;
import dev.bootbus.schema.DhcpResponse.Dhcp;
import java.net.Inet4Address;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Gives a machine the address that the backend has for it, and tells firmware what to boot.
public record FullDhcp(BootSettings settings) implements Responder {
  /// With these answers it takes back what it offered; with others it may do better when the client
  /// asks again.
  private static final Set<Integer> NO_FOR_GOOD = Set.of(403, 404, 409);

  private static final int CONFLICT = 409;

  /// An option that the contract has a name for, and its value; empty or null if there is none.
  private record Named<T>(Option<T> option, Function<Dhcp, @Nullable T> value) {
    void addTo(Draft draft, Dhcp dhcp) {
      draft.add(Origin.BACKEND, option, value.apply(dhcp));
    }
  }

  /// In order of importance.
  private static final List<Named<?>> NAMED_IN_ORDER =
      List.of(
          new Named<>(Option.NAME_SERVERS, Dhcp::nameServers),
          new Named<>(Option.HOST_NAME, Dhcp::hostname),
          new Named<>(Option.DOMAIN_NAME, Dhcp::domainName),
          new Named<>(Option.BROADCAST_ADDRESS, Dhcp::broadcastAddress),
          new Named<>(Option.NTP_SERVERS, Dhcp::ntpServers),
          new Named<>(Option.DOMAIN_SEARCH, Dhcp::domainSearch));

  private static final List<Integer> ALL_NAMED =
      NAMED_IN_ORDER.stream().map(named -> named.option().code()).toList();
  private static final Map<Integer, Named<?>> NAMED =
      NAMED_IN_ORDER.stream()
          .collect(Collectors.toUnmodifiableMap(named -> named.option().code(), named -> named));

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
      case DhcpResponse.Error error -> refused(intent, error);
      case Answer answer -> reply(intent, answer);
    };
  }

  /// RFC 2131 §3.1 step 4: a client that chose our offer is told if it cannot have it. §4.3.2: to a
  /// client that is not known a server is silent, as another one may know it; but one whose address
  /// is another's by now (409) must not go on with it.
  private Reply refused(Asked intent, DhcpResponse.Error error) {
    boolean nak =
        switch (intent) {
          case Select _ -> NO_FOR_GOOD.contains(error.code());
          case InitReboot _, Renew _, Rebind _ -> error.code() == CONFLICT;
          case Discover _, Decline _, Release _, Inform _, BootRequest _ -> false;
        };
    return nak
        ? nak(intent.client(), NakReason.NOT_GIVEN, error.code() + " " + error.message())
        : Silence.because(error);
  }

  private Reply reply(Asked intent, Answer answer) {
    return switch (intent) {
      case Discover(Client client) ->
          whyUnusable(answer.dhcp())
              .<Reply>map(why -> new Silence(DropReason.NO_ADDRESS, why))
              .orElseGet(() -> offer(client, answer));
      case Select(Client client, Inet4Address requested) ->
          whyUnusable(answer.dhcp())
              .<Reply>map(why -> nak(client, NakReason.NOT_GIVEN, why))
              .orElseGet(() -> confirm(client, requested, answer));
      case InitReboot(Client client, Inet4Address requested) ->
          confirmKnown(client, requested, answer);
      case Renew(Client client) -> confirmKnown(client, client.message().ciaddr(), answer);
      case Rebind(Client client) -> confirmKnown(client, client.message().ciaddr(), answer);
      case Decline(Client client, Inet4Address declined) ->
          new Declined(declined, client.message().options().get(Option.MESSAGE).orElse(""));
      case Release(Client client) -> new Released(client.message().ciaddr());
      case Inform(Client client) -> inform(client, answer);
      case BootRequest _ -> new Silence(DropReason.WRONG_PORT, "");
    };
  }

  private Optional<String> whyUnusable(Dhcp dhcp) {
    if (dhcp.ipAddress() == null) {
      return Optional.of("the backend gives no address");
    }
    return dhcp.ipAddress().equals(settings.serverId())
        ? Optional.of(dhcp.ipAddress().getHostAddress() + " is our own address")
        : Subnet.of(dhcp).whyNoHost();
  }

  private Reply offer(Client client, Answer answer) {
    BootOptions boot = BootOptions.of(client, settings, answer);
    Draft draft = leased(client, MessageType.OFFER, boot, answer);
    return new Offer(
        draft.message(DhcpMessage.NO_ADDRESS, address(answer)),
        boot,
        draft.remarks(),
        draft.origins());
  }

  private Reply confirmKnown(Client client, Inet4Address meant, Answer answer) {
    return whyUnusable(answer.dhcp())
        .<Reply>map(why -> new Silence(DropReason.NO_ADDRESS, why))
        .orElseGet(() -> confirm(client, meant, answer));
  }

  /// RFC 2131 §4.3.2: a client that means another address than the backend is told so, and begins
  /// anew.
  private Reply confirm(Client client, Inet4Address meant, Answer answer) {
    Inet4Address address = address(answer);
    if (!meant.equals(address)) {
      return nak(
          client, NakReason.OTHER_ADDRESS, "the address is " + address.getHostAddress() + " now");
    }
    BootOptions boot = BootOptions.of(client, settings, answer);
    Draft draft = leased(client, MessageType.ACK, boot, answer);
    return new Ack(
        draft.message(client.message().ciaddr(), address), boot, draft.remarks(), draft.origins());
  }

  /// RFC 2131 §4.3.5: no address and no times, as the client has its address from elsewhere.
  private Reply inform(Client client, Answer answer) {
    BootOptions boot = BootOptions.of(client, settings, answer);
    SortedMap<Integer, Bytes> further = BootWords.further(client, settings, answer);
    further.keySet().removeAll(LeaseTimes.CODES);
    Draft draft = Draft.replyTo(client.message(), MessageType.ACK, settings.serverId());
    addNetwork(draft, answer.dhcp(), further).boot(BootWords.of(client, boot, settings, further));
    addRest(draft, client, answer.dhcp(), further);
    return new Ack(
        draft.message(client.message().ciaddr(), DhcpMessage.NO_ADDRESS),
        boot,
        draft.remarks(),
        draft.origins());
  }

  private Nak nak(Client client, NakReason reason, String why) {
    Draft draft =
        Draft.replyTo(client.message(), MessageType.NAK, settings.serverId())
            .broadcastByRelay()
            .add(Origin.RULE, Option.MESSAGE, LogText.printable(why));
    DhcpMessage message = draft.message(DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS);
    return new Nak(message, reason, draft.origins());
  }

  private static Inet4Address address(Answer answer) {
    return Objects.requireNonNull(answer.dhcp().ipAddress(), "checked before");
  }

  /// The order is that of importance, because what comes last may not fit: the lease, the network,
  /// what to boot, the lease's times, what the client asked for in its own order (RFC 2132 §9.8),
  /// and what somebody gave by code unasked.
  private Draft leased(Client client, MessageType type, BootOptions boot, Answer answer) {
    Dhcp dhcp = answer.dhcp();
    long lease = dhcp.leaseTime() == 0 ? DEFAULT_LEASE_SECONDS : dhcp.leaseTime();
    SortedMap<Integer, Bytes> further = BootWords.further(client, settings, answer);
    Origin origin = dhcp.leaseTime() == 0 ? Origin.DEFAULT : Origin.BACKEND;
    Draft draft =
        Draft.replyTo(client.message(), type, settings.serverId())
            .add(origin, Option.LEASE_TIME, lease);
    addNetwork(draft, dhcp, further)
        .boot(BootWords.of(client, boot, settings, further))
        .overload(client.clientClass());
    LeaseTimes.of(lease, further).addTo(draft);
    further.keySet().removeAll(LeaseTimes.CODES);
    addRest(draft, client, dhcp, further);
    Subnet.of(dhcp).oddities().forEach(draft::remark);
    return draft;
  }

  /// What a client needs whether it asks for it or not.
  private static Draft addNetwork(Draft draft, Dhcp dhcp, SortedMap<Integer, Bytes> further) {
    Inet4Address gateway = dhcp.defaultGateway();
    return draft
        .addForeign(Option.SUBNET_MASK.code(), further.get(Option.SUBNET_MASK.code()))
        .add(Origin.BACKEND, Option.SUBNET_MASK, dhcp.subnetMask())
        .addForeign(Option.ROUTERS.code(), further.get(Option.ROUTERS.code()))
        .add(Origin.BACKEND, Option.ROUTERS, gateway == null ? List.of() : List.of(gateway));
  }

  /// Of the contract's options those that the client asked for, or all if it asked for nothing in
  /// particular (RFC 2131 §4.3.1); and what somebody gave by code: PXELINUX and the FreeBSD loader
  /// use options that their firmware did not ask for.
  private static void addRest(
      Draft draft, Client client, Dhcp dhcp, SortedMap<Integer, Bytes> further) {
    Optional<List<Integer>> wanted = client.message().options().get(Option.PARAMETER_LIST);
    for (int code : wanted.orElse(ALL_NAMED)) {
      draft.addForeign(code, further.get(code));
      Named<?> named = NAMED.get(code);
      if (named != null) {
        named.addTo(draft, dhcp);
      }
    }
    further.forEach(draft::addForeign);
  }
}
