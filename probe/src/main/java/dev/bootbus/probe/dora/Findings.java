package dev.bootbus.probe.dora;

import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import dev.bootbus.probe.dhcp.Answer;
import dev.bootbus.probe.dhcp.Exchange;
import dev.bootbus.probe.dhcp.Exchange.Oddity;
import dev.bootbus.probe.dhcp.Lease;
import dev.bootbus.probe.dhcp.OptionText;
import dev.bootbus.probe.dhcp.Reply;
import dev.bootbus.probe.dora.Talk.Step;
import dev.bootbus.probe.dora.Talk.What;
import dev.bootbus.runtime.terminal.Terminal;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What is wrong with what was said. Pure.
final class Findings {
  /// What an ACK may not change of its offer (RFC 2131 §4.3.1: "the parameters MUST NOT conflict").
  private static final List<Option<?>> KEPT =
      List.of(
          Option.SUBNET_MASK,
          Option.ROUTERS,
          Option.NAME_SERVERS,
          Option.SERVER_ID,
          Option.TFTP_SERVER_NAME,
          Option.BOOT_FILE_NAME);

  private final List<Finding> found = new ArrayList<>();

  private Findings() {}

  static List<Finding> of(Talk talk) {
    Findings findings = new Findings();
    findings.offers(talk);
    talk.steps().forEach(step -> findings.step(step, talk.taken()));
    talk.conflict()
        .ifPresent(
            mac ->
                findings.add(
                    Cause.ADDRESS_IN_USE,
                    "%s answers ARP for %s"
                        .formatted(
                            mac, talk.taken().orElseThrow().message().yiaddr().getHostAddress())));
    findings.oddities(talk);
    return List.copyOf(findings.found);
  }

  private void add(Cause cause, String detail) {
    found.add(new Finding(cause, detail));
  }

  private void offers(Talk talk) {
    List<Reply> all = talk.offers().all();
    if (all.isEmpty()) {
      List<Exchange.Sent> sent = talk.offers().exchange().sent();
      add(Cause.NO_OFFER, "%d DISCOVERs, and no offer".formatted(sent.size()));
    } else if (talk.offers().withAddress().isEmpty()) {
      add(Cause.NO_ADDRESS, "offers of %s only".formatted(names(all)));
    }
    all.stream()
        .filter(offer -> offer.serverId().isEmpty())
        .forEach(offer -> add(Cause.OFFER_WITHOUT_SERVER_ID, "from " + offer.sender()));
    severalServers(talk.offers().withAddress());
    all.forEach(this::options);
  }

  /// Two addresses of one server are two servers for a client.
  private void severalServers(List<Reply> offers) {
    Map<String, String> servers = new LinkedHashMap<>();
    for (Reply offer : offers) {
      String sender = offer.sender().toString();
      String id =
          offer
              .serverId()
              .map(Inet4Address::getHostAddress)
              .filter(name -> !name.equals(offer.sender().host()))
              .map(name -> name + " by way of " + sender)
              .orElse(sender);
      servers.putIfAbsent(id, offer.message().yiaddr().getHostAddress());
    }
    if (servers.size() > 1) {
      add(
          Cause.SEVERAL_DHCP_SERVERS,
          servers.entrySet().stream()
              .map(server -> server.getKey() + " offers " + server.getValue())
              .collect(Collectors.joining("; ")));
    }
  }

