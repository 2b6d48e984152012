package dev.bootbus.kernel.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// An API that keeps nodes and leases, and counts what it is asked at once. What the real one adds
/// to that is tested with the real one.
final class KeepingApi implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  final Map<String, ObjectNode> things = new ConcurrentHashMap<>();
  final AtomicInteger changes = new AtomicInteger();
  final AtomicInteger most = new AtomicInteger();
  private final AtomicInteger underWay = new AtomicInteger();
  private volatile int changesLeft = Integer.MAX_VALUE;

  KeepingApi() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/api/v1/", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /// From then on the bus is away.
  void breakAfter(int count) {
    changesLeft = count;
  }

  private void answer(HttpExchange exchange) throws IOException {
    most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
    try (exchange) {
      String path = exchange.getRequestURI().getPath().substring("/api/v1/".length());
      JsonNode body = Api.JSON.readTree(exchange.getRequestBody());
      if (exchange.getRequestMethod().equals("GET")) {
        found(exchange, path);
      } else if (changes.incrementAndGet() > changesLeft) {
        problem(exchange, 503, "the bus is not there");
      } else if (exchange.getRequestMethod().equals("POST")) {
        created(exchange, path, (ObjectNode) body);
      } else {
        changed(exchange, path, (ObjectNode) body);
      }
    } finally {
      underWay.decrementAndGet();
    }
  }

  private void found(HttpExchange exchange, String path) throws IOException {
    ObjectNode here = things.get(path);
    if (here == null) {
      problem(exchange, 404, "there is no " + path);
    } else {
      send(exchange, 200, "application/json", here);
    }
  }

  private void created(HttpExchange exchange, String path, ObjectNode body) throws IOException {
    String id =
        path.equals("nodes")
            ? body.path("mac").asText().replace(':', '-')
            : body.put("state", "bound").path("address").asText();
    if (body.path("address").asText().startsWith("172.")) {
      problem(exchange, 422, body.path("address").asText() + " lies in no subnet");
    } else if (things.putIfAbsent(path + "/" + id, body.put("id", id)) != null) {
      problem(exchange, 409, id + " is there");
    } else {
      send(exchange, 201, "application/json", body);
    }
  }

  private void changed(HttpExchange exchange, String path, ObjectNode body) throws IOException {
    ObjectNode here = things.get(path);
    if (!("\"" + here.hashCode() + "\"")
        .equals(exchange.getRequestHeaders().getFirst("If-Match"))) {
      problem(exchange, 412, "it has changed");
      return;
    }
    ObjectNode now = exchange.getRequestMethod().equals("PATCH") ? here.deepCopy() : body;
    now.setAll(body);
    things.put(path, now.put("id", here.path("id").asText()));
    send(exchange, 200, "application/json", now);
  }

  private static void problem(HttpExchange exchange, int status, String detail) throws IOException {
    ObjectNode problem = Api.JSON.createObjectNode().put("status", status).put("detail", detail);
    send(exchange, status, "application/problem+json", problem);
  }

  private static void send(HttpExchange exchange, int status, String mediaType, ObjectNode body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", mediaType);
    exchange.getResponseHeaders().set("ETag", "\"" + body.hashCode() + "\"");
    byte[] bytes = Api.JSON.writeValueAsBytes(body);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
