package dev.bootbus.probe.load;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import dev.bootbus.probe.Report;
import dev.bootbus.probe.boot.As;
import dev.bootbus.probe.boot.Fetchers;
import dev.bootbus.probe.boot.Hardware;
import dev.bootbus.probe.boot.Inquiry;
import dev.bootbus.probe.dhcp.Link;
import dev.bootbus.probe.dhcp.LinkOptions;
import dev.bootbus.probe.dhcp.Patience;
import dev.bootbus.runtime.terminal.Terminal;
import dev.bootbus.schema.MacAddress;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `bootbus-probe load`.
@Command(
    name = "load",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    sortOptions = false,
    usageHelpWidth = 100,
    description = {
      "A boot storm: so many machines walk from DISCOVER to a kernel, each looked after.",
      "Exit code: 0 all have booted, 1 not all, 2 the command line is wrong, 3 nobody answers."
    })
public final class LoadCommand implements Callable<Integer> {
  private static final int MOST_AT_ONCE = 8192;
  private static final int HOUR = 3600;
  private static final int MOST_PORT = 65_535;
  private static final int MOST_FILES = 16;
  private static final Set<String> SCHEMES = Set.of("tftp", "http", "https");
  private static final Duration GRACE = Duration.ofSeconds(20);

  private final CountDownLatch printed = new CountDownLatch(1);

  @Spec private @Nullable CommandSpec spec;

  @Mixin private LinkOptions link = new LinkOptions();

  @Option(
      names = "--as",
      defaultValue = "${env:BOOTBUS_PROBE_AS:-uefi}",
      paramLabel = "MACHINE",
      description = "What each of them is, as in boot: ${COMPLETION-CANDIDATES}.")
  private As as = As.UEFI;

  @Option(
      names = "--tftp-port",
      defaultValue = "${env:BOOTBUS_PROBE_TFTP_PORT:-69}",
      paramLabel = "PORT",
      description = "UDP port of TFTP servers whose URL names none, 1 to 65535.")
  private int tftpPort;

  @Option(
      names = "--clients",
      defaultValue = "${env:BOOTBUS_PROBE_CLIENTS:-100}",
      paramLabel = "N",
      description = "Machines, 1 to 100000.")
  private int clients;

  @Option(
      names = "--ramp",
      defaultValue = "${env:BOOTBUS_PROBE_RAMP:-10}",
      paramLabel = "SECONDS",
      description = "From the first one's power switch to the last one's, 0 to 3600.")
  private int ramp;

  @Option(
      names = "--at-once",
      defaultValue = "${env:BOOTBUS_PROBE_AT_ONCE:-256}",
      paramLabel = "N",
      description = "Machines on their way at a time, 1 to 8192; the next ones wait.")
  private int atOnce;

  @Option(
      names = "--timeout",
      defaultValue = "${env:BOOTBUS_PROBE_TIMEOUT:-300}",
      paramLabel = "SECONDS",
      description = "For the whole way of each machine, 1 to 3600.")
  private int timeout;

  @Option(
      names = "--offers",
      defaultValue = "${env:BOOTBUS_PROBE_OFFERS:-0}",
      paramLabel = "MILLISECONDS",
      description =
          "How long each waits for further offers, 0 to 10000; beside a ProxyDHCP server give it"
              + " some hundred.")
  private int offers;

  @Option(
      names = "--mac-prefix",
      defaultValue = "${env:BOOTBUS_PROBE_MAC_PREFIX:-02:b0:07}",
      paramLabel = "BYTES",
      description = "First bytes of the hardware addresses, 1 to 5.")
  private String prefix = "";

  @Option(
      names = "--seed",
      defaultValue = "${env:BOOTBUS_PROBE_SEED:-0}",
      paramLabel = "N",
      description = "The other bytes of the first one's; the others follow.")
  private long seed;

  @Option(
      names = "--files",
      defaultValue = "${env:BOOTBUS_PROBE_FILES}",
      split = ",",
      paramLabel = "URL",
      description =
          "tftp: or http: files that each fetches once it has an address, in the place of what it"
              + " is told to boot; repeatable, at most 16.")
  private List<URI> files = new ArrayList<>();

  @Option(
      names = "--release",
      defaultValue = "${env:BOOTBUS_PROBE_RELEASE:-on}",
      paramLabel = "on|off",
      description = "Whether they give their addresses back at the end.")
  private String release = "on";

