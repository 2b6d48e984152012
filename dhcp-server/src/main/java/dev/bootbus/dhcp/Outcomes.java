package dev.bootbus.dhcp;

import dev.bootbus.dhcp.BootOptions.Load;
import dev.bootbus.dhcp.BootOptions.Menu;
import dev.bootbus.dhcp.BootOptions.None;
import dev.bootbus.dhcp.BootOptions.Root;
import dev.bootbus.dhcp.BootOptions.Why;
import dev.bootbus.dhcp.Intent.Asked;
import dev.bootbus.dhcp.Reply.Ack;
import dev.bootbus.dhcp.Reply.Declined;
import dev.bootbus.dhcp.Reply.Nak;
import dev.bootbus.dhcp.Reply.NakReason;
import dev.bootbus.dhcp.Reply.Noted;
import dev.bootbus.dhcp.Reply.Offer;
import dev.bootbus.dhcp.Reply.Released;
import dev.bootbus.dhcp.Reply.Sent;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MalformedPacketException;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.schema.BootEvent;
import java.io.IOException;
import java.net.Inet4Address;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Counts, logs and tells the bus what became of each packet: one line for each, save that lines
/// about silence are held back when there are too many.
public final class Outcomes {
  private static final Logger LOG = LoggerFactory.getLogger("dhcp-server");

  private static final Set<DropReason> TROUBLE =
      EnumSet.of(DropReason.BUSY, DropReason.SEND_FAILED);

  /// It says once that the backend is away, and once that it is back.
  private static final Set<DropReason> TOLD_BY_THE_BUS =
      EnumSet.of(
          DropReason.BACKEND_DISCONNECTED,
          DropReason.BACKEND_NO_RESPONDERS,
          DropReason.BACKEND_TIMEOUT,
          DropReason.BACKEND_BAD_REPLY);

  private static final double MILLIS_PER_SECOND = 1e3;

  private final BootEvents events;
  private final LongAdder offers = new LongAdder();
  private final LongAdder acks = new LongAdder();
  private final LongAdder naks = new LongAdder();
  private final LongAdder declines = new LongAdder();
  private final LongAdder releases = new LongAdder();
  private final Map<DropReason, LongAdder> silences = new EnumMap<>(DropReason.class);
  private final Map<DropReason, LogBudget> budgets = new EnumMap<>(DropReason.class);
  private final LogBudget receiveErrors = new LogBudget(System.nanoTime());

  /// @param bus where events go
  public Outcomes(Consumer<BootEvent> bus) {
    events = new BootEvents(bus);
    for (DropReason reason : DropReason.values()) {
      silences.put(reason, new LongAdder());
      budgets.put(reason, new LogBudget(System.nanoTime()));
    }
  }

  /// The backend is about to be asked.
  void asked(Asked intent, Packet packet) {
    events.asked(intent, packet);
  }

  /// @param note the backend's word for the log, or empty
  void sent(Sent sent, Packet packet, String note) {
    events.sent(sent, packet, note);
    Client client = packet.client();
    long millis = (long) (packet.seconds() * MILLIS_PER_SECOND);
    String said = (note.isEmpty() ? "" : " note=" + LogText.value(note)) + trace(packet);
    switch (sent) {
      case Offer(DhcpMessage message, BootOptions boot, List<String> remarks) -> {
        offers.increment();
        LOG.info("offer {} ms={}{}", given(client, message, boot, remarks), millis, said);
      }
      case Ack(DhcpMessage message, BootOptions boot, List<String> remarks) -> {
        acks.increment();
        LOG.info("ack {} ms={}{}", given(client, message, boot, remarks), millis, said);
      }
      case Nak(DhcpMessage message, NakReason reason) -> {
        naks.increment();
        String why = LogText.value(message.options().get(Option.MESSAGE).orElse(""));
        LOG.info("nak {} reason={} why={} ms={}{}", who(client), reason.key(), why, millis, said);
      }
    }
  }

  void noted(Noted noted, Packet packet) {
    events.noted(noted, packet);
    String who = who(packet.client()) + " ip=" + noted.address().getHostAddress();
    switch (noted) {
      case Declined(Inet4Address _, String message) -> {
        declines.increment();
        String why = message.isEmpty() ? "" : " why=" + LogText.value(message);
        LOG.warn("decline {}{}{}", who, why, trace(packet));
      }
      case Released _ -> {
        releases.increment();
        LOG.info("release {}{}", who, trace(packet));
      }
    }
  }

