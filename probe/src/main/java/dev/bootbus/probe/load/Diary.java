package dev.bootbus.probe.load;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import dev.bootbus.probe.dhcp.Lease;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// What one machine has done so far. For its thread.
final class Diary {
  private final long began = System.nanoTime();
  private final long deadline;
  private final Map<Stage, Duration> took = new EnumMap<>(Stage.class);
  private Optional<Lease> lease = Optional.empty();

  Diary(Duration deadline) {
    this.deadline = began + deadline.toNanos();
  }

  /// What is repeated counts as one.
  void took(Stage stage, Duration time) {
    took.merge(stage, time, Duration::plus);
  }

  void has(Lease address) {
    lease = Optional.of(address);
  }

  Optional<Lease> lease() {
    return lease;
  }

  /// Never less than nothing.
  Duration left() {
    return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
  }

  Life booted() {
    return life(Optional.empty());
  }

  Life failed(Stage stage, Finding finding) {
    return life(Optional.of(new Life.Failure(stage, finding)));
  }

  Life outOfTime(Stage stage) {
    return failed(stage, new Finding(Cause.DEADLINE, ""));
  }

  private Life life(Optional<Life.Failure> failure) {
    return new Life(took, failure, lease, Duration.ofNanos(System.nanoTime() - began));
  }
}
