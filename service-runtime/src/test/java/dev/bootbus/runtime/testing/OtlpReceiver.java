package dev.bootbus.runtime.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.bootbus.runtime.management.Management;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The least of a collector: takes spans by OTLP over HTTP.
public final class OtlpReceiver implements AutoCloseable {
  static {
    try {
      // the JDK's server reads its limits once: those of the port, and not none
      Class.forName(Management.class.getName());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  /// @param parentId empty where the trace begins
  /// @param facts as text
  public record Seen(
      String service,
      String name,
      Span.SpanKind kind,
      String traceId,
      String spanId,
      String parentId,
      Map<String, String> facts,
      boolean failed) {

    public boolean isChildOf(Seen other) {
      return parentId.equals(other.spanId()) && traceId.equals(other.traceId());
    }
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Seen> spans = new CopyOnWriteArrayList<>();
  private final CountDownLatch gate;

  private OtlpReceiver(boolean silent, InetAddress address) throws IOException {
    gate = new CountDownLatch(silent ? 1 : 0);
    server = HttpServer.create(new InetSocketAddress(address, 0), 0);
    server.createContext("/v1/traces", this::take);
    server.setExecutor(threads);
    server.start();
  }

  public static OtlpReceiver open() throws IOException {
    return open(InetAddress.getLoopbackAddress());
  }

  /// One that containers reach.
  public static OtlpReceiver open(InetAddress address) throws IOException {
    return new OtlpReceiver(false, address);
  }

  /// One that takes what is sent, and answers nobody.
  public static OtlpReceiver silent() throws IOException {
    return new OtlpReceiver(true, InetAddress.getLoopbackAddress());
  }

  /// For `OTEL_EXPORTER_OTLP_ENDPOINT`.
  public String endpoint() {
    return "http://127.0.0.1:" + port();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /// All that have come.
  public List<Seen> spans() {
    return List.copyOf(spans);
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      List<Seen> sent = read(exchange.getRequestBody().readAllBytes());
      gate.await();
      spans.addAll(sent);
      exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(200, -1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// What one request of an exporter says.
  public static List<Seen> read(byte[] body) throws IOException {
    return ExportTraceServiceRequest.parseFrom(body).getResourceSpansList().stream()
        .flatMap(OtlpReceiver::seen)
        .toList();
  }

  private static Stream<Seen> seen(ResourceSpans of) {
    String service = facts(of.getResource().getAttributesList()).get("service.name");
    return of.getScopeSpansList().stream()
        .flatMap(scope -> scope.getSpansList().stream())
        .map(span -> seen(service, span));
  }

  private static Seen seen(String service, Span span) {
    HexFormat hex = HexFormat.of();
    return new Seen(
        service,
        span.getName(),
        span.getKind(),
        hex.formatHex(span.getTraceId().toByteArray()),
        hex.formatHex(span.getSpanId().toByteArray()),
        hex.formatHex(span.getParentSpanId().toByteArray()),
        facts(span.getAttributesList()),
        span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR);
  }

  private static Map<String, String> facts(List<KeyValue> attributes) {
    return attributes.stream()
        .collect(Collectors.toMap(KeyValue::getKey, attribute -> text(attribute.getValue())));
  }

  private static String text(AnyValue value) {
    return value.hasIntValue() ? String.valueOf(value.getIntValue()) : value.getStringValue();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