  private static String given(
      Client client, DhcpMessage message, BootOptions boot, List<String> remarks) {
    boolean address = !message.yiaddr().equals(DhcpMessage.NO_ADDRESS);
    String what =
        switch (boot) {
          case Load(String file, _, Why why) ->
              LogText.value(file)
                  + why.trouble().map(reason -> " because=" + reason.key()).orElse("");
          case Root _ -> "its-own";
          case Menu _ -> "menu";
          case None(DropReason reason, _) when reason == DropReason.NOT_A_BOOT_CLIENT -> "-";
          case None(DropReason reason, _) -> "- no-boot=" + reason.key();
        };
    return "%s ip=%s class=%s file=%s%s"
        .formatted(
            who(client),
            address ? message.yiaddr().getHostAddress() : "-",
            client.clientClass().label(),
            what,
            remarks.isEmpty() ? "" : " remarks=" + LogText.value(String.join(", ", remarks)));
  }

  private static String who(Client client) {
    return "mac=%s xid=%08x".formatted(client.name(), client.message().xid());
  }

  private static String trace(Packet packet) {
    return " trace=" + packet.trace().traceId();
  }

  private static String from(Datagram datagram) {
    return "from="
        + datagram.source().getAddress().getHostAddress()
        + ":"
        + datagram.source().getPort();
  }

  void silence(DropReason reason, Packet packet, String detail) {
    events.silence(reason, packet, detail);
    silence(reason, who(packet.client()), detail, trace(packet));
  }

  void malformed(Datagram datagram, MalformedPacketException e) {
    silence(DropReason.MALFORMED, from(datagram), String.valueOf(e.getMessage()), "");
    LOG.debug("malformed packet={}", datagram.payload());
  }

  void busy(Datagram datagram) {
    silence(DropReason.BUSY, from(datagram), "", "");
  }

  private void silence(DropReason reason, String who, String detail, String trace) {
    silences.get(reason).increment();
    Level level = level(reason);
    if (!LOG.isEnabledForLevel(level)) {
      return;
    }
    OptionalLong heldBack = budgets.get(reason).take(System.nanoTime());
    if (heldBack.isPresent()) {
      LOG.atLevel(level)
          .log(
              "silence reason={} {}{}{}{}",
              reason.key(),
              who,
              detail.isEmpty() ? "" : " detail=" + LogText.value(detail),
              trace,
              heldBack.getAsLong() == 0 ? "" : " suppressed=" + heldBack.getAsLong());
    }
  }

  private static Level level(DropReason reason) {
    if (TOLD_BY_THE_BUS.contains(reason)) {
      return Level.DEBUG;
    }
    return TROUBLE.contains(reason) ? Level.WARN : Level.INFO;
  }

  void failed(Packet packet, RuntimeException bug) {
    events.silence(DropReason.FAILED, packet, bug.toString());
    failed(packet.datagram(), bug);
  }

  /// A bug: the packet goes into the log, so that it can be found.
  void failed(Datagram datagram, RuntimeException bug) {
    silences.get(DropReason.FAILED).increment();
    if (budgets.get(DropReason.FAILED).take(System.nanoTime()).isPresent()) {
      LOG.error("failed packet={} {}", datagram.payload(), from(datagram), bug);
    }
  }

  void receiveFailed(IOException e) {
    if (receiveErrors.take(System.nanoTime()).isPresent()) {
      LOG.warn(
          "receive failed, trying again: {}", LogText.printable(String.valueOf(e.getMessage())));
    }
  }

  long count(DropReason reason) {
    return silences.get(reason).sum();
  }

  /// All counts that are not zero, as `key=value`.
  public String totals() {
    String dropped =
        silences.entrySet().stream()
            .filter(entry -> entry.getValue().sum() > 0)
            .map(entry -> " " + entry.getKey().key() + "=" + entry.getValue().sum())
            .collect(Collectors.joining());
    return "offer=%d ack=%d nak=%d".formatted(offers.sum(), acks.sum(), naks.sum())
        + (declines.sum() == 0 ? "" : " decline=" + declines.sum())
        + (releases.sum() == 0 ? "" : " release=" + releases.sum())
        + dropped;
  }
}
