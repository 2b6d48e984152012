package dev.bootbus.tftp;

import dev.bootbus.content.ContentSource;
import dev.bootbus.content.DiskRoot;
import dev.bootbus.content.GeneratedFiles;
import dev.bootbus.content.GeneratedNames;
import dev.bootbus.content.OperatorsSearch;
import dev.bootbus.content.SerialFolders;
import dev.bootbus.content.SourceFlags;
import dev.bootbus.content.SourceOrder;
import dev.bootbus.runtime.LogText;
import dev.bootbus.runtime.Refusal;
import dev.bootbus.runtime.Running;
import dev.bootbus.runtime.ServiceFlags;
import dev.bootbus.runtime.Version;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.BusFlags;
import dev.bootbus.schema.BusSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Reads the configuration, puts the server together and runs it until it is told to stop.
@Command(
    name = "tftp-server",
    mixinStandardHelpOptions = true,
    version = "bootbus " + Version.OURS,
    showDefaultValues = true,
    sortOptions = false,
    description =
        "Serves boot files over TFTP: from a directory, a bucket or another server, or written by a"
            + " backend.",
    footer =
        "Each option can be set in the environment: --max-window is BOOTBUS_MAX_WINDOW, and --nats"
            + " is BOOTBUS_NATS_URL.")
public final class Main implements Callable<Integer> {
  private static final int MANAGEMENT_PORT = 9469;

  /// What one transfer may hold in memory.
  private static final int MAX_WINDOW_BYTES = 16 << 20;

  /// Half the block numbers, so that an old ACK cannot be taken for a new one.
  private static final int MAX_WINDOW = 32767;

