package dev.bootbus.schema;

import dev.bootbus.schema.BackendUnavailableException.Reason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.stream.LongStream;

/// What the bus counts, each meter looked up once.
final class BusMeters {
  /// Firmware and its user do not notice 5 ms, and the deadline is 800 ms as a rule.
  static final Duration[] OBJECTIVES =
      LongStream.of(1, 2, 5, 10, 25, 50, 100, 250, 500, 800, 2000)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  /// Of the asking side, for one subject.
  static final class Asking {
    private final Timer roundTrip;
    private final Map<Reason, Counter> failures = new EnumMap<>(Reason.class);

    private Asking(MeterRegistry registry, String what) {
      roundTrip =
          Timer.builder("bootbus.bus.round.trip")
              .description("from a question to its answer")
              .tag("question", what)
              .serviceLevelObjectives(OBJECTIVES)
              .register(registry);
      for (Reason reason : Reason.values()) {
        failures.put(
            reason,
            Counter.builder("bootbus.bus.unanswered")
                .description("questions that got no usable answer")
                .tag("question", what)
                .tag("reason", reason.key())
                .register(registry));
      }
    }

    void answered(long nanos) {
      roundTrip.record(nanos, TimeUnit.NANOSECONDS);
    }

    void unanswered(Reason reason) {
      failures.get(reason).increment();
    }
  }

  private final MeterRegistry registry;
  private final Counter late;
  private final Counter twice;
  private final Counter stray;
  private final Counter shared;
  private final Counter cached;
  private final Counter published;
  private final Counter dropped;
  private final Counter links;
  private final Map<EventInbox.End, Counter> came = new EnumMap<>(EventInbox.End.class);

  BusMeters(MeterRegistry registry) {
    this.registry = registry;
    late = ignored("late");
    twice = ignored("double");
    stray = ignored("stray");
    shared = spared("in-flight");
    cached = spared("cache");
    published = event("published");
    dropped = event("dropped");
    links =
        Counter.builder("bootbus.bus.connections")
            .description("connections made to nats-server; each but the first is a reconnect")
            .register(registry);
    for (EventInbox.End end : EventInbox.End.values()) {
      came.put(
          end,
          Counter.builder("bootbus.events.read")
              .description("boot events of other services, by what became of them")
              .tag("result", end.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
  }

  private Counter ignored(String reason) {
    return Counter.builder("bootbus.bus.replies.ignored")
        .description("replies that nobody waited for: late, the second to one question, or stray")
        .tag("reason", reason)
        .register(registry);
  }

  private Counter spared(String by) {
    return Counter.builder("bootbus.bus.questions.spared")
        .description("questions answered with the answer to the same one")
        .tag("by", by)
        .register(registry);
  }

  private Counter event(String result) {
    return Counter.builder("bootbus.events")
        .description("boot events, published or dropped because the buffer was full")
        .tag("result", result)
        .register(registry);
  }

  Asking asking(String what) {
    return new Asking(registry, what);
  }

  AnswerMeters answering(String what) {
    return new AnswerMeters(registry, what);
  }

  /// @return to be run when they are to be counted no longer
  Runnable inFlight(DoubleSupplier questions) {
    return SummedGauge.add(
        registry, "bootbus.bus.in.flight", "questions under way", Tags.empty(), questions);
  }

  /// @param up 1 or 0
  /// @return to be run when the link is to be counted no longer
  Runnable connected(DoubleSupplier up) {
    return SummedGauge.add(
        registry,
        "bootbus.bus.connected",
        "1 while there is a connection to nats-server",
        Tags.empty(),
        up);
  }

  void linked() {
    links.increment();
  }

  void lateReply() {
    late.increment();
  }

  void doubleReply() {
    twice.increment();
  }

  void strayReply() {
    stray.increment();
  }

  void sharedQuestion() {
    shared.increment();
  }

  void cachedAnswer() {
    cached.increment();
  }

  void publishedEvent() {
    published.increment();
  }

  void droppedEvent() {
    dropped.increment();
  }

  void cameEvent(EventInbox.End end, long times) {
    came.get(end).increment(times);
  }
}
