package dev.bootbus.schema;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

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
  private final Map<End, Counter> ends = new EnumMap<>(End.class);
  private final Timer time;

  AnswerMeters(MeterRegistry registry, String what) {
    this.registry = registry;
    this.what = what;
    for (End end : End.values()) {
      ends.put(
          end,
          Counter.builder("bootbus.responder.requests")
              .description("requests, by how they ended")
              .tag("endpoint", what)
              .tag("end", end.name().toLowerCase(Locale.ROOT).replace('_', '-'))
              .register(registry));
    }
    time =
        Timer.builder("bootbus.responder.time")
            .description("from a request to its reply")
            .tag("endpoint", what)
            .register(registry);
  }

  void ended(End end, long nanos) {
    ends.get(end).increment();
    time.record(nanos, TimeUnit.NANOSECONDS);
  }

  void inFlight(Semaphore free, int all) {
    Gauge.builder("bootbus.responder.in.flight", free, left -> all - left.availablePermits())
        .description("requests under way")
        .tag("endpoint", what)
        .register(registry);
  }
}