  private static final int MAX_RETRIES = 20;
  private static final int MAX_TIMEOUT = 255;
  private static final int MAX_RATE = 1_000_000;

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
      description = "Address to serve on, and to answer from.")
  private String address;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "${env:BOOTBUS_PORT:-69}",
      description = "UDP port for requests; 0 takes a free one.")
  private int port;

  @Option(
      names = "--single-port",
      paramLabel = "on|off",
      defaultValue = "${env:BOOTBUS_SINGLE_PORT:-off}",
      description =
          "Whether files are sent from --port, too, instead of a port for each transfer; for NAT,"
              + " firewalls and Kubernetes Services.")
  private String singlePort = "";

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      defaultValue = "${env:BOOTBUS_ENGINE:-auto}",
      description = "How packets are sent: gso, mmsg or nio; auto takes the best there is.")
  private String engine = "";

  @Mixin private SourceFlags sources = new SourceFlags();

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
      defaultValue = "${env:BOOTBUS_GENERATED:-@ipxe,@pxelinux,@grub,@u-boot,@raspberry-pi}",
      description =
          "Names to ask a backend for if --root has no such file, with ? and *, or sets of them.")
  private List<String> generated;

  @Option(
      names = "--max-blksize",
      paramLabel = "BYTES",
      defaultValue = "${env:BOOTBUS_MAX_BLKSIZE:-1468}",
      description = "Largest block to agree to, 8 to 65464; 1468 fills an Ethernet frame.")
  private int maxBlksize;

  @Option(
      names = "--max-window",
      paramLabel = "BLOCKS",
      defaultValue = "${env:BOOTBUS_MAX_WINDOW:-64}",
      description = "Most blocks to send before an ACK, 1 to 32767.")
  private int maxWindow;

  @Option(
      names = "--max-transfers",
      paramLabel = "COUNT",
      defaultValue = "${env:BOOTBUS_MAX_TRANSFERS:-1024}",
      description = "Transfers under way at once.")
  private int maxTransfers;

  @Option(
      names = "--max-per-peer",
      paramLabel = "COUNT",
      defaultValue = "${env:BOOTBUS_MAX_PER_PEER:-256}",
      description = "Transfers under way at once for one address.")
  private int maxPerPeer;

  @Option(
      names = "--max-rate",
      paramLabel = "COUNT",
      defaultValue = "${env:BOOTBUS_MAX_RATE:-200}",
      description =
          "Requests of one address in a second, 0 to 1000000, and ten times that at once; 0 for any"
              + " number.")
  private int maxRate;

  @Option(
      names = "--rollover",
      paramLabel = "0|1",
      defaultValue = "${env:BOOTBUS_ROLLOVER:-0}",
      description = "Number of the block after 65535.")
  private int rollover;

  @Option(
      names = "--retries",
      paramLabel = "COUNT",
      defaultValue = "${env:BOOTBUS_RETRIES:-5}",
      description = "Times to send a window again before giving up, 0 to 20.")
  private int retries;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "${env:BOOTBUS_TIMEOUT:-1}",
      description =
          "Seconds, 1 to 255, until a window is sent again, as long as the client's pace is not"
              + " known; doubles up to eightfold. A client's own timeout option goes before.")
  private int timeout;

  private Main() {}

  public static void main(String... args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main()).setParameterExceptionHandler(Refusal.handler());
  }

  @Override
  public Integer call() throws InterruptedException {
    checkRanges();
    SourceOrder order = checked(sources::order);
    DiskRoot disk = order.has(SourceOrder.DISK) ? disk() : DiskRoot.none();
    GeneratedNames names = generatedNames();
    InetAddress local = localAddress();
    BusSettings settings = busSettings();
    Running running =
        checked(() -> Running.begin("tftp-server", service.settings(MANAGEMENT_PORT)));
    Bus bus = checked(() -> Bus.connect(settings.withMeters(running.meters()), running.busLog()));
    SourceOrder.Opened sources = checked(() -> open(order, bus, disk, names, running.meters()));
    Spans spans = new Spans(running.tracing());
    if (running.tracing().isOn()) {
      spans.traces().hear(bus, "tftp-server");
    }
    Journal journal = new Journal(bus::publish, running.meters(), spans);
    TftpServer server = bind(local, bus, journal);
    journal.measure(server, maxTransfers);
    running.requires(bus);
    running.readiness().require("socket", server::trouble);
    running.atEnd(server::close);
    running.atEnd(_ -> sources.close());
    running.atEnd(_ -> bus.close());
    running.ready(figures(server, disk, order), journal::totals);
    server.serve(sources.source());
    running.await();
    return CommandLine.ExitCode.OK;
  }

  private String figures(TftpServer server, DiskRoot disk, SourceOrder order) {
    return ("port=%d address=%s root=%s generated=%s sources=%s max-blksize=%d max-window=%d"
            + " engine=%s single-port=%s")
        .formatted(
            server.port(),
            address,
            LogText.of(disk.path().map(Path::toString).orElse("none")),
            LogText.of(String.join(",", generated)),
            LogText.of(order.toString()),
            maxBlksize,
            maxWindow,
            server.engine().key(),
            singlePort);
  }

  private static SourceOrder.Opened open(
      SourceOrder order, Bus bus, DiskRoot disk, GeneratedNames names, MeterRegistry meters) {
    return order.open(
        bus,
        meters,
        Map.of(
            SourceOrder.DISK,
            ContentSource.inOrder(List.of(disk, new SerialFolders(disk))),
            SourceOrder.GENERATED,
            new OperatorsSearch(disk, new GeneratedFiles(bus, names, order.maxGenerated()))),
        upstream -> upstream);
  }

  private void checkRanges() {
    require(0 <= port && port <= 65535, "--port must be 0 to 65535");
    require(
        Negotiation.MIN_BLKSIZE <= maxBlksize && maxBlksize <= Negotiation.MAX_BLKSIZE,
        "--max-blksize must be 8 to 65464 (RFC 2348)");
    require(1 <= maxWindow && maxWindow <= MAX_WINDOW, "--max-window must be 1 to " + MAX_WINDOW);
    require(
        (long) maxBlksize * maxWindow <= MAX_WINDOW_BYTES,
        "--max-blksize times --max-window must be at most 16 MiB, the memory of one transfer");
    require(maxTransfers >= 1, "--max-transfers must be 1 or more");
    require(maxPerPeer >= 1, "--max-per-peer must be 1 or more");
    require(0 <= maxRate && maxRate <= MAX_RATE, "--max-rate must be 0 to " + MAX_RATE);
    require(rollover == 0 || rollover == 1, "--rollover must be 0 or 1");
    require(Set.of("on", "off").contains(singlePort), "--single-port must be on or off");
    require(
        Stream.of(Network.Engine.values()).anyMatch(known -> known.key().equals(engine)),
        "--engine must be auto, gso, mmsg or nio");
    require(0 <= retries && retries <= MAX_RETRIES, "--retries must be 0 to " + MAX_RETRIES);
    require(1 <= timeout && timeout <= MAX_TIMEOUT, "--timeout must be 1 to " + MAX_TIMEOUT);
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
    BusSettings settings = checked(() -> bus.settings("tftp-server"));
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

  private TftpServer bind(InetAddress local, Bus bus, Journal journal) {
    Patience patience = Patience.growing(Duration.ofSeconds(timeout));
    Negotiation.Limits limits = new Negotiation.Limits(maxBlksize, maxWindow, patience);
    Transfer.Terms terms =
        new Transfer.Terms(limits, rollover == 0 ? Rollover.TO_0 : Rollover.TO_1, retries);
    Network.Settings network =
        new Network.Settings(
            new InetSocketAddress(local, port),
            Network.Engine.valueOf(engine.toUpperCase(Locale.ROOT)),
            singlePort.equals("on"));
    try {
      return TftpServer.bind(
          new TftpServer.Settings(network, terms, maxTransfers, maxPerPeer, maxRate), journal);
    } catch (IOException e) {
      bus.close();
      throw new ParameterException(
          spec.commandLine(), Refusal.ofPort("UDP", port, address, e, "--port"));
    }
  }
}
