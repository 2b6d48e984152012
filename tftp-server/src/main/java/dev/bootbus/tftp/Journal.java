package dev.bootbus.tftp;

import dev.bootbus.tftp.Outcome.Ending;
import dev.bootbus.tftp.Outcome.Traffic;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Counts and logs what became of every request and of every packet that was dropped.
final class Journal {
  private static final Logger LOG = LoggerFactory.getLogger("tftp-server");

  private final Map<Ending, LongAdder> endings = new EnumMap<>(Ending.class);
  private final Map<DropReason, LongAdder> drops = new EnumMap<>(DropReason.class);
  private final Map<DropReason, LogLimit> limits = new EnumMap<>(DropReason.class);
  private final LogLimit troubleLimit = new LogLimit();

  Journal() {
    for (Ending ending : Ending.values()) {
      endings.put(ending, new LongAdder());
    }
    for (DropReason reason : DropReason.values()) {
      drops.put(reason, new LongAdder());
      limits.put(reason, new LogLimit());
    }
  }

  void dropped(DropReason reason, InetSocketAddress from, String detail) {
    drops.get(reason).increment();
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

  void ended(String file, InetSocketAddress peer, Outcome outcome, Duration time) {
    endings.get(outcome.ending()).increment();
    String figures = figures(outcome.traffic(), time);
    if (outcome.ending() == Ending.SENT) {
      LOG.info("sent file={} peer={} {}", LogText.of(file), LogText.of(peer), figures);
      return;
    }
    LOG.atLevel(level(outcome))
        .log(
            "{} file={} peer={} reason={} detail={} {}",
            outcome.ending() == Ending.ABORTED_BY_CLIENT ? "aborted" : "failed",
            LogText.of(file),
            LogText.of(peer),
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

  private static Level level(Outcome outcome) {
    return switch (outcome.ending()) {
      // an ERROR in answer to the OACK: the client only wanted the size
      case ABORTED_BY_CLIENT -> outcome.traffic().bytes() == 0 ? Level.DEBUG : Level.INFO;
      // firmware and loaders try names until one exists
      case SENT, NOT_FOUND, SUPERSEDED, STOPPED -> Level.INFO;
      case DENIED, UNAVAILABLE, READ_FAILED, NO_ACK, SOCKET_FAILED, BUG -> Level.WARN;
    };
  }

  long count(Ending ending) {
    return endings.get(ending).sum();
  }

  long count(DropReason reason) {
    return drops.get(reason).sum();
  }

  /// Everything that happened at least once: `sent=12 not-found=3 malformed=1`.
  String totals() {
    Stream<String> ended =
        endings.entrySet().stream().map(e -> e.getKey().key() + "=" + e.getValue().sum());
    Stream<String> dropped =
        drops.entrySet().stream().map(e -> e.getKey().key() + "=" + e.getValue().sum());
    return Stream.concat(ended, dropped)
        .filter(count -> !count.endsWith("=0"))
        .collect(Collectors.joining(" "));
  }
}
