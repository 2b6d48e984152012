package dev.bootbus.runtime.tracing;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

/// Where spans go. Any thread may tell one, and none waits for it.
public interface Tracing {
  /// Nowhere.
  Tracing OFF =
      new Tracing() {
        @Override
        public boolean isOn() {
          return false;
        }

        @Override
        public void ended(Span span) {}

        @Override
        public void close(Duration left) {}
      };

  /// Whether spans are worth being put together.
  boolean isOn();

  void ended(Span span);

  /// Exports what is left, as far as that is possible in time.
  void close(Duration left);

  /// As the variables of OpenTelemetry say: on where they name an exporter or an endpoint.
  /// Only then is any class of OpenTelemetry loaded.
  ///
  /// @param service its `service.name`, unless the variables name another
  /// @throws IllegalArgumentException with one sentence, if they do not make sense
  static Tracing of(String service, Map<String, String> environment) {
    return isWanted(environment) ? OpenTelemetry.begin(service, environment) : OFF;
  }

  private static boolean isWanted(Map<String, String> environment) {
    if (said(environment, "OTEL_SDK_DISABLED").equalsIgnoreCase("true")) {
      return false;
    }
    String exporter = said(environment, "OTEL_TRACES_EXPORTER");
    return exporter.isEmpty()
        ? Stream.of("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
            .anyMatch(name -> !said(environment, name).isEmpty())
        : !exporter.equals("none");
  }

  private static String said(Map<String, String> environment, String name) {
    return environment.getOrDefault(name, "").strip();
  }
}
