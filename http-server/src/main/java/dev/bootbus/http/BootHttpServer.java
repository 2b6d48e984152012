package dev.bootbus.http;

import dev.bootbus.content.ContentSource;
import dev.bootbus.content.DiskRoot;
import dev.bootbus.runtime.LogText;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The Jetty server, with every limit it has, around one [BootHandler].
final class BootHttpServer implements AutoCloseable {
  /// @param address port 0 takes a free one
  /// @param idleTimeout of a connection on which not one byte moves
  /// @param trickleInterval of [TrickleWatch], which ends a connection after three of them
  /// @param tls for HTTPS beside HTTP
  /// @param ratePerClient bytes per second of [Pacing], 0 for none
  /// @param listings whether directories are listed
  /// @param diskFirst whether what lies on disk goes before all other sources, so that it may be
  ///     answered from memory
  /// @param meters where requests are counted; there may be one server for each
  /// @param clock tells whether a file changed only just now
  record Settings(
      InetSocketAddress address,
      Optional<Tls.Settings> tls,
      int maxConnections,
      Duration idleTimeout,
      Duration trickleInterval,
      long ratePerClient,
      boolean listings,
      boolean diskFirst,
      MeterRegistry meters,
      InstantSource clock) {
    static final Duration DEFAULT_TRICKLE_INTERVAL = Duration.ofSeconds(10);
  }

  private static final Logger LOG = LoggerFactory.getLogger("http-server");
  private static final int MAX_REQUEST_HEAD = 8 * 1024;
  private static final int BACKLOG = 1024;

  /// Buffers above this much go back to the system when they are no longer used.
  private static final long MAX_IDLE_BUFFERS = 32 << 20;

  /// Responses that take longer to finish are cut when the server is stopped.
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

  /// For what was cut to be logged.
  private static final Duration AFTERMATH = Duration.ofMillis(500);

  private final Server server;
  private final List<BootConnector> connectors;
  private final AccessLog log;
  private final RequestMeters meters;
  private final ExecutorService virtualThreads;

  private BootHttpServer(
      Server server,
      List<BootConnector> connectors,
      AccessLog log,
      RequestMeters meters,
      ExecutorService virtualThreads) {
    this.server = server;
    this.connectors = connectors;
    this.log = log;
    this.meters = meters;
    this.virtualThreads = virtualThreads;
  }

  /// Serves at once.
  ///
  /// @param logs of each request, beside the server's own
  /// @throws PortException if a port cannot be had
  /// @throws IllegalArgumentException if the files for TLS cannot be used
  static BootHttpServer bind(
      Settings settings,
      DiskRoot disk,
      ContentSource source,
      MachineRequests machines,
      List<RequestLog> logs)
      throws IOException {
    return bind(settings, disk, source, machines, logs, (files, _) -> files);
  }

  /// @param around may put a handler before that of the files
  static BootHttpServer bind(
      Settings settings,
      DiskRoot disk,
      ContentSource source,
      MachineRequests machines,
      List<RequestLog> logs,
      BiFunction<Handler, Executor, Handler> around)
      throws IOException {
    Optional<Tls> tls = settings.tls.map(files -> new Tls(files, settings.clock, settings.meters));
    ExecutorService virtualThreads = Executors.newVirtualThreadPerTaskExecutor();
    Server server = new Server(threads(tls.isPresent() ? 2 : 1), null, buffers());
    RequestMeters meters = new RequestMeters(settings.meters);
    AccessLog log = new AccessLog(meters);
    Handler files = new BootHandler(disk, source, machines, settings, virtualThreads);
    server.setHandler(new Counted(around.apply(files, virtualThreads), meters));
    server.setErrorHandler(new SpokenErrors());
    server.setRequestLog(logs.isEmpty() ? log : beside(log, logs));
    server.setStopTimeout(LAST_WORDS.toMillis());
    List<BootConnector> connectors = connectors(server, settings, tls);
    connectors.forEach(server::addConnector);
    meters.connections(
        () -> connectors.stream().mapToInt(BootConnector::connections).sum(),
        settings.maxConnections);
    server.addBean(new ConnectionLimit(settings.maxConnections, connectors));
    open(connectors);
    start(server);
    Supplier<Stream<? extends TrickleWatch.Watched>> connections =
        () -> connectors.stream().flatMap(BootConnector::endPoints);
    new TrickleWatch(connections, server.getScheduler(), settings.trickleInterval).start();
    tls.ifPresent(certificate -> certificate.watch(server.getScheduler(), virtualThreads));
    return new BootHttpServer(server, connectors, log, meters, virtualThreads);
  }

  /// @throws PortException of the first that cannot be had
  private static void open(List<BootConnector> connectors) throws IOException {
    for (BootConnector connector : connectors) {
      try {
        connector.open();
      } catch (IOException e) {
        connectors.forEach(BootConnector::close);
        throw new PortException(connector.getPort(), e);
      }
    }
  }

