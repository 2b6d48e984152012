package dev.bootbus.probe.bus;

import java.util.List;

/// What became of a question that anybody may answer.
public sealed interface Asked {
  /// One after the other as they came; some may still be missing when the time is over.
  record Answered(List<byte[]> replies) implements Asked {}

  /// nats-server says that nobody listens there.
  record Nobody() implements Asked {}

  /// Somebody listens, and said nothing in time.
  record Silence() implements Asked {}

  /// nats-server does not let us.
  ///
  /// @param why its word
  record Refused(String why) implements Asked {}
}
