package dev.bootbus.http;

import dev.bootbus.content.ContentSource;
import dev.bootbus.content.DiskRoot;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteBufferPool;
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
  /// @param listings whether directories are listed
  /// @param clock tells whether a file changed only just now
  record Settings(
      InetSocketAddress address,
      int maxConnections,
      Duration idleTimeout,
      Duration trickleInterval,
      boolean listings,
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

  /// For what was cut to be logged.
  private static final Duration AFTERMATH = Duration.ofMillis(500);

  private final Server server;
  private final BootConnector connector;
  private final AccessLog log;
  private final ExecutorService virtualThreads;

  private BootHttpServer(
      Server server, BootConnector connector, AccessLog log, ExecutorService virtualThreads) {
    this.server = server;
    this.connector = connector;
    this.log = log;
    this.virtualThreads = virtualThreads;
  }

  /// Serves at once.
  ///
  /// @param logs of each request, beside the server's own
  /// @throws IOException if the port cannot be had
  static BootHttpServer bind(
      Settings settings,
      DiskRoot disk,
      ContentSource source,
      MachineRequests machines,
      List<RequestLog> logs)
      throws IOException {
    ExecutorService virtualThreads = Executors.newVirtualThreadPerTaskExecutor();
    Server server = new Server(threads(), null, buffers());
    AccessLog log = new AccessLog();
    server.setHandler(new BootHandler(disk, source, machines, settings, virtualThreads));
    server.setErrorHandler(new SpokenErrors());
    server.setRequestLog(logs.isEmpty() ? log : beside(log, logs));
    server.setStopTimeout(LAST_WORDS.toMillis());
    BootConnector connector = connector(server, settings);
    server.addConnector(connector);
    server.addBean(new ConnectionLimit(settings.maxConnections, connector));
    connector.open();
    start(server);
    new TrickleWatch(connector::endPoints, server.getScheduler(), settings.trickleInterval).start();
    return new BootHttpServer(server, connector, log, virtualThreads);
  }

  private static RequestLog beside(AccessLog log, List<RequestLog> logs) {
    return new RequestLog.Collection(
        Stream.concat(Stream.of(log), logs.stream()).toArray(RequestLog[]::new));
  }

  /// Acceptor and selectors, and a few to go on with a connection when its response is complete.
  private static QueuedThreadPool threads() {
    int always = 2 + BootConnector.selectors();
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

  private static BootConnector connector(Server server, Settings settings) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(MAX_REQUEST_HEAD);
    // RFC 9112 §3.2.2: a target with an authority goes before the Host header
    http.setHttpCompliance(
        HttpCompliance.RFC9110.with("bootbus", HttpCompliance.Violation.MISMATCHED_AUTHORITY));
    // both mean one thing to BootPath, which decodes each segment once
    http.setUriCompliance(
        UriCompliance.DEFAULT.with(
            "bootbus",
            UriCompliance.Violation.AMBIGUOUS_EMPTY_SEGMENT,
            UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING));
    BootConnector connector = new BootConnector(server, new HttpConnectionFactory(http));
    connector.setHost(settings.address.getAddress().getHostAddress());
    connector.setPort(settings.address.getPort());
    connector.setAcceptQueueSize(BACKLOG);
    connector.setIdleTimeout(settings.idleTimeout.toMillis());
    return connector;
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
    return connector.getLocalPort();
  }

  String totals() {
    return log.totals();
  }

  /// Waits until the server is closed.
  void await() throws InterruptedException {
    server.join();
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
    ConnectionLimit(int max, BootConnector connector) {
      super(max, connector);
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