  private static String names(List<Reply> replies) {
    return replies.stream()
        .map(reply -> reply.sender().toString())
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private void options(Reply reply) {
    String lies =
        OptionText.of(reply.message().options(), OptionText.isPxe(reply.message())).stream()
            .filter(option -> !option.isSound())
            .map(option -> "option %d %s".formatted(option.code(), option.name()))
            .collect(Collectors.joining(", "));
    if (!lies.isEmpty()) {
      add(Cause.OPTION_MALFORMED, "%s of %s: %s".formatted(type(reply), reply.sender(), lies));
    }
  }

  private static String type(Reply reply) {
    return reply.type().map(MessageType::name).orElse("message");
  }

  private void step(Step step, Optional<Reply> taken) {
    switch (step) {
      case Step.Told _ -> {}
      case Step.Asked(var what, Answer.Acknowledged ack) -> {
        options(ack.reply());
        acknowledged(what, ack, taken);
      }
      case Step.Asked(var what, Answer.Refused(var nak, var _)) ->
          add(
              what == What.REQUEST ? Cause.OFFER_NOT_KEPT : Cause.LEASE_REFUSED,
              "%s: %s says NAK%s".formatted(words(what), nak.sender(), message(nak)));
      case Step.Asked(var what, Answer.Silence(var exchange)) ->
          add(silence(what), "%s: %s".formatted(words(what), asked(exchange)));
      case Step.Asked(var what, Answer.Unsent(var why, var _)) ->
          add(Cause.CANNOT_SEND, "%s: %s".formatted(words(what), why));
    }
  }

  private static Cause silence(What what) {
    return switch (what) {
      case REQUEST -> Cause.REQUEST_UNANSWERED;
      case BOOT_SERVER -> Cause.PROXY_WITHOUT_4011;
      case RENEW, REBIND, REBOOT, INFORM -> Cause.RENEWAL_UNANSWERED;
      case DECLINE, RELEASE -> throw new IllegalArgumentException("have no answer");
    };
  }

  private static String asked(Exchange exchange) {
    return "no answer to %d messages in %.1f s"
        .formatted(exchange.sent().size(), exchange.took().toMillis() / 1000.0);
  }

  private static String message(Reply nak) {
    return nak.message()
        .options()
        .get(Option.MESSAGE)
        .map(text -> ": " + Terminal.printable(text))
        .orElse("");
  }

  static String words(What what) {
    return what.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private void acknowledged(What what, Answer.Acknowledged ack, Optional<Reply> taken) {
    if (what != What.REQUEST) {
      return;
    }
    Reply reply = ack.reply();
    if (!reply.givesAddress()) {
      add(Cause.ACK_WITHOUT_ADDRESS, "from " + reply.sender());
      return;
    }
    if (!reply.message().options().has(Option.LEASE_TIME)) {
      add(Cause.ACK_WITHOUT_LEASE_TIME, "from " + reply.sender());
    }
    taken
        .map(offer -> differences(offer.message(), reply.message()))
        .filter(text -> !text.isEmpty())
        .ifPresent(text -> add(Cause.ACK_DIFFERS, "%s: %s".formatted(reply.sender(), text)));
    if (reply.message().options().has(Option.SUBNET_MASK)) {
      router(ack.lease());
    }
  }

  private void router(Lease lease) {
    lease
        .router()
        .filter(router -> !lease.isNear(router))
        .ifPresent(
            router ->
                add(
                    Cause.ROUTER_ELSEWHERE,
                    "%s is not in the subnet of %s, mask %s"
                        .formatted(
                            router.getHostAddress(),
                            lease.address().getHostAddress(),
                            lease.mask().getHostAddress())));
  }

  private static String differences(DhcpMessage offer, DhcpMessage ack) {
    List<String> words = new ArrayList<>();
    differ("yiaddr", offer.yiaddr().getHostAddress(), ack.yiaddr().getHostAddress(), words);
    differ("siaddr", offer.siaddr().getHostAddress(), ack.siaddr().getHostAddress(), words);
    differ("file", Terminal.printable(offer.file()), Terminal.printable(ack.file()), words);
    for (Option<?> option : KEPT) {
      String before = value(offer.options(), option);
      String after = value(ack.options(), option);
      // an option that an offer lacks is no promise
      if (!before.isEmpty()) {
        differ("option " + option.code(), before, after, words);
      }
    }
    return String.join(", ", words);
  }

  private static void differ(String name, String offer, String ack, List<String> words) {
    if (!offer.equals(ack)) {
      words.add("%s was %s, is %s".formatted(name, or(offer), or(ack)));
    }
  }

  private static String or(String text) {
    return text.isEmpty() ? "nothing" : text;
  }

  private static String value(Options options, Option<?> option) {
    return OptionText.of(options, false).stream()
        .filter(text -> text.code() == option.code())
        .map(OptionText::value)
        .findFirst()
        .orElse("");
  }

  private void oddities(Talk talk) {
    Map<Cause, Set<String>> details = new EnumMap<>(Cause.class);
    Stream.concat(Stream.of(talk.offers().exchange()), talk.steps().stream().map(Step::exchange))
        .forEach(
            exchange ->
                exchange
                    .oddities()
                    .forEach(
                        (oddity, seen) ->
                            details
                                .computeIfAbsent(cause(oddity), _ -> new LinkedHashSet<>())
                                .add(
                                    "%d %s, such as of %s"
                                        .formatted(seen.count(), oddity.words(), seen.first()))));
    if (talk.overflowed() > 0) {
      details
          .computeIfAbsent(Cause.REPLY_FLOOD, _ -> new LinkedHashSet<>())
          .add(talk.overflowed() + " more than the probe takes");
    }
    details.forEach((cause, all) -> add(cause, Terminal.printable(String.join("; ", all))));
  }

  private static Cause cause(Oddity oddity) {
    return switch (oddity) {
      case MALFORMED -> Cause.REPLY_MALFORMED;
      case WRONG_XID, WRONG_CHADDR, WRONG_TYPE -> Cause.REPLY_UNASKED;
      case LATE, DUPLICATE -> Cause.REPLY_REPEATED;
      case TOO_MANY -> Cause.REPLY_FLOOD;
    };
  }
}
