package dev.bootbus.runtime.tracing;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/// A [Step] that is over.
///
/// @param name of few there are: `DHCP DISCOVER`, never with a machine in it
/// @param facts by OpenTelemetry's semantic conventions where there are any; numbers are Longs, all
///     else is text; what is empty is not exported
/// @param error why it failed, one of few; empty where it did not
public record Span(
    String name,
    Kind kind,
    Step step,
    Instant begun,
    Duration took,
    Map<String, Object> facts,
    String error) {

  /// Who waits for whom.
  public enum Kind {
    /// It answers somebody else.
    SERVER,
    /// It waits for somebody else.
    CLIENT
  }

  public Span {
    facts = Map.copyOf(facts);
  }

  /// One that ends now.
  ///
  /// @param nanos that it took
  public static Span endingNow(
      String name, Kind kind, Step step, long nanos, Map<String, Object> facts, String error) {
    Duration took = Duration.ofNanos(nanos);
    return new Span(name, kind, step, Instant.now().minus(took), took, facts, error);
  }
}
