package dev.bootbus.runtime.tracing;

import dev.bootbus.runtime.Version;
import dev.bootbus.schema.Traceparent;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.trace.IdGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The SDK of OpenTelemetry, set up by its variables. It sends spans in batches in a thread of its
/// own; what does not fit into its queue is dropped.
final class OpenTelemetry implements Tracing {
  /// What the variables do not say.
  private static final Map<String, String> OTHERWISE =
      Map.of(
          "otel.traces.exporter", "otlp",
          "otel.metrics.exporter", "none", // Prometheus comes for them
          "otel.logs.exporter", "none",
          "otel.exporter.otlp.protocol", "http/protobuf");

  /// A collector that is away would take the whole drain time.
  private static final Duration LAST_WORDS = Duration.ofSeconds(3);

  private final OpenTelemetrySdk sdk;
  private final Tracer tracer;
  private final GivenIds ids;

  private OpenTelemetry(OpenTelemetrySdk sdk, GivenIds ids) {
    this.sdk = sdk;
    this.ids = ids;
    tracer = sdk.getSdkTracerProvider().get("dev.bootbus", Version.OURS);
  }

  static Tracing begin(String service, Map<String, String> environment) {
    SdkLog.use();
    GivenIds ids = new GivenIds();
    try {
      return new OpenTelemetry(
          AutoConfiguredOpenTelemetrySdk.builder()
              .disableShutdownHook()
              .addPropertiesSupplier(() -> OTHERWISE)
              .addPropertiesSupplier(() -> Map.of("otel.service.name", service))
              .addPropertiesSupplier(() -> properties(environment))
              .addTracerProviderCustomizer((spans, _) -> spans.setIdGenerator(ids))
              .build()
              .getOpenTelemetrySdk(),
          ids);
    } catch (ConfigurationException | IllegalArgumentException | IllegalStateException e) {
      throw new IllegalArgumentException("OTEL_…: " + e.getMessage(), e);
    }
  }

  private static Map<String, String> properties(Map<String, String> environment) {
    return environment.entrySet().stream()
        .filter(variable -> variable.getKey().startsWith("OTEL_"))
        .collect(
            Collectors.toMap(
                variable -> variable.getKey().toLowerCase(Locale.ROOT).replace('_', '.'),
                Map.Entry::getValue));
  }

  @Override
  public boolean isOn() {
    return true;
  }

  @Override
  public void ended(Span span) {
    Step step = span.step();
    SpanBuilder builder =
        tracer
            .spanBuilder(span.name())
            .setSpanKind(kind(span.kind()))
            .setParent(parent(step.parent()))
            .setStartTimestamp(span.begun());
    span.facts().forEach((name, value) -> add(builder, name, value));
    io.opentelemetry.api.trace.Span begun = ids.during(step.own(), builder::startSpan);
    if (!span.error().isEmpty()) {
      begun.setAttribute("error.type", span.error());
      begun.setStatus(StatusCode.ERROR);
    }
    Instant end = span.begun().plus(span.took());
    begun.end(end);
  }

  private static void add(SpanBuilder builder, String name, Object value) {
    if (value instanceof Long number) {
      builder.setAttribute(name, number);
    } else if (!value.toString().isEmpty()) {
      builder.setAttribute(name, value.toString());
    }
  }

  private static SpanKind kind(Span.Kind kind) {
    return switch (kind) {
      case SERVER -> SpanKind.SERVER;
      case CLIENT -> SpanKind.CLIENT;
    };
  }

  private static Context parent(@Nullable Traceparent parent) {
    if (parent == null) {
      return Context.root();
    }
    SpanContext remote =
        SpanContext.createFromRemoteParent(
            parent.traceId(),
            parent.parentId(),
            TraceFlags.fromByte((byte) parent.flags()),
            TraceState.getDefault());
    return Context.root().with(io.opentelemetry.api.trace.Span.wrap(remote));
  }

  @Override
  public void close(Duration left) {
    long millis = Math.min(left.toMillis(), LAST_WORDS.toMillis());
    sdk.shutdown().join(millis, TimeUnit.MILLISECONDS);
  }

  /// The ids that a step has had all along, in events, log lines and questions.
  private static final class GivenIds implements IdGenerator {
    private final ThreadLocal<@Nullable Traceparent> given = new ThreadLocal<>();

    <T> T during(Traceparent own, Supplier<T> work) {
      given.set(own);
      try {
        return work.get();
      } finally {
        given.remove();
      }
    }

    @Override
    public String generateTraceId() {
      Traceparent own = given.get();
      return own == null ? IdGenerator.random().generateTraceId() : own.traceId();
    }

    @Override
    public String generateSpanId() {
      Traceparent own = given.get();
      return own == null ? IdGenerator.random().generateSpanId() : own.parentId();
    }
  }
}