  /// @param port that was asked for
  static final class PortException extends IOException {
    private static final long serialVersionUID = 1;
    private final int port;

    PortException(int port, IOException cause) {
      super((cause.getCause() == null ? cause : cause.getCause()).getMessage(), cause);
      this.port = port;
    }

    int port() {
      return port;
    }
  }

  private static RequestLog beside(AccessLog log, List<RequestLog> logs) {
    return new RequestLog.Collection(
        Stream.concat(Stream.of(log), logs.stream()).toArray(RequestLog[]::new));
  }

  /// Acceptors and selectors, and a few to go on with a connection when its response is complete.
  private static QueuedThreadPool threads(int connectors) {
    int always = 1 + connectors * BootConnector.threads();
    QueuedThreadPool threads = new QueuedThreadPool(always + 6, always);
    threads.setReservedThreads(0);
    threads.setName("http");
    return threads;
  }

  private static ByteBufferPool buffers() {
    int largest = FileTransfer.LARGE_BUFFER;
    return new ArrayByteBufferPool(
        0, -1, largest, Integer.MAX_VALUE, MAX_IDLE_BUFFERS, MAX_IDLE_BUFFERS);
  }

  private static List<BootConnector> connectors(
      Server server, Settings settings, Optional<Tls> tls) {
    HttpConnectionFactory http = http();
    BootConnector plain = new BootConnector(server, http);
    plain.setPort(settings.address.getPort());
    List<BootConnector> connectors = new ArrayList<>(List.of(plain));
    if (tls.isPresent()) {
      BootConnector secure = new BootConnector(server, tls.get().connections(), http);
      secure.setPort(settings.tls.orElseThrow().port());
      connectors.add(secure);
    }
    for (BootConnector connector : connectors) {
      connector.setHost(settings.address.getAddress().getHostAddress());
      connector.setAcceptQueueSize(BACKLOG);
      connector.setIdleTimeout(settings.idleTimeout.toMillis());
    }
    return List.copyOf(connectors);
  }

  private static HttpConnectionFactory http() {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(MAX_REQUEST_HEAD);
    // RFC 9112 §3.2.2: a target with an authority goes before the Host header
    http.setHttpCompliance(
        HttpCompliance.RFC9110.with("bootbus", HttpCompliance.Violation.MISMATCHED_AUTHORITY));
    // BootPath refuses what is ambiguous. Jetty's own refusal ends the exchange before its answer
    // is done with, and may take the connection, or the next answer on it, along
    http.setUriCompliance(
        UriCompliance.UNSAFE.without(
            "bootbus", UriCompliance.Violation.USER_INFO, UriCompliance.Violation.FRAGMENT));
    return new HttpConnectionFactory(http);
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

  int port() {
    return connectors.getFirst().getLocalPort();
  }

  /// Of HTTPS, if it is served.
  OptionalInt tlsPort() {
    return connectors.stream().skip(1).mapToInt(BootConnector::getLocalPort).findFirst();
  }

  String totals() {
    return log.totals();
  }

  /// Why nobody is served, by the first port where that is so.
  Optional<String> trouble() {
    return connectors.stream()
        .filter(connector -> !connector.isOpen() || !connector.isRunning())
        .findFirst()
        .map(connector -> "port " + connector.getPort() + " is not open");
  }

  /// Takes no more connections, and ends when the responses under way have.
  ///
  /// @param left after which they are cut
  void close(Duration left) {
    connectors.forEach(BootConnector::close);
    meters.drain();
    long end = System.nanoTime() + left.toNanos();
    while (meters.inFlight() > 0 && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    }
    close();
  }

  @Override
  public void close() {
    stop();
    virtualThreads.shutdown();
    try {
      virtualThreads.awaitTermination(AFTERMATH.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stop() {
    try {
      server.stop();
    } catch (TimeoutException e) {
      // responses that were not finished in time are cut, and say so in the log
    } catch (Exception e) {
      LOG.warn("cannot stop cleanly reason={}", LogText.of(e.toString()));
    }
  }

  /// Stops accepting while too many connections are open; the system's backlog holds newcomers.
  /// Jetty could shorten the idle timeout meanwhile, but with it would end the slowest downloads
  /// of a boot storm.
  private static final class ConnectionLimit extends NetworkConnectionLimit {
    ConnectionLimit(int max, List<BootConnector> connectors) {
      super(max, connectors.toArray(BootConnector[]::new));
    }

    @Override
    protected void limit() {
      LOG.warn("full connections={}", getMaxNetworkConnectionCount());
      super.limit();
    }

    @Override
    protected void unlimit() {
      LOG.info("accepting again");
      super.unlimit();
    }
  }
}
