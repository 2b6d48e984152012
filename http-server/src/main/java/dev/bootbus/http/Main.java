package dev.bootbus.http;

import dev.bootbus.content.ContentSource;
import dev.bootbus.content.DiskRoot;
import dev.bootbus.content.GeneratedFiles;
import dev.bootbus.content.GeneratedNames;
import dev.bootbus.content.ObjectBucket;
import dev.bootbus.content.OperatorsSearch;
import dev.bootbus.content.SerialFolders;
import dev.bootbus.content.SourceFlags;
import dev.bootbus.content.SourceOrder;
import dev.bootbus.runtime.LogText;
import dev.bootbus.runtime.Refusal;
import dev.bootbus.runtime.Running;
import dev.bootbus.runtime.ServiceFlags;
import dev.bootbus.runtime.Version;
import dev.bootbus.runtime.tracing.AddressTraces;
import dev.bootbus.runtime.tracing.Tracing;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.BusFlags;
import dev.bootbus.schema.BusSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.RequestLog;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Reads the configuration, puts the server together and runs it until it is told to stop.
@Command(
    name = "http-server",
    mixinStandardHelpOptions = true,
    version = "bootbus " + Version.OURS,
    showDefaultValues = true,
    sortOptions = false,
    description =
        "Serves boot files over HTTP: from a directory, a bucket or another server, or written by a"
            + " backend.",
    footer = "Each option can be set in the environment: --http-port is BOOTBUS_HTTP_PORT.")
public final class Main implements Callable<Integer> {
  private static final int MANAGEMENT_PORT = 9480;

  /// Virtual threads hold their carrier while they read a file, and there are only as many carriers
  /// as cores by default: two cold files would keep every other request waiting.
  private static final String CARRIERS = "jdk.virtualThreadScheduler.parallelism";

  private static final int MIN_CARRIERS = 8;
  private static final int MAX_IDLE_TIMEOUT = 3600;

  /// So that each of 64 connections of one address is still faster than what [TrickleWatch] ends.
  private static final long MIN_RATE = 64 * TrickleWatch.BYTES_PER_SECOND;
  private static final int MAX_UPLOAD = 1024;

  @Spec private CommandSpec spec;

  @Option(
      names = "--root",
      paramLabel = "DIR",
      defaultValue = "${env:BOOTBUS_ROOT:-./public}",
      description = "Directory of the files to serve. Must exist where disk is among --sources.")
  private Path root;

