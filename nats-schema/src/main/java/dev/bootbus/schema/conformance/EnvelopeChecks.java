package dev.bootbus.schema.conformance;

import static dev.bootbus.schema.conformance.Check.must;
import static dev.bootbus.schema.conformance.Check.should;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bootbus.schema.Traceparent;
import dev.bootbus.schema.conformance.Check.Needs;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.format.EventDeserializationException;
import io.cloudevents.jackson.JsonFormat;
import io.cloudevents.rw.CloudEventRWException;
import java.time.Duration;
import java.util.List;

/// Is the reply the event that it should be?
final class EnvelopeChecks {
  static final List<Check> ALL =
      List.of(
          must(
              "cloud-event",
              Needs.REPLY,
              "Anybody's CloudEvents library must be able to read the reply.",
              EnvelopeChecks::cloudEvent),
          must(
              "json-data",
              Needs.REPLY,
              "Front ends look for a JSON object in data, and Go's for nothing else.",
              EnvelopeChecks::jsonData),
          should(
              "trace",
              Needs.READABLE,
              "One boot can then be followed through front end and backend.",
              EnvelopeChecks::trace));

  private EnvelopeChecks() {}

  private static Verdict cloudEvent(Session session) {
    if (!(session.first() instanceof Reply.Came(byte[] bytes, Duration _))) {
      return Verdict.skipped("nothing was answered");
    }
    try {
      CloudEvent event = new JsonFormat().deserialize(bytes);
      return Verdict.passed("type %s, source %s".formatted(event.getType(), event.getSource()));
    } catch (EventDeserializationException
        | CloudEventRWException
        | IllegalStateException
        | IllegalArgumentException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      return Verdict.failed(
          "the CloudEvents SDK refuses it: "
              + Answer.brief(String.valueOf(cause.getMessage()).lines().findFirst().orElse("")),
          "Send one JSON object with specversion \"1.0\", id, source, type and data.");
    }
  }

  private static Verdict jsonData(Session session) {
    return Session.judge(
        session.first(),
        answer -> {
          String type = answer.attribute("datacontenttype");
          if (!type.isEmpty() && !type.matches("application/json(;.*)?")) {
            return Verdict.failed(
                "datacontenttype is " + Answer.brief(type),
                "Set datacontenttype to application/json.");
          }
          JsonNode data = answer.event().path("data");
          return data.isTextual()
              ? Verdict.failed(
                  "data is text with JSON in it", "Put the object itself into data, not its text.")
              : Verdict.passed(
                  data.isObject() ? "data is an object" : "data_base64 holds an object");
        });
  }

  private static Verdict trace(Session session) throws InterruptedException {
    Traceparent asked = Traceparent.fresh();
    Reply reply =
        session.ask(
            session
                .question()
                .with("Traceparent", asked.toString())
                .attribute("traceparent", asked.toString()));
    return Session.judge(
        reply,
        answer -> {
          String told = answer.attribute("traceparent");
          boolean same =
              Traceparent.parse(told).filter(t -> t.traceId().equals(asked.traceId())).isPresent();
          return same
              ? Verdict.passed("the reply is in the trace of its request")
              : Verdict.failed(
                  told.isEmpty()
                      ? "the reply has no traceparent"
                      : "the reply is in another trace: " + Answer.brief(told),
                  "Set the event attribute traceparent, with the trace id of data.Traceparent.");
        });
  }
}
