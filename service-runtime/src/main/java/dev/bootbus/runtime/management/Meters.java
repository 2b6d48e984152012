package dev.bootbus.runtime.management;

import dev.bootbus.schema.CurrentTrace;
import dev.bootbus.schema.Traceparent;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.tracer.common.SpanContext;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All that a process counts, as Prometheus reads it.
public final class Meters {
  static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
  static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

  private static final Path MEMORY = Path.of("/proc/self/statm");
  private static final int PAGE = 4096;

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(
          PrometheusConfig.DEFAULT, new PrometheusRegistry(), Clock.SYSTEM, new OurTraces());

  public MeterRegistry registry() {
    return registry;
  }

  /// Adds the meters of the JVM and of the process. To find out what this JVM can tell takes some
  /// 100 ms, so it is done beside the start.
  @SuppressWarnings("resource") // the listener to collections lives as long as the process
  public void bindProcess() {
    List.of(
            new JvmMemoryMetrics(),
            new JvmGcMetrics(),
            new JvmThreadMetrics(),
            new ClassLoaderMetrics(),
            new ProcessorMetrics(),
            new FileDescriptorMetrics(),
            new UptimeMetrics())
        .forEach(meters -> meters.bindTo(registry));
    Gauge.builder("process.resident.memory", Meters::residentBytes)
        .description("memory of the process that is in RAM, the JVM's own included")
        .baseUnit("bytes")
        .register(registry);
  }

  private static double residentBytes() {
    try {
      return Long.parseLong(Files.readString(MEMORY).split(" ")[1]) * (double) PAGE;
    } catch (IOException e) {
      return Double.NaN; // not Linux
    }
  }

  void write(OutputStream to, String contentType) throws IOException {
    registry.scrape(to, contentType);
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
