package dev.bootbus.http;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.bootbus.content.ContentSource;
import dev.bootbus.content.DiskRoot;
import dev.bootbus.content.GeneratedFiles;
import dev.bootbus.content.GeneratedNames;
import dev.bootbus.content.ObjectBucket;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.BusSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.server.RequestLog;
import org.slf4j.LoggerFactory;

/// A server on a free port of the loopback, with a directory to fill and its log lines to read.
final class Served implements AutoCloseable {
  /// Nobody listens there, so every question fails at once.
  private static final Bus NO_BUS =
      Bus.connect(BusSettings.of("test").withServers("nats://127.0.0.1:1"), state -> {});

  /// Makes every file look as if it had not changed for an hour.
  private static final InstantSource LATER = () -> Instant.now().plusSeconds(3600);

  private final Path root;
  private final BootHttpServer server;
  private final Logger logger = (Logger) LoggerFactory.getLogger("http-server");
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  private Served(Path root, BootHttpServer server) {
    this.root = root;
    this.server = server;
    log.start();
    logger.setLevel(Level.INFO);
    logger.setAdditive(false);
    logger.addAppender(log);
  }

  static Served from(Path root) throws Exception {
    return from(root, NO_BUS);
  }

  static Served from(Path root, Bus bus) throws Exception {
    return from(root, bus, patient(100), List.of());
  }

  /// One that tells what happens.
  static Served telling(Path root, Bus bus) throws Exception {
    return from(root, bus, patient(100), List.of(new BootEvents(bus::publish)));
  }

  static BootHttpServer.Settings patient(int maxConnections) {
    return settings(maxConnections, Duration.ofSeconds(30), Duration.ofSeconds(10));
  }

  static BootHttpServer.Settings settings(int max, Duration idle, Duration trickle) {
    return settings(max, idle, trickle, 0, true, LATER);
  }

  private static BootHttpServer.Settings settings(
      int max, Duration idle, Duration trickle, long rate, boolean listings, InstantSource clock) {
    InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return new BootHttpServer.Settings(
        loopback,
        Optional.empty(),
        max,
        idle,
        trickle,
        rate,
        listings,
        true,
        new SimpleMeterRegistry(),
        clock);
  }

  private static BootHttpServer.Settings patient(long rate, boolean listings, InstantSource clock) {
    BootHttpServer.Settings s = patient(100);
    return settings(
        s.maxConnections(), s.idleTimeout(), s.trickleInterval(), rate, listings, clock);
  }

  /// One that asks this source where the directory has no such file.
  static Served from(Path root, ContentSource beyond) throws Exception {
    return from(root, beyond, patient(100));
  }

  static Served from(Path root, ContentSource beyond, BootHttpServer.Settings settings)
      throws Exception {
    DiskRoot disk = DiskRoot.at(root);
    ContentSource source = ContentSource.inOrder(List.of(disk, beyond));
    return new Served(root, BootHttpServer.bind(settings, disk, source, nobody(), List.of()));
  }

  /// One whose sources are asked in this order, which does not begin with the directory.
  static Served inOrder(Path root, ContentSource... sources) throws Exception {
    BootHttpServer.Settings s = patient(100);
    BootHttpServer.Settings settings =
        new BootHttpServer.Settings(
            s.address(),
            s.tls(),
            s.maxConnections(),
            s.idleTimeout(),
            s.trickleInterval(),
            s.ratePerClient(),
            s.listings(),
            false,
            new SimpleMeterRegistry(),
            s.clock());
    ContentSource source = ContentSource.inOrder(List.of(sources));
    return new Served(
        root, BootHttpServer.bind(settings, DiskRoot.at(root), source, nobody(), List.of()));
  }

  /// One with an upstream.
  static Served mirroring(Path root, Mirrors mirrors) throws Exception {
    DiskRoot disk = DiskRoot.at(root);
    ContentSource source = ContentSource.inOrder(List.of(disk, mirrors.source()));
    return new Served(
        root,
        BootHttpServer.bind(
            patient(100), disk, source, nobody(), List.of(), mirrors.mirroring()::around));
  }

  /// No machine is known.
  private static MachineRequests nobody() {
    return new MachineRequests(
        new WhoIs(NO_BUS), OverlayBucket.of(NO_BUS, OverlayBucket.NAME), 1, TrustedProxies.NONE);
  }

  /// With the true time, so that a file can be too new to be kept in memory.
  static Served inRealTime(Path root) throws Exception {
    return from(root, patient(0, true, InstantSource.system()));
  }

  /// @param rate bytes per second of each client
  static Served paced(Path root, long rate) throws Exception {
    return from(root, patient(rate, true, LATER));
  }

  static Served withoutListings(Path root) throws Exception {
    return from(root, patient(0, false, LATER));
  }

  /// One that serves HTTPS, too.
  static Served secure(Path root, Tls.Settings tls, BootHttpServer.Settings s) throws Exception {
    return from(
        root,
        new BootHttpServer.Settings(
            s.address(),
            Optional.of(tls),
            s.maxConnections(),
            s.idleTimeout(),
            s.trickleInterval(),
            s.ratePerClient(),
            s.listings(),
            s.diskFirst(),
            s.meters(),
            s.clock()));
  }

  static Served from(Path root, BootHttpServer.Settings settings) throws Exception {
    return from(root, NO_BUS, settings, List.of());
  }

  private static Served from(
      Path root, Bus bus, BootHttpServer.Settings settings, List<RequestLog> logs)
      throws Exception {
    return from(root, bus, settings, logs, TrustedProxies.NONE);
  }

  static final int MAX_UPLOAD = 1 << 20;

  /// One for each bus: jnats remembers for the whole JVM what it has learnt of a stream, by name.
  static String bucket(Bus bus) {
    return "test-" + System.identityHashCode(bus);
  }

  /// One that is behind these proxies, and tells what happens.
  static Served behind(TrustedProxies proxies, Path root, Bus bus) throws Exception {
    return from(root, bus, patient(100), List.of(new BootEvents(bus::publish)), proxies);
  }

  private static Served from(
      Path root,
      Bus bus,
      BootHttpServer.Settings settings,
      List<RequestLog> logs,
      TrustedProxies proxies)
      throws Exception {
    GeneratedNames names = GeneratedNames.of(List.of("main.ipxe", "boot.ipxe", "@machine"));
    DiskRoot disk = DiskRoot.at(root);
    WhoIs whoIs = new WhoIs(bus);
    String bucket = bucket(bus);
    ContentSource source =
        ContentSource.inOrder(
            List.of(
                disk,
                new Overlays(whoIs, ObjectBucket.of(bus, bucket), disk),
                new GeneratedFiles(bus, names)));
    MachineRequests machines =
        new MachineRequests(whoIs, OverlayBucket.of(bus, bucket), MAX_UPLOAD, proxies);
    return new Served(root, BootHttpServer.bind(settings, disk, source, machines, logs));
  }

  /// Writes a file with a Last-Modified that does not change from run to run.
  Path put(String name, byte[] content) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-02T03:04:05Z")));
    return file;
  }

  int port() {
    return server.port();
  }

  int tlsPort() {
    return server.tlsPort().orElseThrow();
  }

  String url(String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  String totals() {
    return server.totals();
  }

  List<String> log() {
    synchronized (log) {
      return List.copyOf(log.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
  }

  @Override
  public void close() {
    server.close();
    logger.detachAppender(log);
  }
}
