package dev.bootbus.runtime.tracing;

import static java.util.Objects.requireNonNull;

import dev.bootbus.schema.Traceparent;
import org.jspecify.annotations.Nullable;

/// A step of a trace: itself, and the one that led to it.
///
/// @param parent of the same trace; null where the trace begins
public record Step(Traceparent own, @Nullable Traceparent parent) {
  public Step {
    requireNonNull(own, "own is null");
  }

  /// Begins a trace.
  public static Step fresh() {
    return new Step(Traceparent.fresh(), null);
  }

  /// What the parent led to.
  public static Step after(Traceparent parent) {
    return new Step(parent.next(), parent);
  }
}
