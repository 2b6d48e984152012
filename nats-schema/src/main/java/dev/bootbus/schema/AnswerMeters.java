package dev.bootbus.schema;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.nats.client.support.JsonValue;
import io.nats.client.support.JsonValueUtils;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/// What the answering side counts for one subject.
final class AnswerMeters {
  /// How one request ended; the name is the metric's label.
  enum End {
    /// the handler's answer was sent, a refusal too
    ANSWERED,
    /// the request could not be read (400)
    MALFORMED,
    /// one too many at once (429)
    BUSY,
    /// the handler threw (500)
    FAILED,
    /// the handler took too long (503)
    EXPIRED,
    /// nobody asked for a reply
    NO_REPLY_SUBJECT
  }

  private final MeterRegistry registry;
  private final String what;
  private final Map<End, LongAdder> ends = new EnumMap<>(End.class); // of this bus alone
  private final Map<End, Counter> counters = new EnumMap<>(End.class);
  private final LongAdder nanosInAll = new LongAdder();
  private final Timer time;

  AnswerMeters(MeterRegistry registry, String what) {
    this.registry = registry;
    this.what = what;
    for (End end : End.values()) {
      ends.put(end, new LongAdder());
      counters.put(
          end,
          Counter.builder("bootbus.responder.requests")
              .description("requests, by how they ended")
              .tag("endpoint", what)
              .tag("end", label(end))
              .register(registry));
    }
    time =
        Timer.builder("bootbus.responder.time")
            .description("from a request to its reply")
            .tag("endpoint", what)
            .serviceLevelObjectives(BusMeters.OBJECTIVES)
            .register(registry);
  }

  private static String label(End end) {
    return end.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  void ended(End end, long nanos) {
    ends.get(end).increment();
    counters.get(end).increment();
    nanosInAll.add(nanos);
    time.record(nanos, TimeUnit.NANOSECONDS);
  }

  /// For `nats micro stats`, whose own times end where a request is handed to its thread.
  JsonValue stats() {
    JsonValueUtils.MapBuilder counts = JsonValueUtils.mapBuilder();
    ends.forEach((end, count) -> counts.put(label(end), count.sum()));
    long all = ends.values().stream().mapToLong(LongAdder::sum).sum();
    return counts
        .put("average-microseconds", all == 0 ? 0 : nanosInAll.sum() / all / 1000)
        .toJsonValue();
  }

  void inFlight(Semaphore free, int all) {
    Runnable _ =
        SummedGauge.add(
            registry,
            "bootbus.responder.in.flight",
            "requests under way",
            Tags.of("endpoint", what),
            () -> all - free.availablePermits());
  }
}
