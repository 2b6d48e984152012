package dev.bootbus.probe.boot;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import dev.bootbus.probe.boot.Choice.Plan;
import dev.bootbus.probe.boot.Choice.Taken;
import dev.bootbus.probe.boot.Walk.Mark;
import dev.bootbus.probe.boot.Walk.What;
import dev.bootbus.probe.dhcp.Answer;
import dev.bootbus.probe.dhcp.BootRequest;
import dev.bootbus.probe.dhcp.DhcpClient;
import dev.bootbus.probe.dhcp.Identity;
import dev.bootbus.probe.dhcp.Lease;
import dev.bootbus.probe.dhcp.Link;
import dev.bootbus.probe.dhcp.Offers;
import dev.bootbus.probe.dhcp.Patience;
import dev.bootbus.probe.dhcp.Reply;
import dev.bootbus.runtime.terminal.Terminal;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// One program's DHCP, from DISCOVER until it knows what to load.
record Dhcp(Link link, Patience patience, Trace trace) {
  private static final int PXE_BOOT_ITEM = 71;

  /// A NAK sends a client back to its beginning (RFC 2131 §3.1.5).
  private static final int BEGINNINGS = 3;

  /// How it ended.
  sealed interface Ended {
    /// @param offers all that came, whatever was taken of them
    /// @param options of the ACK, with what a proxy adds
    record Leased(Lease lease, Told told, Options options, List<Offer> offers) implements Ended {}

    /// @param offers those that came and were no good
    record Stuck(Finding why, List<Offer> offers) implements Ended {}
  }

  /// @param from own port of a boot server request
  Ended run(Program program, Identity identity) throws InterruptedException {
    try (DhcpClient client = DhcpClient.join(link, identity, patience.within(trace.left()))) {
      return run(program, client, BEGINNINGS);
    }
  }

  /// @param beginnings how often it may begin, this one included
  private Ended run(Program program, DhcpClient client, int beginnings)
      throws InterruptedException {
    Duration begin = trace.now();
    Offers heard = client.discover();
    List<Offer> offers = heard.all().stream().map(Offer::new).toList();
    offers.forEach(offer -> trace.step(What.OFFERS, offer.toString(), begin, Mark.OK));
    Choice choice = Merge.choose(program, offers);
    choice.notes().forEach(trace::noteOnce);
    heard.late().ifPresent(trace::noteOnce);
    return switch (choice) {
      case Choice.Nothing(var why, var _) -> {
        if (offers.isEmpty()) {
          int said = heard.exchange().sent().size();
          String text = "nobody answers " + (said == 1 ? "a DISCOVER" : said + " DISCOVERs");
          trace.step(What.OFFERS, text, begin, Mark.BROKEN);
        }
        yield new Ended.Stuck(why, offers);
      }
      case Taken taken -> take(program, taken, offers, client, beginnings);
    };
  }

  private Ended take(
      Program program, Taken taken, List<Offer> offers, DhcpClient client, int beginnings)
      throws InterruptedException {
    Duration begin = trace.now();
    Offer offer = taken.address();
    String server = offer.server().getHostAddress();
    return switch (client.request(offer.reply())) {
      case Answer.Acknowledged acknowledged -> {
        DhcpMessage ack = acknowledged.reply().message();
        Lease lease = acknowledged.lease();
        trace.leased(lease);
        trace.step(What.ADDRESS, server + " gives " + Offer.said(ack), begin, Mark.OK);
        Optional<DhcpMessage> answer = bootServer(program, taken.plan(), lease, client);
        Told told = Merge.told(program, taken, ack, answer);
        yield new Ended.Leased(lease, told, joined(ack, taken.plan(), answer), offers);
      }
      case Answer.Refused(var nak, var _) -> {
        String text = new Offer(nak).server().getHostAddress() + " says NAK" + why(nak);
        if (beginnings == 1) {
          yield refused(text, begin, offers);
        }
        trace.step(What.ADDRESS, text, begin, Mark.ABSENT);
        yield run(program, client, beginnings - 1);
      }
      case Answer.Silence _ ->
          refused(server + " does not answer the REQUEST for its offer", begin, offers);
      case Answer.Unsent(var why, var _) ->
          refused("the REQUEST cannot be sent: " + why, begin, offers);
    };
  }

  private static String why(Reply nak) {
    return nak.message()
        .options()
        .get(Option.MESSAGE)
        .map(text -> ": " + Terminal.printable(text))
        .orElse("");
  }

  private Ended refused(String text, Duration begin, List<Offer> offers) {
    trace.step(What.ADDRESS, text, begin, Mark.BROKEN);
    return new Ended.Stuck(new Finding(Cause.OFFER_NOT_KEPT, text), offers);
  }

  private Optional<DhcpMessage> bootServer(
      Program program, Plan plan, Lease lease, DhcpClient client) throws InterruptedException {
    return switch (plan) {
      case Plan.OfAck _, Plan.OfOffer _, Plan.OfDisk _ -> Optional.empty();
      case Plan.OfBootServer(var _, var server, var item, var _) ->
          ask(program, server, item, lease, client);
    };
  }

  private Optional<DhcpMessage> ask(
      Program program, Inet4Address server, OptionalInt item, Lease lease, DhcpClient client)
      throws InterruptedException {
    Duration begin = trace.now();
    Link.Ports ports = link.ports();
    int from = program == Program.UEFI_PXE ? ports.bootServer() : ports.client();
    Options.Builder more = Options.builder();
    item.ifPresent(type -> more.put(Option.VENDOR_SPECIFIC, chosen(type)));
    String who = "%s port %d".formatted(server.getHostAddress(), ports.bootServer());
    if (client.ask(new BootRequest(server, from, more.build()), lease)
        instanceof Answer.Acknowledged(var reply, var _)) {
      trace.step(What.BOOT_SERVER, who + " says " + Offer.said(reply.message()), begin, Mark.OK);
      return Optional.of(reply.message());
    }
    trace.step(What.BOOT_SERVER, who + " does not answer", begin, Mark.BROKEN);
    return Optional.empty();
  }

  /// The item's type, and layer 0 (PXE 2.1 §2.2.3).
  private static Options chosen(int type) {
    byte[] item = {(byte) (type >> Byte.SIZE), (byte) type, 0, 0};
    return Options.builder().put(PXE_BOOT_ITEM, Bytes.of(item)).build();
  }

  /// What a proxy says goes before what the DHCP server does.
  private static Options joined(DhcpMessage ack, Plan plan, Optional<DhcpMessage> bootServer) {
    Options.Builder joined = Options.builder();
    add(ack.options(), joined);
    if (plan instanceof Plan.OfOffer(Offer offer)) {
      add(offer.message().options(), joined);
    }
    bootServer.ifPresent(answer -> add(answer.options(), joined));
    add(ack.options(), Option.SERVER_ID, joined);
    add(ack.options(), Option.MESSAGE_TYPE, joined);
    return joined.build();
  }

  private static void add(Options from, Options.Builder to) {
    from.codes().forEach(code -> from.raw(code).ifPresent(value -> to.put(code, value)));
  }

  private static void add(Options from, Option<?> option, Options.Builder to) {
    from.raw(option.code()).ifPresent(value -> to.put(option.code(), value));
  }
}
