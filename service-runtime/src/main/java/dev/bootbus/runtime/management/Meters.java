package dev.bootbus.runtime.management;

import dev.bootbus.schema.CurrentTrace;
import dev.bootbus.schema.Traceparent;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.tracer.common.SpanContext;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/// All that a process counts, as Prometheus reads it.
public final class Meters {
  static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
  static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(
          new OfBuckets(), new PrometheusRegistry(), Clock.SYSTEM, new OurTraces());

  public MeterRegistry registry() {
    return registry;
  }

  /// Adds the meters of the JVM and of the process. To find out what this JVM can tell takes some
  /// 100 ms, so it is done beside the start.
  @SuppressWarnings("resource") // the listener to collections lives as long as the process
  public void bindProcess() {
    ProcessMeters.bind(registry);
    List.of(new JvmMemoryMetrics(), new JvmGcMetrics(), new JvmThreadMetrics())
        .forEach(meters -> meters.bindTo(registry));
  }

  void write(OutputStream to, String contentType) throws IOException {
    registry.scrape(to, contentType);
  }

  /// Exemplars stand at buckets only (OpenMetrics 1.0.0, Exemplars): Prometheus 2.42
  /// refuses the whole page for one at a `_count`, where micrometer wants them, too.
  private static final class OfBuckets implements PrometheusConfig {
    @Override
    public @Nullable String get(String key) {
      return null;
    }

    @Override
    public Properties prometheusProperties() {
      return new Properties();
    }
  }

  private static final class OurTraces implements SpanContext {
    @Override
    public @Nullable String getCurrentTraceId() {
      Traceparent trace = CurrentTrace.get();
      return trace == null ? null : trace.traceId();
    }

    @Override
    public @Nullable String getCurrentSpanId() {
      Traceparent trace = CurrentTrace.get();
      return trace == null ? null : trace.parentId();
    }

    @Override
    public boolean isCurrentSpanSampled() {
      return CurrentTrace.get() != null;
    }

    @Override
    public void markCurrentSpanAsExemplar() {}
  }
}
