package dev.bootbus.schema;

import static dev.bootbus.schema.Json.field;
import static dev.bootbus.schema.Json.text;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.bootbus.schema.Fields.Names;
import java.io.IOException;
import java.net.InetAddress;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Boot events as JSON.
final class EventJson {
  private static final Names DATA =
      Names.of("MACAddress", "IPAddress", "UUID", "Transaction", "Reason", "Message")
          .and(Names.of(Stream.of(EventFact.values()).map(EventFact::key).toArray(String[]::new)));
  private static final Names EVENT = Json.eventOf(DATA);

  private EventJson() {}

  static byte[] write(String source, BootEvent event) {
    Envelope envelope =
        new Envelope(
            Envelope.freshId(),
            source,
            event.kind().type(),
            event.mac().toString(),
            event.time(),
            event.traceparent());
    return Json.write(
        envelope,
        json -> {
          json.writeStringField("Outcome", event.outcome().name());
          GoValues.writeText(json, "MACAddress", event.mac().toString());
          InetAddress address = event.address();
          GoValues.writeText(json, "IPAddress", address == null ? "" : Addresses.shown(address));
          GoValues.writeText(json, "UUID", event.uuid());
          GoValues.writeText(json, "Transaction", event.transaction());
          GoValues.writeText(json, "TraceID", event.traceId().orElse(""));
          GoValues.writeText(json, "Reason", event.reason());
          GoValues.writeText(json, "Message", event.message());
          for (Map.Entry<EventFact, Object> fact : event.facts().entrySet()) {
            write(json, fact.getKey().key(), fact.getValue());
          }
        });
  }

  /// Without the object mapper, which takes longer to get ready than a machine's first answer.
  private static void write(JsonGenerator json, String key, Object value) throws IOException {
    switch (value) {
      case String text -> json.writeStringField(key, text);
      case Long number -> json.writeNumberField(key, number);
      case Double number -> json.writeNumberField(key, number);
      default -> throw new IllegalStateException(key + " is of no type of facts: " + value);
    }
  }

  /// @return nothing where the event is of a kind that this version does not know
  static Optional<BootEvent> read(byte[] message) throws MalformedMessageException {
    Fields event = Json.readEvent(message, EVENT);
    Optional<EventKind> kind = EventKind.ofType(text(field(event, "type")));
    if (kind.isEmpty()) {
      return Optional.empty();
    }
    Fields data = Json.data(event, DATA);
    return Optional.of(
        new BootEvent(
            kind.get(),
            time(text(field(event, "time"))),
            GoValues.mac(field(data, "MACAddress")),
            address(text(field(data, "IPAddress"))),
            text(field(data, "UUID")),
            text(field(data, "Transaction")),
            text(field(event, "traceparent")),
            text(field(data, "Reason")),
            text(field(data, "Message")),
            facts(kind.get(), data)));
  }

  private static Instant time(String text) throws MalformedMessageException {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new MalformedMessageException("time is none: " + Json.brief(text));
    }
  }

  private static @Nullable InetAddress address(String text) throws MalformedMessageException {
    try {
      return text.isEmpty() ? null : InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException("IPAddress is none: " + Json.brief(text));
    }
  }

  private static Map<EventFact, Object> facts(EventKind kind, Fields data)
      throws MalformedMessageException {
    Map<EventFact, Object> facts = new EnumMap<>(EventFact.class);
    for (EventFact fact : kind.facts()) {
      JsonNode value = field(data, fact.key());
      if (value.isMissingNode() || value.isNull()) {
        continue;
      }
      facts.put(fact, fact(fact, value));
    }
    return facts;
  }

  private static Object fact(EventFact fact, JsonNode value) throws MalformedMessageException {
    if (fact.type() == Long.class && value.canConvertToLong()) {
      return value.longValue();
    }
    if (fact.type() == Double.class
        && value.isNumber()
        && Double.isFinite(value.doubleValue())) { // 1e999 is a JSON number
      return value.doubleValue();
    }
    if (fact.type() == String.class && value.isTextual()) {
      return value.textValue();
    }
    throw new MalformedMessageException(
        fact.key() + " is no " + fact.type().getSimpleName() + ": " + Json.brief(value.toString()));
  }
}
