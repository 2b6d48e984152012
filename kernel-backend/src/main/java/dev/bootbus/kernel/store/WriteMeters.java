package dev.bootbus.kernel.store;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// What became of the records of one bucket that were to be written.
final class WriteMeters {
  /// The asker waits 800 ms.
  private static final Duration[] OBJECTIVES =
      Stream.of(1, 2, 5, 10, 25, 50, 100, 250, 500, 700)
          .map(Duration::ofMillis)
          .toArray(Duration[]::new);

  private final Timer time;
  private final Counter stored;
  private final Counter overtaken;
  private final Counter failed;

  /// @param bucket such as `leases`
  WriteMeters(MeterRegistry registry, String bucket) {
    time =
        Timer.builder("bootbus.store.write")
            .description("from a record to the acknowledgement of JetStream, whatever it says")
            .tag("bucket", bucket)
            .serviceLevelObjectives(OBJECTIVES)
            .register(registry);
    stored = counter(registry, bucket, "stored");
    overtaken = counter(registry, bucket, "overtaken");
    failed = counter(registry, bucket, "failed");
  }

  private static Counter counter(MeterRegistry registry, String bucket, String result) {
    return Counter.builder("bootbus.store.writes")
        .description("records: stored, overtaken by another replica's, or failed")
        .tag("bucket", bucket)
        .tag("result", result)
        .register(registry);
  }

  void ended(PipelinedWrites.Ack ack, long nanos) {
    time.record(nanos, TimeUnit.NANOSECONDS);
    switch (ack) {
      case PipelinedWrites.Ack.Stored _ -> stored.increment();
      case PipelinedWrites.Ack.Overtaken _ -> overtaken.increment();
      case PipelinedWrites.Ack.Lost _ -> failed.increment();
    }
  }
}
