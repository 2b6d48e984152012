package dev.bootbus.runtime.management;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.bootbus.runtime.log.LogLevel;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The port on which a process is watched. Whoever reaches it may read; the log level is changed
/// only from the machine itself. Nothing of a request is ever in an answer.
public final class Management implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("management");

  /// Read once by the JDK's server: seconds for a request to come and for its answer to go,
  /// seconds that an idle connection is kept, connections at once.
  private static final Map<String, String> LIMITS =
      Map.of(
          "sun.net.httpserver.maxReqTime", "5",
          "sun.net.httpserver.maxRspTime", "10",
          "sun.net.httpserver.idleInterval", "90",
          "sun.net.httpserver.maxReqHeaders", "64",
          "sun.net.httpserver.maxReqHeaderSize", "16384",
          "jdk.httpserver.maxConnections", "64");

  static {
    LIMITS.forEach(
        (name, value) -> {
          if (System.getProperty(name) == null) {
            System.setProperty(name, value);
          }
        });
  }

  private static final String PLAIN = "text/plain; charset=utf-8";
  private static final String PATHS =
      "/metrics /healthz /readyz /readyz?verbose /loglevel (GET, PUT)\n";
  private static final int BACKLOG = 64;
  private static final int MAX_BODY = 64;
  private static final int NO_BODY = -1;
  private static final int CHUNKED = 0;

  private final HttpServer server;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("management").factory());
  private final Readiness readiness;
  private final Meters meters;

  private Management(HttpServer server, Readiness readiness, Meters meters) {
    this.server = server;
    this.readiness = readiness;
    this.meters = meters;
  }

  /// Serves at once.
  ///
  /// @param at port 0 takes a free one
  /// @throws IOException if the port cannot be had
  public static Management open(InetSocketAddress at, Readiness readiness, Meters meters)
      throws IOException {
    Management management = new Management(HttpServer.create(at, BACKLOG), readiness, meters);
    management.server.createContext("/", management::answer);
    management.server.setExecutor(management.threads);
    management.server.start();
    return management;
  }

  public int port() {
    return server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = String.valueOf(exchange.getRequestURI().getPath());
      String method = exchange.getRequestMethod();
      if (path.equals("/loglevel") && method.equals("PUT")) {
        changeLevel(exchange);
      } else if (method.equals("GET") || method.equals("HEAD")) {
        read(path, exchange);
      } else {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        say(exchange, 405, PATHS);
      }
    }
  }

  private void read(String path, HttpExchange exchange) throws IOException {
    switch (path) {
      case "/metrics" -> metrics(exchange);
      case "/healthz" -> say(exchange, 200, "ok\n");
      case "/readyz" -> readyz(exchange);
      case "/loglevel" -> say(exchange, 200, LogLevel.now() + "\n");
      case "/" -> say(exchange, 200, PATHS);
      default -> say(exchange, 404, PATHS);
    }
  }

  /// OpenMetrics to whoever asks for it, because only there are exemplars.
  private void metrics(HttpExchange exchange) throws IOException {
    Headers asked = exchange.getRequestHeaders();
    String accepted = String.join(",", asked.getOrDefault("Accept", List.of()));
    String type =
        accepted.contains("application/openmetrics-text") ? Meters.OPEN_METRICS : Meters.TEXT;
    if (begin(exchange, 200, type, CHUNKED)) {
      try (OutputStream body = exchange.getResponseBody()) {
        meters.write(body, type);
      }
    }
  }

  private void readyz(HttpExchange exchange) throws IOException {
    boolean verbose = "verbose".equals(exchange.getRequestURI().getQuery());
    boolean ready = readiness.isReady();
    String said = readiness.text(verbose) + (ready ? "ready\n" : "not ready\n");
    say(exchange, ready ? 200 : 503, said);
  }

  private static void changeLevel(HttpExchange exchange) throws IOException {
    if (!exchange.getRemoteAddress().getAddress().isLoopbackAddress()) {
      say(exchange, 403, "the log level is changed from the machine itself\n");
      return;
    }
    String body = new String(exchange.getRequestBody().readNBytes(MAX_BODY), UTF_8);
    Optional<LogLevel> level = LogLevel.parse(body);
    if (level.isEmpty()) {
      say(exchange, 400, "say off, error, warn, info, debug or trace\n");
      return;
    }
    LogLevel before = LogLevel.now();
    level.get().use();
    LOG.warn("log level changed from={} to={}", before, level.get());
    say(exchange, 200, level.get() + "\n");
  }

  private static void say(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(UTF_8);
    if (begin(exchange, status, PLAIN, body.length)) {
      exchange.getResponseBody().write(body);
    }
  }

  /// @return whether a body is to follow
  private static boolean begin(HttpExchange exchange, int status, String type, long length)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head ? NO_BODY : length);
    return !head;
  }

  /// At once, whatever is being answered.
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
