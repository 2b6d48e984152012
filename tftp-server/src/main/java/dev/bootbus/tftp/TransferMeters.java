package dev.bootbus.tftp;

import dev.bootbus.schema.CurrentTrace;
import dev.bootbus.tftp.Outcome.Ending;
import dev.bootbus.tftp.Outcome.Traffic;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/// What became of requests and datagrams, in numbers: each is counted once. Neither clients nor
/// files are labels. A transfer's figures are added when it ends.
final class TransferMeters {
  /// From a boot script to an initrd over a slow link.
  private static final Duration[] OBJECTIVES =
      Stream.of(10, 50, 100, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000, 120_000, 300_000)
          .map(Duration::ofMillis)
          .toArray(Duration[]::new);

  /// RFC 1350, safe for tunnels, two for Ethernet, and RFC 2348's largest.
  private static final double[] BLOCK_SIZES = {512, 1024, 1428, 1468, 8192, 65_464};

  private static final double[] WINDOWS = {1, 2, 4, 8, 16, 32, 64};

  private final Map<Ending, LongAdder> endings = new EnumMap<>(Ending.class);
  private final Map<DropReason, LongAdder> drops = new EnumMap<>(DropReason.class);
  private final LongAdder sizeOnly;
  private final LongAdder bytes = new LongAdder();
  private final LongAdder blocks = new LongAdder();
  private final LongAdder resent = new LongAdder();
  private final Timer time;
  private final DistributionSummary blksize;
  private final DistributionSummary windowsize;
  private final MeterRegistry registry;

  TransferMeters(MeterRegistry registry) {
    this.registry = registry;
    for (Ending ending : Ending.values()) {
      endings.put(ending, transfers(ending.key()));
    }
    sizeOnly = transfers("size-only");
    for (DropReason reason : DropReason.values()) {
      LongAdder count = new LongAdder();
      drops.put(reason, count);
      FunctionCounter.builder("bootbus.tftp.dropped", count, LongAdder::sum)
          .description("datagrams that were not acted upon; README.md explains each reason")
          .tag("reason", reason.key())
          .register(registry);
    }
    counter("bootbus.tftp.sent", bytes, "content that was sent, each byte counted once", "bytes");
    counter("bootbus.tftp.sent.blocks", blocks, "blocks that were sent, each counted once", "");
    counter("bootbus.tftp.resent.blocks", resent, "blocks that were sent again", "");
    time =
        Timer.builder("bootbus.tftp.transfer")
            .description("from a request to the last ACK of a file that was sent")
            .serviceLevelObjectives(OBJECTIVES)
            .register(registry);
    blksize =
        DistributionSummary.builder("bootbus.tftp.blksize")
            .description("block sizes that were agreed on (RFC 2348)")
            .baseUnit("bytes")
            .serviceLevelObjectives(BLOCK_SIZES)
            .register(registry);
    windowsize =
        DistributionSummary.builder("bootbus.tftp.windowsize")
            .description("windows that were agreed on (RFC 7440)")
            .baseUnit("blocks")
            .serviceLevelObjectives(WINDOWS)
            .register(registry);
  }

  private LongAdder transfers(String outcome) {
    LongAdder count = new LongAdder();
    FunctionCounter.builder("bootbus.tftp.transfers", count, LongAdder::sum)
        .description("requests for files, by how they ended")
        .tag("outcome", outcome)
        .register(registry);
    return count;
  }

  private void counter(String name, LongAdder count, String what, String unit) {
    FunctionCounter.builder(name, count, LongAdder::sum)
        .description(what)
        .baseUnit(unit.isEmpty() ? null : unit)
        .register(registry);
  }

  void measure(TftpServer server, int most) {
    Gauge.builder("bootbus.tftp.in.flight", server, TftpServer::inFlight)
        .description("transfers under way")
        .register(registry);
    Gauge.builder("bootbus.tftp.in.flight.limit", () -> most)
        .description("transfers that may be under way at once")
        .register(registry);
  }

  void dropped(DropReason reason) {
    drops.get(reason).increment();
  }

  /// @param begun whether any block was sent. A client that aborts before that wanted the size
  ///     only, which is no failure
  void ended(Call call, Outcome outcome, boolean begun, Duration took) {
    boolean size = outcome.ending() == Ending.ABORTED_BY_CLIENT && !begun;
    (size ? sizeOnly : endings.get(outcome.ending())).increment();
    Traffic traffic = outcome.traffic();
    if (traffic.blksize() == 0) {
      return;
    }
    bytes.add(traffic.bytes());
    blocks.add(Math.ceilDiv(traffic.bytes(), traffic.blksize()));
    resent.add(traffic.resent());
    blksize.record(traffic.blksize());
    windowsize.record(traffic.windowsize());
    if (outcome.ending() == Ending.SENT) {
      CurrentTrace.during(call.trace(), () -> time.record(took));
    }
  }

  long count(Ending ending) {
    long sizes = ending == Ending.ABORTED_BY_CLIENT ? sizeOnly.sum() : 0;
    return endings.get(ending).sum() + sizes;
  }

  long count(DropReason reason) {
    return drops.get(reason).sum();
  }
}
