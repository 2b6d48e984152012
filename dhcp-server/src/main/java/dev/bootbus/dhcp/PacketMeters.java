package dev.bootbus.dhcp;

import dev.bootbus.dhcp.Reply.Ack;
import dev.bootbus.dhcp.Reply.Declined;
import dev.bootbus.dhcp.Reply.Nak;
import dev.bootbus.dhcp.Reply.Noted;
import dev.bootbus.dhcp.Reply.Offer;
import dev.bootbus.dhcp.Reply.Released;
import dev.bootbus.dhcp.Reply.Sent;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.schema.CurrentTrace;
import dev.bootbus.schema.Traceparent;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/// What became of the packets, in numbers: each is counted once. Neither machines nor addresses are
/// labels.
final class PacketMeters {
  /// A client does not notice 50 ms; iPXE waits 1 s, and firmware 4 s.
  private static final Duration[] OBJECTIVES =
      LongStream.of(1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2000, 4000)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  private static final String BOOTP = "bootp"; // no option 53: RFC 2132, 9.6
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
              .serviceLevelObjectives(OBJECTIVES)
              .register(registry);
    }

    void add(String reason, long nanos, Traceparent trace) {
      LongAdder counted =
          reason.isEmpty()
              ? plain
              : withReason.computeIfAbsent(reason, key -> packets(registry, type, key));
      counted.increment();
      CurrentTrace.during(trace, () -> time.record(nanos, TimeUnit.NANOSECONDS));
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

  private final Map<MessageType, LongAdder> heard = new EnumMap<>(MessageType.class);
  private final LongAdder bootp;
  private final LongAdder sentBytes = new LongAdder();

  PacketMeters(MeterRegistry registry) {
    for (MessageType type : MessageType.values()) {
      heard.put(type, heard(registry, type.name().toLowerCase(Locale.ROOT)));
    }
    bootp = heard(registry, BOOTP);
    FunctionCounter.builder("bootbus.dhcp.sent", sentBytes, LongAdder::sum)
        .description("DHCP messages that were sent")
        .baseUnit("bytes")
        .register(registry);
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

  private static LongAdder heard(MeterRegistry registry, String type) {
    LongAdder count = new LongAdder();
    FunctionCounter.builder("bootbus.dhcp.received", count, LongAdder::sum)
        .description("packets that could be read, by the type of their message")
        .tag("type", type)
        .register(registry);
    return count;
  }

  void heard(Packet packet) {
    packet.client().messageType().map(heard::get).orElse(bootp).increment();
  }

  void sent(Sent sent, Packet packet, int bytes) {
    Answers answers =
        switch (sent) {
          case Offer _ -> offers;
          case Ack _ -> acks;
          case Nak _ -> naks;
        };
    answers.add(BootEvents.reason(sent), packet.nanos(), packet.trace());
    sentBytes.add(bytes);
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
