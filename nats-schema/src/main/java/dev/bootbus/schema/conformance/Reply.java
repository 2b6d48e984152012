package dev.bootbus.schema.conformance;

import java.time.Duration;

/// What became of one request.
sealed interface Reply {
  record Came(byte[] bytes, Duration after) implements Reply {}

  /// Nobody subscribes to the subject: nats-server says so at once.
  record Nobody(String subject) implements Reply {}

  /// Somebody subscribes, and did not reply.
  ///
  /// @param trouble what nats-server said meanwhile, or empty
  record Silence(Duration waited, String trouble) implements Reply {}

  /// The connection to nats-server went away.
  record Lost() implements Reply {}
}
