package dev.bootbus.kernel.api;

import dev.bootbus.kernel.journal.Journal;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// REST on a port of its own, with every limit it has.
public final class ApiServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("kernel-backend");
  private static final int MAX_CONNECTIONS = 256;
  private static final int MAX_REQUEST_HEAD = 8 * 1024;
  private static final int BACKLOG = 128;
  private static final int THREADS = 8;
  private static final Duration IDLE = Duration.ofSeconds(30);
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

  /// Going through 100,000 nodes takes a moment of one core, which DHCP needs as well.
  private static final int SCAN_THREADS = 1;

  private static final int MAX_SCANS = 16;

  private final Server server;
  private final ServerConnector connector;
  private final ExecutorService scans;
  private final ExecutorService waits;

  private ApiServer(
      Server server, ServerConnector connector, ExecutorService scans, ExecutorService waits) {
    this.server = server;
    this.connector = connector;
    this.scans = scans;
    this.waits = waits;
  }

  /// Serves at once; until [Served#ready()] it says that it cannot yet.
  ///
  /// @return empty where the port is taken, and the backend shall go on without
  /// @throws IllegalArgumentException if the port cannot be had, or a file cannot be used
  public static Optional<ApiServer> open(
      ApiSettings settings, Served served, Journal journal, MeterRegistry meters) {
    Optional<Tokens> tokens = settings.tokens().map(Tokens::new);
    Optional<ApiTls> tls = settings.tls().map(files -> new ApiTls(files, meters));
    ExecutorService scans = scans();
    ExecutorService waits = Executors.newVirtualThreadPerTaskExecutor();
    Server server = new Server(threads());
    server.setHandler(new ApiHandler(served, new Gate(tokens.orElse(null)), journal, scans, waits));
    server.setErrorHandler(new RefusedByJetty(journal));
    server.setStopTimeout(LAST_WORDS.toMillis());
    ServerConnector connector = connector(server, settings, tls);
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, connector));
    ApiServer api = new ApiServer(server, connector, scans, waits);
    try {
      connector.open();
      start(server);
    } catch (IOException e) {
      api.close();
      return taken(settings, e);
    }
    api.look(tokens, tls, new SlowConnections(connector, SlowConnections.MOST));
    LOG.info(
        "api url={}://{}:{}{}",
        tls.isPresent() ? "https" : "http",
        settings.address().getHostString(),
        connector.getLocalPort(),
        tokens.isPresent() ? "" : " reason=\"no --api-tokens, so this host only\"");
    return Optional.of(api);
  }

  private static Optional<ApiServer> taken(ApiSettings settings, IOException e) {
    String why = String.valueOf((e.getCause() == null ? e : e.getCause()).getMessage());
    if (!settings.optional()) {
      throw new IllegalArgumentException("--api: %s: %s".formatted(settings.address(), why), e);
    }
    LOG.warn("api off reason=\"{}: {}; --api says another port\"", settings.address(), why);
    return Optional.empty();
  }

  private static void start(Server server) throws IOException {
    try {
      server.start();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static ExecutorService scans() {
    return new ThreadPoolExecutor(
        SCAN_THREADS,
        SCAN_THREADS,
        0,
        TimeUnit.SECONDS,
        new ArrayBlockingQueue<>(MAX_SCANS),
        Thread.ofPlatform().name("api-lists").daemon().factory());
  }

  private static QueuedThreadPool threads() {
    QueuedThreadPool threads = new QueuedThreadPool(THREADS, 3);
    threads.setReservedThreads(0);
    threads.setName("api");
    threads.setDaemon(true);
    return threads;
  }

  private static ServerConnector connector(
      Server server, ApiSettings settings, Optional<ApiTls> tls) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(MAX_REQUEST_HEAD);
    http.addCustomizer(new SecureRequestCustomizer(false)); // asked by address, as often as not
    // Target decodes each segment once and refuses what is ambiguous. Jetty's own refusal ends the
    // exchange before its answer is done with, and may take the connection, or the next answer on
    // it, along
    http.setUriCompliance(
        UriCompliance.UNSAFE.without(
            "bootbus", UriCompliance.Violation.USER_INFO, UriCompliance.Violation.FRAGMENT));
    HttpConnectionFactory plain = new HttpConnectionFactory(http);
    ConnectionFactory[] protocols =
        tls.isPresent()
            ? new ConnectionFactory[] {tls.get().connections(), plain}
            : new ConnectionFactory[] {plain};
    ServerConnector connector = new ServerConnector(server, 1, 1, protocols);
    connector.setHost(settings.address().getAddress().getHostAddress());
    connector.setPort(settings.address().getPort());
    connector.setAcceptQueueSize(BACKLOG);
    connector.setIdleTimeout(IDLE.toMillis());
    return connector;
  }

  /// From time to time, for as long as the server runs.
  private void look(Optional<Tokens> tokens, Optional<ApiTls> tls, SlowConnections slow) {
    server
        .getScheduler()
        .schedule(
            () -> {
              tokens.ifPresent(Tokens::look);
              tls.ifPresent(ApiTls::look);
              slow.look(System.nanoTime());
              look(tokens, tls, slow);
            },
            LOOK_EVERY.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  public int port() {
    return connector.getLocalPort();
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) { // Jetty declares no less; answers that take too long are cut
      LOG.debug("api stopped", e);
    }
    scans.shutdownNow();
    waits.shutdownNow();
  }
}
