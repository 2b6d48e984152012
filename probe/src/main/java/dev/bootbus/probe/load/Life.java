package dev.bootbus.probe.load;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import dev.bootbus.probe.dhcp.Lease;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// What became of one machine.
///
/// @param took the stages that it came through
/// @param failure why it did not reach a kernel
/// @param lease what it has still
record Life(
    Map<Stage, Duration> took, Optional<Failure> failure, Optional<Lease> lease, Duration total) {
  /// @param stage where it came to its end
  record Failure(Stage stage, Finding finding) {}

  Life {
    took = Map.copyOf(took);
  }

  /// Whether nobody answered its DISCOVER.
  boolean isSilent() {
    return failure
        .filter(why -> why.stage() == Stage.ADDRESS && why.finding().cause() == Cause.NO_OFFER)
        .isPresent();
  }

  boolean booted() {
    return failure.isEmpty();
  }
}
