package dev.bootbus.dhcp;

import dev.bootbus.dhcp.Reply.Ack;
import dev.bootbus.dhcp.Reply.Declined;
import dev.bootbus.dhcp.Reply.Nak;
import dev.bootbus.dhcp.Reply.Noted;
import dev.bootbus.dhcp.Reply.Offer;
import dev.bootbus.dhcp.Reply.Released;
import dev.bootbus.dhcp.Reply.Sent;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/// What became of the packets, in numbers: each is counted once. Neither machines nor addresses are
/// labels.
final class PacketMeters {
  private static final String NO_REASON = "none";

  /// The answers of one type.
  private static final class Answers {
    private final MeterRegistry registry;
    private final String type;
    private final LongAdder plain;

    /// Few: a reason is a constant's key.
    private final Map<String, LongAdder> withReason = new ConcurrentHashMap<>();

    private final Timer time;

    Answers(MeterRegistry registry, String type) {
      this.registry = registry;
      this.type = type;
      plain = packets(registry, type, NO_REASON);
      time =
          Timer.builder("bootbus.dhcp.reply.seconds")
              .description("from a packet to its answer")
              .tag("type", type)
              .register(registry);
    }

    void add(String reason, long nanos) {
      LongAdder counted =
          reason.isEmpty()
              ? plain
              : withReason.computeIfAbsent(reason, key -> packets(registry, type, key));
      counted.increment();
      time.record(nanos, TimeUnit.NANOSECONDS);
    }

    long count() {
      return plain.sum() + withReason.values().stream().mapToLong(LongAdder::sum).sum();
    }
  }

  private final Answers offers;
  private final Answers acks;
  private final Answers naks;
  private final LongAdder declines;
  private final LongAdder releases;
  private final Map<DropReason, LongAdder> silences = new EnumMap<>(DropReason.class);

  PacketMeters(MeterRegistry registry) {
    offers = new Answers(registry, "offer");
    acks = new Answers(registry, "ack");
    naks = new Answers(registry, "nak");
    declines = packets(registry, "decline", NO_REASON);
    releases = packets(registry, "release", NO_REASON);
    for (DropReason reason : DropReason.values()) {
      silences.put(reason, packets(registry, "silence", reason.key()));
    }
  }

  private static LongAdder packets(MeterRegistry registry, String outcome, String reason) {
    LongAdder count = new LongAdder();
    FunctionCounter.builder("bootbus.dhcp.packets", count, LongAdder::sum)
        .description("packets, by what became of them; OUTCOMES.md explains each reason")
        .tag("outcome", outcome)
        .tag("reason", reason)
        .register(registry);
    return count;
  }

  void sent(Sent sent, Packet packet) {
    Answers answers =
        switch (sent) {
          case Offer _ -> offers;
          case Ack _ -> acks;
          case Nak _ -> naks;
        };
    answers.add(BootEvents.reason(sent), packet.nanos());
  }

  void noted(Noted noted) {
    switch (noted) {
      case Declined _ -> declines.increment();
      case Released _ -> releases.increment();
    }
  }

  void silence(DropReason reason, long packets) {
    silences.get(reason).add(packets);
  }

  long count(DropReason reason) {
    return silences.get(reason).sum();
  }

  /// The answers by type, and each reason of silence that there was.
  String totals() {
    String dropped =
        silences.entrySet().stream()
            .filter(entry -> entry.getValue().sum() > 0)
            .map(entry -> " " + entry.getKey().key() + "=" + entry.getValue().sum())
            .collect(Collectors.joining());
    return "offer=%d ack=%d nak=%d".formatted(offers.count(), acks.count(), naks.count())
        + (declines.sum() == 0 ? "" : " decline=" + declines.sum())
        + (releases.sum() == 0 ? "" : " release=" + releases.sum())
        + dropped;
  }
}
