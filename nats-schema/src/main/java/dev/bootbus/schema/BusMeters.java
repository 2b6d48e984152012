package dev.bootbus.schema;

import dev.bootbus.schema.BackendUnavailableException.Reason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/// What the bus counts, each meter looked up once.
final class BusMeters {
  /// Of the asking side, for one subject.
  static final class Asking {
    private final Timer roundTrip;
    private final Map<Reason, Counter> failures = new EnumMap<>(Reason.class);

    private Asking(MeterRegistry registry, String what) {
      roundTrip =
          Timer.builder("bootbus.bus.round.trip")
              .description("from a question to its answer")
              .tag("question", what)
              .register(registry);
      for (Reason reason : Reason.values()) {
        failures.put(
            reason,
            Counter.builder("bootbus.bus.unanswered")
                .description("questions that got no usable answer")
                .tag("question", what)
                .tag("reason", reason.name().toLowerCase(Locale.ROOT).replace('_', '-'))
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

  <T> void inFlight(T of, ToDoubleFunction<T> size) {
    Gauge.builder("bootbus.bus.in.flight", of, size)
        .description("questions under way")
        .register(registry);
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