  @Option(
      names = "--address",
      paramLabel = "IP",
      defaultValue = "${env:BOOTBUS_ADDRESS:-0.0.0.0}",
      description = "Address to serve on.")
  private String address;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      defaultValue = "${env:BOOTBUS_HTTP_PORT:-80}",
      description = "TCP port to serve on; 0 takes a free one.")
  private int port;

  @Mixin private SourceFlags sources = new SourceFlags();

  @Mixin private TlsFlags tls = new TlsFlags();

  @Mixin private BusFlags bus = new BusFlags();

  @Mixin private ServiceFlags service = new ServiceFlags();

  @Option(
      names = "--file-subject",
      paramLabel = "SUBJECT",
      defaultValue = "${env:BOOTBUS_FILE_SUBJECT:-bootbus.v1.file}",
      description = "Subject on which backends are asked for generated files.")
  private String fileSubject;

  @Option(
      names = "--generated",
      paramLabel = "NAME",
      split = ",",
      defaultValue =
          "${env:BOOTBUS_GENERATED:-@ipxe,@pxelinux,@grub,@u-boot,@raspberry-pi,@machine}",
      description =
          "Names to ask a backend for if --root has no such file, with ? and *, or sets of them.")
  private List<String> generated;

  enum Switch {
    on,
    off
  }

  @Option(
      names = "--listings",
      paramLabel = "on|off",
      defaultValue = "${env:BOOTBUS_LISTINGS:-on}",
      description = "Whether directories are listed.")
  private Switch listings;

  @Option(
      names = "--trusted-proxies",
      paramLabel = "CIDR",
      split = ",",
      defaultValue = "${env:BOOTBUS_TRUSTED_PROXIES:-}",
      description = "Peers whose Forwarded or X-Forwarded-For says who the client is.")
  private List<String> trustedProxies = List.of();

  @Option(
      names = "--max-upload",
      paramLabel = "MIB",
      defaultValue = "${env:BOOTBUS_MAX_UPLOAD:-64}",
      description = "Largest overlay that a machine may store, 1 to 1024 MiB.")
  private int maxUpload;

  @Option(
      names = "--max-connections",
      paramLabel = "COUNT",
      defaultValue = "${env:BOOTBUS_MAX_CONNECTIONS:-1024}",
      description = "Connections open at once; more wait in the system's backlog.")
  private int maxConnections;

  @Option(
      names = "--idle-timeout",
      paramLabel = "SECONDS",
      defaultValue = "${env:BOOTBUS_IDLE_TIMEOUT:-60}",
      description = "Seconds, 1 to 3600, until a connection on which nothing moves is closed.")
  private int idleTimeout;

  @Option(
      names = "--rate-per-client",
      paramLabel = "BYTES",
      defaultValue = "${env:BOOTBUS_RATE_PER_CLIENT:-0}",
      description = "Bytes per second, 65536 or more, that one address is sent; 0 for no bound.")
  private long ratePerClient;

  @Mixin private MirrorFlags mirroring = new MirrorFlags();

  private Main() {}

  public static void main(String... args) {
    if (System.getProperty(CARRIERS) == null) {
      int carriers = Math.max(MIN_CARRIERS, Runtime.getRuntime().availableProcessors());
      System.setProperty(CARRIERS, String.valueOf(carriers));
    }
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main()).setParameterExceptionHandler(Refusal.handler());
  }

  @Override
  public Integer call() throws InterruptedException {
    checkRanges();
    Optional<Tls.Settings> tlsSettings = checked(tls::settings);
    InetAddress local = localAddress();
    SourceOrder order = checked(sources::order);
    DiskRoot disk = order.has(SourceOrder.DISK) ? disk() : DiskRoot.none();
    GeneratedNames names = generatedNames();
    BusSettings settings = busSettings();
    TrustedProxies proxies = proxies();
    Mirroring mirrored = checked(() -> mirroring.of(order));
    Running running =
        checked(() -> Running.begin("http-server", service.settings(MANAGEMENT_PORT)));
    mirrored.measure(running.meters());
    Bus bus = checked(() -> Bus.connect(settings.withMeters(running.meters()), running.busLog()));
    SourceOrder.Opened sources =
        checked(() -> open(order, bus, disk, names, mirrored, running.meters()));
    WhoIs whoIs = new WhoIs(bus);
    OverlayBucket bucket = OverlayBucket.of(bus, OverlayBucket.NAME);
    ContentSource overlays =
        new Overlays(whoIs, ObjectBucket.of(bus, OverlayBucket.NAME), sources.source());
    Optional<Spans> spans = spans(running.tracing(), bus);
    BootHttpServer server =
        bind(
            settings(local, tlsSettings, order, running.meters()),
            disk,
            ContentSource.inOrder(List.of(overlays, sources.source())),
            new MachineRequests(whoIs, bucket, (long) maxUpload << 20, proxies),
            logs(settings, bus, spans),
            spans.isPresent()
                ? (files, threads) -> spans.get().around(mirrored.around(files, threads))
                : mirrored::around);
    running.requires(bus);
    running.readiness().require("sockets", server::trouble);
    running.atEnd(server::close);
    running.atEnd(_ -> sources.close());
    running.atEnd(_ -> mirrored.stopped());
    running.atEnd(_ -> bus.close());
    running.ready(figures(server, disk, order), server::totals);
    running.await();
    return CommandLine.ExitCode.OK;
  }

  private String figures(BootHttpServer server, DiskRoot disk, SourceOrder order) {
    return "port=%d%s address=%s root=%s generated=%s sources=%s max-connections=%d idle-timeout=%d"
        .formatted(
            server.port(),
            server.tlsPort().isPresent() ? " https-port=" + server.tlsPort().getAsInt() : "",
            localAddress().getHostAddress(),
            LogText.of(disk.path().map(Path::toString).orElse("none")),
            LogText.of(String.join(",", generated)),
            LogText.of(order.toString()),
            maxConnections,
            idleTimeout);
  }

  private static SourceOrder.Opened open(
      SourceOrder order,
      Bus bus,
      DiskRoot disk,
      GeneratedNames names,
      Mirroring mirrored,
      MeterRegistry meters) {
    return order.open(
        bus,
        meters,
        Map.of(
            SourceOrder.DISK,
            ContentSource.inOrder(List.of(disk, new SerialFolders(disk))),
            SourceOrder.GENERATED,
            new OperatorsSearch(disk, new GeneratedFiles(bus, names, order.maxGenerated()))),
        mirrored::through);
  }

  private void checkRanges() {
    require(0 <= port && port <= 65535, "--http-port must be 0 to 65535");
    require(maxConnections >= 1, "--max-connections must be 1 or more");
    require(
        1 <= idleTimeout && idleTimeout <= MAX_IDLE_TIMEOUT, "--idle-timeout must be 1 to 3600");
    require(
        ratePerClient == 0 || ratePerClient >= MIN_RATE,
        "--rate-per-client must be 0, or " + MIN_RATE + " or more");
    require(1 <= maxUpload && maxUpload <= MAX_UPLOAD, "--max-upload must be 1 to " + MAX_UPLOAD);
    require(fileSubject.matches("[^\\s*>]+"), "--file-subject must be a subject without wildcards");
  }

  private void require(boolean met, String otherwise) {
    if (!met) {
      throw new ParameterException(spec.commandLine(), otherwise);
    }
  }

  private InetAddress localAddress() {
    try {
      return InetAddress.ofLiteral(address);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(), "--address must be an IP address, not " + address);
    }
  }

  private TrustedProxies proxies() {
    try {
      return TrustedProxies.parse(trustedProxies);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--trusted-proxies: " + e.getMessage());
    }
  }

  private DiskRoot disk() {
    try {
      return DiskRoot.at(root);
    } catch (IOException e) {
      throw new ParameterException(
          spec.commandLine(),
          "cannot serve from " + root + ": not a directory that can be read; name one with --root");
    }
  }

  private GeneratedNames generatedNames() {
    try {
      return GeneratedNames.of(generated);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--generated " + e.getMessage());
    }
  }

  private BusSettings busSettings() {
    BusSettings settings = checked(() -> bus.settings("http-server"));
    return checked(() -> settings.withSubjects(settings.subjects().withFile(fileSubject)));
  }

  /// What is wrong with a setting is the operator's mistake.
  private <T> T checked(Supplier<T> step) {
    try {
      return step.get();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
    }
  }

  private static Optional<Spans> spans(Tracing tracing, Bus bus) {
    if (!tracing.isOn()) {
      return Optional.empty();
    }
    Spans spans = new Spans(tracing, new AddressTraces());
    spans.traces().hear(bus, "http-server");
    return Optional.of(spans);
  }

  /// None where events and traces are off, so that they cost no request anything.
  private static List<RequestLog> logs(BusSettings settings, Bus bus, Optional<Spans> spans) {
    List<RequestLog> logs = new ArrayList<>();
    if (settings.events()) {
      logs.add(new BootEvents(bus::publish));
    }
    spans.ifPresent(logs::add);
    return logs;
  }

  private BootHttpServer.Settings settings(
      InetAddress local,
      Optional<Tls.Settings> tlsSettings,
      SourceOrder order,
      MeterRegistry meters) {
    return new BootHttpServer.Settings(
        new InetSocketAddress(local, port),
        tlsSettings,
        maxConnections,
        Duration.ofSeconds(idleTimeout),
        BootHttpServer.Settings.DEFAULT_TRICKLE_INTERVAL,
        ratePerClient,
        listings == Switch.on,
        order.beginsWith(SourceOrder.DISK),
        meters,
        InstantSource.system());
  }

  private BootHttpServer bind(
      BootHttpServer.Settings settings,
      DiskRoot disk,
      ContentSource source,
      MachineRequests machines,
      List<RequestLog> logs,
      BiFunction<Handler, Executor, Handler> around) {
    try {
      return BootHttpServer.bind(settings, disk, source, machines, logs, around);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
    } catch (BootHttpServer.PortException e) {
      throw new ParameterException(
          spec.commandLine(),
          Refusal.ofPort(
              "TCP", e.port(), address, e, e.port() == port ? "--http-port" : "--https-port"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
