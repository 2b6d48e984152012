package dev.bootbus.schema;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// The attributes of a CloudEvent, `specversion` aside (CloudEvents 1.0 §3.1, §3.2). The optional
/// ones are left out where they are empty or null.
///
/// @param traceparent extension attribute of CloudEvents Distributed Tracing §2
record Envelope(
    String id,
    String source,
    String type,
    String subject,
    @Nullable Instant time,
    String traceparent) {
  Envelope {
    requireNonNull(id, "id is null");
    requireNonNull(source, "source is null");
    requireNonNull(type, "type is null");
  }

  static Envelope of(String source, String type) {
    return new Envelope(freshId(), source, type, "", null, "");
  }

  /// The same with an id of its own, in a trace.
  ///
  /// @param context W3C trace context, or the empty string
  Envelope fresh(String context) {
    return new Envelope(freshId(), source, type, subject, time, context);
  }

  /// A random UUID (RFC 9562 §5.4). It need not be unguessable, and the secure generator costs as
  /// much as all the rest of a message.
  static String freshId() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long high = (random.nextLong() & ~0xF000L) | 0x4000L;
    long low = (random.nextLong() & ~(3L << 62)) | (2L << 62);
    return new UUID(high, low).toString();
  }
}
