package dev.bootbus.kernel.ctl;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// An API that gives the answers it was told to give, and keeps what it was asked.
final class CannedApi implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Canned> answers = new HashMap<>();
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());

  private record Canned(int status, String mediaType, String etag, String body) {}

  CannedApi() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /// @param request as `GET /api/v1/nodes?page=1`
  CannedApi on(String request, String body) {
    return on(request, 200, "application/json;charset=utf-8", body);
  }

  CannedApi problem(String request, int status, String body) {
    return on(request, status, "application/problem+json", body);
  }

  CannedApi on(String request, int status, String mediaType, String body) {
    answers.put(request, new Canned(status, mediaType, "", body));
    return this;
  }

  /// With an ETag.
  CannedApi tagged(String request, String etag, String body) {
    answers.put(request, new Canned(200, "application/json", etag, body));
    return this;
  }

  /// `PATCH /api/v1/nodes/a "7" {"hostname":"b"}`: what was asked beside GET; If-Match, if there
  /// was one, and the body.
  List<String> changes() {
    return asked.stream().filter(line -> !line.startsWith("GET ")).toList();
  }

  List<String> asked() {
    return List.copyOf(asked);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String match = exchange.getRequestHeaders().getFirst("If-Match");
    String token = exchange.getRequestHeaders().getFirst("Authorization");
    asked.add(
        request
            + (token == null ? "" : " " + token)
            + (match == null ? "" : " " + match)
            + (body.isEmpty() ? "" : " " + body));
    Canned canned =
        answers.getOrDefault(
            request,
            new Canned(
                404,
                "application/problem+json",
                "",
                "{\"status\":404,\"title\":\"There is no such thing\",\"detail\":\"no %s\"}"
                    .formatted(request)));
    exchange.getResponseHeaders().set("Content-Type", canned.mediaType());
    if (!canned.etag().isEmpty()) {
      exchange.getResponseHeaders().set("ETag", canned.etag());
    }
    byte[] bytes = canned.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(canned.status(), bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
