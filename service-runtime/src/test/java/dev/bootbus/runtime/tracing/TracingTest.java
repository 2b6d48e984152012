package dev.bootbus.runtime.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.bootbus.runtime.testing.OtlpReceiver;
import dev.bootbus.runtime.testing.OtlpReceiver.Seen;
import dev.bootbus.schema.Traceparent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TracingTest {
  private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
  private static final Duration MOMENT = Duration.ofSeconds(2);
  private static final Duration DRAIN = Duration.ofSeconds(20);
  private static final int MANY = 20_000; // ten times what the SDK's queue holds

  /// A service that ends at once, for a JVM of its own.
  public static final class Untraced {
    public static void main(String[] args) {
      Tracing tracing = Tracing.of("test", Map.of());
      tracing.ended(span(Step.fresh(), ""));
      tracing.close(DRAIN);
    }
  }

  private static Span span(Step step, String error) {
    Map<String, Object> facts = Map.of("bootbus.mac", "52:54:00:00:00:01", "n", 7L, "empty", "");
    return Span.endingNow("DHCP DISCOVER", Span.Kind.SERVER, step, 1_000_000, facts, error);
  }

  @ParameterizedTest
  @CsvSource({
    "'', false",
    "OTEL_SERVICE_NAME=dhcp, false",
    "OTEL_TRACES_EXPORTER=none OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:9, false",
    "OTEL_SDK_DISABLED=true OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:9, false",
    "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:9, true",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://127.0.0.1:9/v1/traces, true",
    "OTEL_TRACES_EXPORTER=otlp, true",
  })
  void itIsOnWhereAnExporterIsNamed(String variables, boolean on) {
    Tracing tracing = Tracing.of("test", environment(variables));
    assertThat(tracing.isOn()).isEqualTo(on);
    tracing.close(Duration.ZERO);
  }

  private static Map<String, String> environment(String variables) {
    return Stream.of(variables.split(" "))
        .filter(variable -> !variable.isEmpty())
        .map(variable -> variable.split("=", 2))
        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
  }

  @ParameterizedTest
  @CsvSource({
    "OTEL_TRACES_EXPORTER=jaeger, jaeger",
    "OTEL_EXPORTER_OTLP_ENDPOINT=nowhere, nowhere",
    "OTEL_TRACES_EXPORTER=otlp OTEL_TRACES_SAMPLER=sometimes, sometimes",
  })
  void variablesWithoutSenseAreAnOperatorsMistake(String variables, String told) {
    assertThatThrownBy(() -> Tracing.of("test", environment(variables)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(told);
  }

  @Test
  void offItLoadsNothing() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load",
                "-cp",
                System.getProperty("java.class.path"),
                Untraced.class.getName())
            .redirectErrorStream(true)
            .start();
    String loaded = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).describedAs(loaded).isZero();
    assertThat(loaded).contains(Tracing.class.getName()).doesNotContain("io.opentelemetry");
  }

  @Test
  void aSpanHasTheIdsThatItsStepHas() throws IOException {
    Traceparent parent = Traceparent.fresh();
    Step first = new Step(parent, null);
    Step second = Step.after(parent);
    try (OtlpReceiver collector = OtlpReceiver.open()) {
      Tracing tracing = Tracing.of("dhcp-server", Map.of(ENDPOINT, collector.endpoint()));
      tracing.ended(span(first, ""));
      tracing.ended(span(second, "backend-timeout"));
      tracing.close(DRAIN);

      List<Seen> spans = collector.spans();
      assertThat(spans)
          .extracting(Seen::spanId)
          .containsExactly(first.own().parentId(), id(second));
      assertThat(spans).extracting(Seen::parentId).containsExactly("", id(first));
      assertThat(spans).extracting(Seen::traceId).containsOnly(parent.traceId());
      assertThat(spans).extracting(Seen::service).containsOnly("dhcp-server");
      assertThat(spans).extracting(Seen::failed).containsExactly(false, true);
      assertThat(spans.getFirst().facts())
          .isEqualTo(Map.of("bootbus.mac", "52:54:00:00:00:01", "n", "7"));
      assertThat(spans.getLast().facts()).containsEntry("error.type", "backend-timeout");
    }
  }

  private static String id(Step step) {
    return step.own().parentId();
  }

  @Test
  void whatIsNotSampledIsNotExported() throws IOException {
    Traceparent parent = Traceparent.fresh();
    Traceparent unsampled = new Traceparent(parent.traceId(), parent.parentId(), 0);
    try (OtlpReceiver collector = OtlpReceiver.open()) {
      Tracing tracing = Tracing.of("test", Map.of(ENDPOINT, collector.endpoint()));
      tracing.ended(span(Step.after(unsampled), ""));
      tracing.close(DRAIN);
      assertThat(collector.spans()).isEmpty();
    }
  }

  @Test
  void aCollectorThatIsAwayHoldsNothingUp() throws IOException {
    int port;
    try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = nobody.getLocalPort();
    }
    assertNothingIsHeldUp("http://127.0.0.1:" + port);
  }

  @Test
  void aCollectorThatDoesNotAnswerHoldsNothingUp() throws IOException {
    try (OtlpReceiver collector = OtlpReceiver.silent()) {
      assertNothingIsHeldUp(collector.endpoint());
      assertThat(collector.spans()).isEmpty();
    }
  }

  private static void assertNothingIsHeldUp(String endpoint) {
    Tracing tracing = Tracing.of("test", Map.of(ENDPOINT, endpoint));
    tracing.ended(span(Step.fresh(), "")); // the first one loads classes
    await()
        .atMost(MOMENT)
        .untilAsserted(
            () -> {
              for (int i = 0; i < MANY; i++) {
                tracing.ended(span(Step.fresh(), ""));
              }
            });
    await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> tracing.close(DRAIN));
  }
}
