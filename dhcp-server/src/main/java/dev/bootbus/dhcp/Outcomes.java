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
import dev.bootbus.runtime.LogText;
import dev.bootbus.runtime.tracing.Step;
import dev.bootbus.schema.BootEvent;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.Inet4Address;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Counts, logs and tells the bus what became of each packet: one line for each, save that lines
/// about silence are held back when there are too many.
public final class Outcomes {
  private static final Set<DropReason> TROUBLE =
      EnumSet.of(
          DropReason.BUSY, DropReason.OVERFLOW, DropReason.ADDRESS_IN_USE, DropReason.SEND_FAILED);

  private static final double MILLIS_PER_SECOND = 1e3;
  private static final HexFormat HEX = HexFormat.of();

  private final Logger log;
  private final BootEvents events;
  private final PacketMeters meters;
  private final Spans spans;
  private final Map<DropReason, LogBudget> budgets = new EnumMap<>(DropReason.class);
  private final LogBudget receiveErrors;

  /// Where no events are told.
  static final Consumer<BootEvent> NOBODY = event -> {};

  /// @param bus where events go
  /// @param registry where packets are counted; there may be one of these for each
  public Outcomes(Consumer<BootEvent> bus, MeterRegistry registry) {
    this(bus, registry, Spans.NONE);
  }

  Outcomes(Consumer<BootEvent> bus, MeterRegistry registry, Spans spans) {
    this(bus, registry, spans, LoggerFactory.getLogger("dhcp-server"));
  }

  Outcomes(Consumer<BootEvent> bus, MeterRegistry registry, Logger log) {
    this(bus, registry, Spans.NONE, log);
  }

  private Outcomes(Consumer<BootEvent> bus, MeterRegistry registry, Spans spans, Logger log) {
    this.log = log;
    this.spans = spans;
    events = new BootEvents(bus);
    meters = new PacketMeters(registry);
    receiveErrors =
        new LogBudget(System.nanoTime(), more -> log.warn("receive failed, suppressed={}", more));
    for (DropReason reason : DropReason.values()) {
      budgets.put(reason, new LogBudget(System.nanoTime(), more -> heldBack(reason, more)));
    }
  }

  private void heldBack(DropReason reason, long lines) {
    log.atLevel(level(reason)).log("silence reason={} suppressed={}", reason.key(), lines);
  }

  /// The backend is about to be asked.
  void asked(Asked intent, Packet packet) {
    events.asked(intent, packet);
  }

  /// Which step of which trace a packet of this client is.
  Step begin(Client client) {
    return spans.begin(client);
  }

  /// What is sent, with the trace in it where there is one to follow.
  DhcpMessage marked(Sent sent, Packet packet) {
    return spans.marked(sent, packet);
  }

  /// A packet could be read.
  void heard(Packet packet) {
    meters.heard(packet);
  }

  /// @param note the backend's word for the log, or empty
  /// @param bytes of the DHCP message
  void sent(Sent sent, Packet packet, String note, int bytes) {
    events.sent(sent, packet, note);
    meters.sent(sent, packet, bytes);
    spans.sent(sent, packet);
    if (log.isInfoEnabled()) {
      tell(sent, packet, note);
    }
  }

  private void tell(Sent sent, Packet packet, String note) {
    long millis = (long) (packet.seconds() * MILLIS_PER_SECOND);
    String said = (note.isEmpty() ? "" : " note=" + LogText.of(note)) + trace(packet);
    switch (sent) {
      case Offer(DhcpMessage message, BootOptions boot, List<String> remarks, _) -> {
        log.info("offer {} ms={}{}", given(packet, message, boot, remarks), millis, said);
      }
      case Ack(DhcpMessage message, BootOptions boot, List<String> remarks, _) -> {
        log.info("ack {} ms={}{}", given(packet, message, boot, remarks), millis, said);
      }
      case Nak(DhcpMessage message, NakReason reason, _) -> {
        String why = LogText.of(message.options().get(Option.MESSAGE).orElse(""));
        log.info("nak {} reason={} why={} ms={}{}", who(packet), reason.key(), why, millis, said);
      }
    }
  }

