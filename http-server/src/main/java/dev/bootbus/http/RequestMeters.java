package dev.bootbus.http;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What became of requests, in numbers: each is counted once, when its response is complete or
/// broken. Neither clients nor files are labels.
final class RequestMeters {
  /// From a boot script to an installer's image over a slow link.
  private static final Duration[] OBJECTIVES =
      Stream.of(1, 5, 10, 50, 100, 500, 1000, 5000, 10_000, 30_000, 60_000, 120_000, 300_000)
          .map(Duration::ofMillis)
          .toArray(Duration[]::new);

  private static final String[] STATUS_CLASSES = {"1xx", "2xx", "3xx", "4xx", "5xx"};

  private final Map<Outcome, LongAdder> outcomes = new EnumMap<>(Outcome.class);
  private final LongAdder[] statuses = new LongAdder[STATUS_CLASSES.length];
  private final LongAdder bytes = new LongAdder();
  private final LongAdder begun = new LongAdder();
  private final LongAdder over = new LongAdder();
  private final Timer time;
  private final MeterRegistry registry;
  private volatile boolean draining;

  RequestMeters(MeterRegistry registry) {
    this.registry = registry;
    for (Outcome outcome : Outcome.values()) {
      LongAdder count = new LongAdder();
      outcomes.put(outcome, count);
      FunctionCounter.builder("bootbus.http.requests", count, LongAdder::sum)
          .description("requests, by how they ended; README.md explains each outcome")
          .tag("outcome", outcome.key())
          .register(registry);
    }
    for (int i = 0; i < STATUS_CLASSES.length; i++) {
      statuses[i] = new LongAdder();
      FunctionCounter.builder("bootbus.http.responses", statuses[i], LongAdder::sum)
          .description("responses, by the class of their status")
          .tag("status", STATUS_CLASSES[i])
          .register(registry);
    }
    FunctionCounter.builder("bootbus.http.sent", bytes, LongAdder::sum)
        .description("content that was sent")
        .baseUnit("bytes")
        .register(registry);
    time =
        Timer.builder("bootbus.http.request")
            .description("from a request to the end of its response")
            .serviceLevelObjectives(OBJECTIVES)
            .register(registry);
    Gauge.builder("bootbus.http.in.flight", this, RequestMeters::inFlight)
        .description("requests under way")
        .register(registry);
  }

  void connections(IntSupplier open, int most) {
    Gauge.builder("bootbus.http.connections", () -> open.getAsInt())
        .description("connections that are open")
        .register(registry);
    Gauge.builder("bootbus.http.connections.limit", () -> most)
        .description("connections that may be open at once")
        .register(registry);
  }

  double inFlight() {
    return Math.max(0, begun.sum() - over.sum());
  }

  /// From now on each connection is to end with its response.
  void drain() {
    draining = true;
  }

  boolean isDraining() {
    return draining;
  }

  void begun() {
    begun.increment();
  }

  void over() {
    over.increment();
  }

  void ended(Outcome outcome, int status, long sent, long nanos) {
    outcomes.get(outcome).increment();
    statuses[Math.clamp(status / 100, 1, STATUS_CLASSES.length) - 1].increment();
    bytes.add(sent);
    time.record(nanos, TimeUnit.NANOSECONDS);
  }

  /// `sent=12 unchanged=0 … bytes=345`
  String totals() {
    return outcomes.entrySet().stream()
            .map(entry -> entry.getKey().key() + "=" + entry.getValue().sum())
            .collect(Collectors.joining(" "))
        + " bytes="
        + bytes.sum();
  }
}
