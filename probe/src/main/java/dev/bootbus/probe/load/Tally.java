package dev.bootbus.probe.load;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;

/// Counts what becomes of the machines. It is as large after a million of them as after one.
final class Tally {
  private static final long LONGEST = Duration.ofHours(1).toNanos() / 1000;
  private static final int DIGITS = 2;

  private final LongAdder bytes = new LongAdder();
  private final Map<Stage, Histogram> times = new EnumMap<>(Stage.class);
  private final Map<Cause, Failed> failures = new EnumMap<>(Cause.class);
  private long inFlight;
  private long booted;
  private long failed;
  private long silent;

  /// @param stage where the first of these failed
  /// @param example that of the first
  record Failed(Cause cause, Stage stage, long machines, String example) {
    private Failed again() {
      return new Failed(cause, stage, machines + 1, example);
    }
  }

  /// Microseconds, as a quantile of the machines that came through the stage.
  record Times(Stage stage, long machines, long p50, long p90, long p99, long max) {}

  record Count(long inFlight, long booted, long failed, long bytes) {}

  synchronized void begins() {
    inFlight++;
  }

  /// Bytes of files that came.
  void received(long count) {
    bytes.add(count);
  }

  synchronized void ends(Life life) {
    inFlight--;
    silent += life.isSilent() ? 1 : 0;
    life.took().forEach(this::time);
    life.failure().ifPresentOrElse(this::failed, () -> booted(life.total()));
  }

  private void booted(Duration total) {
    booted++;
    time(Stage.BOOT, total);
  }

  private void failed(Life.Failure failure) {
    failed++;
    Finding finding = failure.finding();
    failures.merge(
        finding.cause(),
        new Failed(finding.cause(), failure.stage(), 1, finding.detail()),
        (first, _) -> first.again());
  }

  /// Why nobody answered those that nobody answered.
  synchronized void explain(Finding why) {
    Failed unexplained = failures.remove(Cause.NO_OFFER);
    if (unexplained != null) {
      failures.merge(
          why.cause(),
          new Failed(why.cause(), unexplained.stage(), unexplained.machines(), why.detail()),
          (other, _) ->
              new Failed(
                  other.cause(),
                  other.stage(),
                  other.machines() + unexplained.machines(),
                  other.example()));
    }
  }

  /// How many machines nobody answered.
  synchronized long silent() {
    return silent;
  }

  private void time(Stage stage, Duration took) {
    times
        .computeIfAbsent(stage, _ -> new Histogram(LONGEST, DIGITS))
        .recordValue(Math.clamp(took.toNanos() / 1000, 0, LONGEST));
  }

  synchronized Count count() {
    return new Count(inFlight, booted, failed, bytes.sum());
  }

  /// In the order of the stages.
  synchronized List<Times> times() {
    List<Times> all = new ArrayList<>();
    times.forEach(
        (stage, histogram) ->
            all.add(
                new Times(
                    stage,
                    histogram.getTotalCount(),
                    histogram.getValueAtPercentile(50),
                    histogram.getValueAtPercentile(90),
                    histogram.getValueAtPercentile(99),
                    histogram.getMaxValue())));
    return all;
  }

  /// The most frequent first.
  synchronized List<Failed> failures() {
    return failures.values().stream()
        .sorted(Comparator.comparingLong(Failed::machines).reversed())
        .toList();
  }
}
