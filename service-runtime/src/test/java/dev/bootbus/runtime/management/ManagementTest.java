package dev.bootbus.runtime.management;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.runtime.log.LogLevel;
import dev.bootbus.schema.CurrentTrace;
import dev.bootbus.schema.Traceparent;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ManagementTest {
  private final Readiness readiness = new Readiness();
  private final Meters meters = new Meters();
  private final HttpClient client = HttpClient.newHttpClient();
  private Management management;

  @BeforeEach
  void open() throws IOException {
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    management = Management.open(anyPort, readiness, meters);
  }

  @AfterEach
  void close() {
    client.close();
    management.close();
  }

  private HttpResponse<String> ask(String method, String path, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + management.port() + path))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .timeout(Duration.ofSeconds(10));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    return ask("GET", path, "", headers);
  }

  @Test
  void readyOnlyWhileEverythingIsMet() throws Exception {
    AtomicReference<Optional<String>> bus = new AtomicReference<>(Optional.of("not connected"));
    readiness.require("bus", bus::get);
    readiness.tell("backend", () -> Optional.of("silent"));
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
    assertThat(get("/readyz").body())
        .isEqualTo("[-]process: is starting\n[-]bus: not connected\nnot ready\n");
    readiness.begun();
    assertThat(get("/readyz").statusCode()).isEqualTo(503);
    bus.set(Optional.empty());
    assertThat(get("/readyz").statusCode()).isEqualTo(200);
    assertThat(get("/readyz").body()).isEqualTo("ready\n");
    assertThat(get("/readyz?verbose").body())
        .isEqualTo("[+]process ok\n[+]bus ok\n[!]backend: silent\nready\n");
    readiness.drain();
    assertThat(get("/readyz").statusCode()).isEqualTo(503);
    assertThat(get("/readyz").body()).contains("[-]process: is stopping");
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
  }

  @Test
  void metricsComeInTheFormatThatIsAskedFor() throws Exception {
    Timer timer =
        Timer.builder("bootbus.test")
            .serviceLevelObjectives(Duration.ofMillis(10))
            .register(meters.registry());
    Traceparent trace = Traceparent.fresh();
    CurrentTrace.during(trace, () -> timer.record(Duration.ofMillis(3)));
    timer.record(Duration.ofMillis(30));
    HttpResponse<String> text = get("/metrics");
    assertThat(text.headers().firstValue("Content-Type")).hasValue(Meters.TEXT);
    assertThat(text.body())
        .contains("# TYPE bootbus_test_seconds histogram")
        .contains("bootbus_test_seconds_bucket{le=\"0.01\"} 1\n")
        .contains("bootbus_test_seconds_bucket{le=\"+Inf\"} 2\n")
        .doesNotContain(trace.traceId());
    HttpResponse<String> open =
        get("/metrics", "Accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5");
    assertThat(open.headers().firstValue("Content-Type")).hasValue(Meters.OPEN_METRICS);
    assertThat(open.body())
        .endsWith("# EOF\n")
        .contains("le=\"0.01\"} 1 # {")
        .contains("trace_id=\"" + trace.traceId() + "\"");
    // Prometheus 2.42: "metric name bootbus_test_seconds_count does not support exemplars"
    assertThat(open.body().lines().filter(line -> line.contains("# {")))
        .allMatch(line -> line.contains("_bucket{"));
  }

  @Test
  void theProcessIsMeasured() throws Exception {
    meters.bindProcess();
    assertThat(get("/metrics").body())
        .contains("jvm_memory_used_bytes{area=\"heap\"")
        .contains("process_resident_memory_bytes ")
        .contains("process_cpu_seconds_total ")
        .contains("process_open_fds ")
        .contains("process_start_time_seconds ")
        .doesNotContain(" NaN");
  }

  @Test
  void theLogLevelChangesAtRunTime() throws Exception {
    LogLevel before = LogLevel.now();
    try {
      assertThat(ask("PUT", "/loglevel", "debug\n").body()).isEqualTo("DEBUG\n");
      assertThat(LogLevel.now()).isEqualTo(LogLevel.DEBUG);
      assertThat(get("/loglevel").body()).isEqualTo("DEBUG\n");
      HttpResponse<String> wrong = ask("PUT", "/loglevel", "<loud>");
      assertThat(wrong.statusCode()).isEqualTo(400);
      assertThat(wrong.body()).doesNotContain("loud");
    } finally {
      before.use();
    }
  }

  @Test
  void nothingElseIsThere() throws Exception {
    HttpResponse<String> missing = get("/metrics/%3Cscript%3E");
    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(missing.body()).doesNotContain("script");
    HttpResponse<String> posted = ask("POST", "/metrics", "x");
    assertThat(posted.statusCode()).isEqualTo(405);
    assertThat(posted.headers().firstValue("Allow")).hasValue("GET, HEAD");
    assertThat(ask("HEAD", "/readyz", "").statusCode()).isEqualTo(503);
  }

  /// More connections than it has room for, none of which says a word.
  @Test
  void silentConnectionsKeepNobodyOut() throws Exception {
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 80; i++) {
        silent.add(new Socket(InetAddress.getLoopbackAddress(), management.port()));
      }
      await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptions()
          .until(() -> get("/healthz").statusCode() == 200);
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  @Test
  void aRequestThatNeverEndsIsGivenUp() throws Exception {
    try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), management.port())) {
      slow.setSoTimeout(20_000);
      slow.getOutputStream().write("GET /healthz HTTP/1.1\r\nHost:".getBytes(UTF_8));
      InputStream answer = slow.getInputStream();
      assertThat(answer.readAllBytes()).isEmpty();
      assertThat(get("/healthz").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void theHealthCheckOfAContainerSaysWhatReadyzSays() {
    assertThat(Health.ready(management.port())).as("is starting").isFalse();
    readiness.begun();
    assertThat(Health.ready(management.port())).isTrue();
    management.close();
    assertThat(Health.ready(management.port())).as("nobody listens").isFalse();
  }
}