  @Option(names = "--json", description = "One JSON document in the place of the table.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Fleet fleet = fleet();
    Storm.Shape shape =
        new Storm.Shape(
            Duration.ofSeconds(within("--ramp", ramp, 0, HOUR)),
            within("--at-once", atOnce, 1, MOST_AT_ONCE),
            Duration.ofSeconds(within("--timeout", timeout, 1, HOUR)));
    boolean releases = releases();
    int tftp = within("--tftp-port", tftpPort, 1, MOST_PORT);
    Patience patience =
        new Patience(
            Patience.OF_FIRMWARE.first(),
            Patience.OF_FIRMWARE.longest(),
            Patience.OF_FIRMWARE.tries(),
            Duration.ofMillis(within("--offers", offers, 0, 10_000)));
    checkFiles();
    Tally tally = new Tally();
    try (Link servers = link.open();
        Fetchers fetchers = new Fetchers(Optional.empty(), tftp)) {
      Ground ground = new Ground(servers, as, patience, fetchers, new Ledger(), tally);
      Boot boot = files.isEmpty() ? new WalkBoot(ground) : new FilesBoot(ground, files);
      Storm storm = new Storm(fleet, shape, boot, tally);
      long began = System.nanoTime();
      endOnInterrupt(storm);
      Optional<Progress> progress = Progress.of(tally, err(), Terminal.ofEnvironment());
      storm.run();
      progress.ifPresent(Progress::close);
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      explain(storm, servers, tally);
      int released = releases ? Machines.release(servers, as, storm.leases()) : 0;
      return print(Summary.of(clients, tally, took, released));
    }
  }

  /// Looks around once, as `boot` does, for one of the machines that nobody answered.
  private void explain(Storm storm, Link servers, Tally tally) throws InterruptedException {
    if (storm.silent().isEmpty()) {
      return;
    }
    Inquiry inquiry = Inquiry.on(servers, link.servers().stream().findFirst(), tftpPort);
    Finding silence = new Finding(Cause.NO_OFFER, "");
    Hardware machine = Machines.hardware(storm.silent().get());
    Finding found = inquiry.intoSilence(as.first(), machine, silence);
    tally.explain(
        found.cause() == Cause.FORWARDS_LATE
            ? new Finding(Cause.NO_OFFER, found.detail() + ": it had too much to do")
            : found);
  }

  /// Ctrl-C: no more machines are switched on, and those that have an address give it back.
  private void endOnInterrupt(Storm storm) {
    Thread ender =
        new Thread(
            () -> {
              storm.end();
              try {
                printed.await(GRACE.toSeconds(), TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                // the system does not wait either
              }
            },
            "end-storm");
    Runtime.getRuntime().addShutdownHook(ender);
  }

  private int print(Summary summary) {
    PrintWriter out = command().getOut();
    if (json) {
      out.println(summary.json().toPrettyString());
    } else {
      summary.lines().forEach(out::println);
    }
    out.flush();
    printed.countDown();
    if (summary.allBooted()) {
      return Report.OK;
    }
    return summary.silence() ? Report.SILENCE : Report.BROKEN;
  }

  private Fleet fleet() {
    try {
      return new Fleet(clients, MacAddress.parse(prefix), seed);
    } catch (IllegalArgumentException e) {
      throw refused("--clients, --mac-prefix: " + e.getMessage());
    }
  }

  private boolean releases() {
    return switch (release) {
      case "on" -> true;
      case "off" -> false;
      default -> throw refused("--release is on or off, not " + release);
    };
  }

  private void checkFiles() {
    if (files.size() > MOST_FILES) {
      throw refused("--files: at most " + MOST_FILES);
    }
    for (URI file : files) {
      if (file.getHost() == null || !SCHEMES.contains(String.valueOf(file.getScheme()))) {
        throw refused("--files: neither a tftp: nor an http: URL: " + file);
      }
    }
  }

  private int within(String flag, int value, int least, int most) {
    if (value < least || value > most) {
      throw refused("%s is %d to %d, not %d".formatted(flag, least, most, value));
    }
    return value;
  }

  private ParameterException refused(String why) {
    return new ParameterException(command(), why);
  }

  private PrintWriter err() {
    return command().getErr();
  }

  private CommandLine command() {
    return Objects.requireNonNull(spec).commandLine();
  }
}
