package dev.bootbus.tftp;

import dev.bootbus.runtime.LogText;
import dev.bootbus.runtime.tracing.Tracing;
import dev.bootbus.schema.BootEvent;
import dev.bootbus.tftp.Outcome.Ending;
import dev.bootbus.tftp.Outcome.Traffic;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Counts, logs and tells the bus what became of every request, and counts and logs every packet
/// that was dropped.
final class Journal {
  private static final Logger LOG = LoggerFactory.getLogger("tftp-server");

  private final TransferMeters meters;
  private final Map<DropReason, LogLimit> limits = new EnumMap<>(DropReason.class);
  private final LogLimit troubleLimit = new LogLimit();
  private final BootEvents events;
  private final Spans spans;

  /// @param bus where events go
  /// @param registry where all is counted; there may be one of these for each
  Journal(Consumer<BootEvent> bus, MeterRegistry registry) {
    this(bus, registry, new Spans(Tracing.OFF));
  }

  Journal(Consumer<BootEvent> bus, MeterRegistry registry, Spans spans) {
    this.spans = spans;
    events = new BootEvents(bus);
    meters = new TransferMeters(registry);
    for (DropReason reason : DropReason.values()) {
      limits.put(reason, new LogLimit());
    }
  }

  /// A request for a file has come.
  Call call(String filename, InetSocketAddress peer) {
    return Call.of(filename, peer, spans.begin(filename, peer.getAddress()));
  }

  /// A request is answered with an ERROR before any transfer.
  void refused(DropReason reason, Call call, String message) {
    events.refused(reason, call, message);
    spans.refused(reason, call);
    dropped(reason, call.peer(), message);
  }

  void dropped(DropReason reason, InetSocketAddress from, String detail) {
    meters.dropped(reason);
    // a client repeats its request until it is answered, so that one is no trouble
    Level level = reason == DropReason.DUPLICATE_REQUEST ? Level.DEBUG : Level.WARN;
    if (!LOG.isEnabledForLevel(level)) {
      return;
    }
    OptionalLong withheld = limits.get(reason).admit(System.nanoTime());
    if (withheld.isPresent()) {
      LOG.atLevel(level)
          .log(
              "dropped reason={} peer={} detail={} withheld={}",
              reason.key(),
              LogText.of(from),
              LogText.of(detail),
              withheld.getAsLong());
    }
  }

  /// The first block is about to be sent.
  void started(Call call, Negotiation agreed) {
    events.started(call, agreed);
  }

  /// @param begun whether any block was sent
  void ended(Call call, Outcome outcome, boolean begun, Duration time) {
    events.ended(call, outcome, begun, time);
    meters.ended(call, outcome, begun, time);
    spans.ended(call, outcome, begun, time);
    String file = LogText.of(call.filename());
    String peer = LogText.of(call.peer());
    String figures = figures(outcome.traffic(), time) + " trace=" + call.trace().traceId();
    if (outcome.ending() == Ending.SENT) {
      LOG.info("sent file={} peer={} {}", file, peer, figures);
      return;
    }
    LOG.atLevel(level(outcome.ending(), begun))
        .log(
            "{} file={} peer={} reason={} detail={} {}",
            outcome.ending() == Ending.ABORTED_BY_CLIENT ? "aborted" : "failed",
            file,
            peer,
            outcome.ending().key(),
            LogText.of(outcome.detail()),
            figures);
  }

  private static String figures(Traffic traffic, Duration time) {
    if (traffic.blksize() == 0) {
      return "ms=" + time.toMillis();
    }
    return "bytes=%d ms=%d blksize=%d windowsize=%d resent=%d"
        .formatted(
            traffic.bytes(),
            time.toMillis(),
            traffic.blksize(),
            traffic.windowsize(),
            traffic.resent());
  }

  /// An error of the program; the packet that met it is lost.
  void bug(ByteBuffer packet, InetSocketAddress peer, RuntimeException e) {
    byte[] bytes = new byte[packet.remaining()];
    packet.get(bytes);
    LOG.error("bug peer={} packet={}", LogText.of(peer), HexFormat.of().formatHex(bytes), e);
  }

  /// Something is wrong that may pass, and is no one packet's fault.
  void trouble(String what) {
    OptionalLong withheld = troubleLimit.admit(System.nanoTime());
    if (withheld.isPresent()) {
      LOG.warn("trouble detail={} withheld={}", LogText.of(what), withheld.getAsLong());
    }
  }

  private static Level level(Ending ending, boolean begun) {
    return switch (ending) {
      // an ERROR in answer to the OACK: the client only wanted the size
      case ABORTED_BY_CLIENT -> begun ? Level.INFO : Level.DEBUG;
      // firmware and loaders try names until one exists
      case SENT, NOT_FOUND, SUPERSEDED, STOPPED -> Level.INFO;
      case DENIED, UNAVAILABLE, READ_FAILED, NO_ACK, SOCKET_FAILED, BUG -> Level.WARN;
    };
  }

  /// Shows how much is under way.
  void measure(TftpServer server, int most) {
    meters.measure(server, most);
  }

  long count(Ending ending) {
    return meters.count(ending);
  }

  long count(DropReason reason) {
    return meters.count(reason);
  }

  /// Everything that happened at least once: `sent=12 not-found=3 malformed=1`.
  String totals() {
    Stream<String> ended =
        Stream.of(Ending.values()).map(ending -> ending.key() + "=" + count(ending));
    Stream<String> dropped =
        Stream.of(DropReason.values()).map(reason -> reason.key() + "=" + count(reason));
    return Stream.concat(ended, dropped)
        .filter(count -> !count.endsWith("=0"))
        .collect(Collectors.joining(" "));
  }
}