  void noted(Noted noted, Packet packet) {
    events.noted(noted, packet);
    meters.noted(noted);
    spans.noted(noted, packet);
    String who = who(packet) + " ip=" + noted.address().getHostAddress();
    switch (noted) {
      case Declined(Inet4Address _, String message) -> {
        String why = message.isEmpty() ? "" : " why=" + LogText.of(message);
        log.warn("decline {}{}{}", who, why, trace(packet));
      }
      case Released _ -> {
        log.info("release {}{}", who, trace(packet));
      }
    }
  }

  private static String given(
      Packet packet, DhcpMessage message, BootOptions boot, List<String> remarks) {
    boolean address = !message.yiaddr().equals(DhcpMessage.NO_ADDRESS);
    String what =
        switch (boot) {
          case Load(String file, _, Why why) ->
              LogText.of(file) + why.trouble().map(reason -> " because=" + reason.key()).orElse("");
          case Root _ -> "its-own";
          case Menu _ -> "menu";
          case None(DropReason reason, _) when reason == DropReason.NOT_A_BOOT_CLIENT -> "-";
          case None(DropReason reason, _) -> "- no-boot=" + reason.key();
        };
    return who(packet)
        + " ip="
        + (address ? message.yiaddr().getHostAddress() : "-")
        + " class="
        + packet.client().clientClass().label()
        + " file="
        + what
        + (remarks.isEmpty() ? "" : " remarks=" + LogText.of(String.join(", ", remarks)));
  }

  private static String who(Packet packet) {
    Client client = packet.client();
    String network = packet.datagram().network();
    return "mac="
        + client.name()
        + " xid="
        + HEX.toHexDigits((int) client.message().xid())
        + (network.isEmpty() ? "" : " interface=" + network);
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
    spans.silence(reason, packet);
    silence(reason, () -> who(packet), detail, () -> trace(packet));
  }

  void malformed(Datagram datagram, MalformedPacketException e) {
    silence(DropReason.MALFORMED, () -> from(datagram), String.valueOf(e.getMessage()), () -> "");
    log.debug("malformed packet={}", datagram.payload());
  }

  void busy(Datagram datagram) {
    silence(DropReason.BUSY, () -> from(datagram), "", () -> "");
  }

  /// The system has dropped so many more datagrams before they were received.
  void overflow(long datagrams) {
    meters.silence(DropReason.OVERFLOW, datagrams);
    log(DropReason.OVERFLOW, () -> "lost=" + datagrams, "", () -> "");
  }

  private void silence(
      DropReason reason, Supplier<String> who, String detail, Supplier<String> trace) {
    meters.silence(reason, 1);
    log(reason, who, detail, trace);
  }

  /// A flood is counted for little: what is not logged is not put into words.
  private void log(DropReason reason, Supplier<String> who, String detail, Supplier<String> trace) {
    Level level = level(reason);
    if (!log.isEnabledForLevel(level)) {
      return;
    }
    OptionalLong heldBack = budgets.get(reason).take(System.nanoTime());
    if (heldBack.isPresent()) {
      log.atLevel(level)
          .log(
              "silence reason={} {}{}{}{}",
              reason.key(),
              who.get(),
              detail.isEmpty() ? "" : " detail=" + LogText.of(detail),
              trace.get(),
              heldBack.getAsLong() == 0 ? "" : " suppressed=" + heldBack.getAsLong());
    }
  }

  private static Level level(DropReason reason) {
    return TROUBLE.contains(reason) ? Level.WARN : Level.INFO;
  }

  void failed(Packet packet, Throwable bug) {
    events.silence(DropReason.FAILED, packet, bug.toString());
    spans.silence(DropReason.FAILED, packet);
    failed(packet.datagram(), bug);
  }

  /// A bug: the packet goes into the log, so that it can be found.
  void failed(Datagram datagram, Throwable bug) {
    meters.silence(DropReason.FAILED, 1);
    if (budgets.get(DropReason.FAILED).take(System.nanoTime()).isPresent()) {
      log.error(
          "silence reason={} {} packet={}",
          DropReason.FAILED.key(),
          from(datagram),
          datagram.payload(),
          bug);
    }
  }

  void receiveFailed(IOException e) {
    if (receiveErrors.take(System.nanoTime()).isPresent()) {
      log.warn(
          "receive failed, trying again: {}", LogText.printable(String.valueOf(e.getMessage())));
    }
  }

  long count(DropReason reason) {
    return meters.count(reason);
  }

  /// All counts that are not zero, as `key=value`.
  public String totals() {
    return meters.totals();
  }
}
