package dev.bootbus.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One thing that happened to one machine: published by every service, captured by a JetStream
/// stream, and nobody waits for it.
///
/// What is not known is [MacAddress#NONE], null or empty, and is not written. A message or a fact
/// of more than [#MAX_TEXT] characters is cut.
///
/// @param time when it happened; the CloudEvents attribute `time`
/// @param mac the machine; also the CloudEvents attribute `subject`
/// @param address of the machine
/// @param uuid option 97 as canonical text
/// @param transaction what tells two of the same machine apart: a DHCP xid as 8 hex digits, or the
///     id of a transfer
/// @param traceparent W3C trace context of what caused it; see [Traceparent]
/// @param reason code of the cause, `backend-no-responders`: the key that the service's log and
///     counters have for it
/// @param message one sentence for people
/// @param facts what else is known; see [EventFact] for units
public record BootEvent(
    EventKind kind,
    Instant time,
    MacAddress mac,
    @Nullable InetAddress address,
    String uuid,
    String transaction,
    String traceparent,
    String reason,
    String message,
    Map<EventFact, Object> facts) {

  /// Some of it is what strangers sent, and thousands of events may wait for the bus.
  public static final int MAX_TEXT = 512;

  public BootEvent {
    requireNonNull(kind, "kind is null");
    requireNonNull(time, "time is null");
    requireNonNull(mac, "mac is null");
    message = fit(message);
    Map<EventFact, Object> ordered = new EnumMap<>(EventFact.class);
    facts.forEach(
        (fact, value) -> {
          kind.check(fact);
          EventFact.check(fact, value);
          ordered.put(fact, value instanceof String text ? fit(text) : value);
        });
    facts = Collections.unmodifiableMap(ordered);
  }

  /// Half a surrogate pair, cut off or sent by a stranger, becomes a `?`: not every reader of JSON
  /// takes it.
  private static String fit(String text) {
    String cut = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text;
    for (int i = 0; i < cut.length(); i++) {
      if (Character.isSurrogate(cut.charAt(i))) {
        return new String(cut.getBytes(UTF_8), UTF_8);
      }
    }
    return cut;
  }

  /// Happened just now, to nobody known yet.
  public static BootEvent of(EventKind kind) {
    return new BootEvent(kind, Instant.now(), MacAddress.NONE, null, "", "", "", "", "", Map.of());
  }

  /// How it ended, as far as one event can say.
  public EventKind.Outcome outcome() {
    return kind.outcome();
  }

  /// The id that all events and messages of one packet or request have in common.
  public Optional<String> traceId() {
    return Traceparent.parse(traceparent).map(Traceparent::traceId);
  }

  public BootEvent at(Instant when) {
    return new BootEvent(
        kind, when, mac, address, uuid, transaction, traceparent, reason, message, facts);
  }

  public BootEvent mac(MacAddress machine) {
    return new BootEvent(
        kind, time, machine, address, uuid, transaction, traceparent, reason, message, facts);
  }

  public BootEvent address(@Nullable InetAddress of) {
    return new BootEvent(
        kind, time, mac, of, uuid, transaction, traceparent, reason, message, facts);
  }

  public BootEvent uuid(String machine) {
    return new BootEvent(
        kind, time, mac, address, machine, transaction, traceparent, reason, message, facts);
  }

  public BootEvent transaction(String id) {
    return new BootEvent(kind, time, mac, address, uuid, id, traceparent, reason, message, facts);
  }

  public BootEvent traceparent(String context) {
    return new BootEvent(
        kind, time, mac, address, uuid, transaction, context, reason, message, facts);
  }

  /// @param code of the cause
  /// @param sentence for people, or empty
  public BootEvent because(String code, String sentence) {
    return new BootEvent(
        kind, time, mac, address, uuid, transaction, traceparent, code, sentence, facts);
  }

  /// @throws IllegalArgumentException if the value is not of the fact's type
  public BootEvent with(EventFact fact, Object value) {
    Map<EventFact, Object> more = new EnumMap<>(EventFact.class);
    more.putAll(facts);
    more.put(fact, value);
    return new BootEvent(
        kind, time, mac, address, uuid, transaction, traceparent, reason, message, more);
  }
}
