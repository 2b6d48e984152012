package dev.bootbus.schema;

import static java.util.Objects.requireNonNull;

import java.util.UUID;

/// The required attributes of a CloudEvent, `specversion` aside (CloudEvents 1.0 §3.1).
record Envelope(String id, String source, String type) {
  Envelope {
    requireNonNull(id, "id is null");
    requireNonNull(source, "source is null");
    requireNonNull(type, "type is null");
  }

  static Envelope of(String source, String type) {
    return new Envelope(UUID.randomUUID().toString(), source, type);
  }

  /// The same with an id of its own.
  Envelope fresh() {
    return of(source, type);
  }
}
