package dev.bootbus.probe.boot;

import dev.bootbus.probe.boot.Onlooker.Clues;
import dev.bootbus.probe.dhcp.Link;
import dev.bootbus.probe.dhcp.LinkOptions;
import dev.bootbus.probe.dhcp.Patience;
import dev.bootbus.runtime.terminal.Terminal;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.MacAddress;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.Inet4Address;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `bootbus-probe boot`
@Command(
    name = "boot",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 100,
    description = {
      "Takes the walk of a machine from DISCOVER to a kernel, and names the first link that is broken.",
      "Nothing is started, and nothing on this machine is changed."
    },
    footer = {
      "",
      "Exit code: 0 it boots, 1 it does not, 2 the command line is wrong, 3 nobody answers."
    })
public final class BootCommand implements Callable<Integer> {
  private static final int MAX_PORT = 65535;
  private static final int MAX_TIMEOUT = 3600;
  private static final String TOKEN_FILE = "BOOTBUS_API_TOKEN_FILE";

  @Spec private @Nullable CommandSpec command;

  @Mixin private MachineOptions machine = new MachineOptions();

  @Mixin private LinkOptions way = new LinkOptions();

  @Option(
      names = "--tftp-port",
      paramLabel = "PORT",
      defaultValue = "${env:BOOTBUS_PROBE_TFTP_PORT:-69}",
      description = "UDP port of TFTP servers (default: 69).")
  private int tftpPort;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "${env:BOOTBUS_PROBE_TIMEOUT:-300}",
      description = "For the whole walk (default: 300).")
  private int timeout;

  @Option(
      names = "--sha256",
      paramLabel = "FILE",
      description = "What files should be, as sha256sum writes it; names count from their end.")
  private @Nullable Path sha256;

  @Option(
      names = "--api",
      paramLabel = "URL",
      description =
          "REST API of kernel-backend, whose catalogue says what files should be. Its token is in"
              + " the file BOOTBUS_API_TOKEN_FILE, if it wants one.")
  private @Nullable URI api;

  @Option(
      names = "--compare",
      paramLabel = "MAC",
      description =
          "A machine that boots. It is asked for where nobody answers, which tells a server that"
              + " hangs from one that does not know this machine.")
  private @Nullable String compare;

  @Option(
      names = "--expect",
      paramLabel = "ADDRESS",
      description =
          "Where a DHCP server should be: looked at where nobody answers (default: --server).")
  private @Nullable Inet4Address expect;

  @Option(
      names = "--nats",
      paramLabel = "URL",
      description =
          "The bus of our servers: where nobody answers, they tell there why. What"
              + " BOOTBUS_NATS_USER and the like say counts too.")
  private @Nullable String nats;

  @Option(names = "--json", description = "One JSON document, and nothing else.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    Terminal terminal = Terminal.ofEnvironment();
    CommandSpec spec = Objects.requireNonNull(command);
    PrintWriter out = spec.commandLine().getOut();
    check(tftpPort > 0 && tftpPort <= MAX_PORT, "--tftp-port is 1 to 65535");
    check(timeout > 0 && timeout <= MAX_TIMEOUT, "--timeout is 1 to 3600");
    Hardware hardware = machine.hardware();
    Walker.Settings settings =
        new Walker.Settings(
            Patience.OF_AN_OPERATOR,
            Optional.empty(),
            tftpPort,
            Duration.ofSeconds(timeout),
            checksums(),
            machine.isInvented());
    try (Link link = way.open()) {
      Picture picture = new Picture(out, terminal);
      if (!json) {
        picture.begin(machine.as(), hardware, link.label());
      }
      Inquiry inquiry = new Onlooker(link, clues(link));
      Walk walk =
          Walker.walk(
              link, machine.as(), hardware, settings, inquiry, json ? _ -> {} : picture::step);
      if (json) {
        out.println(WalkJson.of(walk));
      } else {
        picture.end(walk);
      }
      out.flush();
      return walk.exitCode();
    }
  }

  private Clues clues(Link link) {
    return new Clues(
        Optional.ofNullable(compare).map(this::mac),
        Optional.ofNullable(expect).or(() -> way.servers().stream().findFirst()),
        Clues.host(link),
        Optional.ofNullable(nats).map(this::witness),
        tftpPort);
  }

  private MacAddress mac(String text) {
    try {
      return MacAddress.parse(text);
    } catch (IllegalArgumentException e) {
      throw refused("--compare: " + e.getMessage());
    }
  }

  private BusWitness witness(String url) {
    try {
      return new BusWitness(
          BusSettings.from("bootbus-probe", System.getenv()).withServers(url).withEvents(false));
    } catch (IllegalArgumentException e) {
      throw refused("--nats: " + e.getMessage());
    }
  }

  private Checksums checksums() throws InterruptedException {
    Checksums sums = Checksums.NONE;
    try {
      if (api != null) {
        Optional<Path> token = Optional.ofNullable(System.getenv(TOKEN_FILE)).map(Path::of);
        sums = new Catalogue(api, token).checksums();
      }
    } catch (IOException | IllegalArgumentException e) {
      throw refused("--api: " + e);
    }
    try {
      return sha256 == null ? sums : sums.and(Checksums.read(sha256));
    } catch (IOException e) {
      throw refused("--sha256: " + e);
    }
  }

  private void check(boolean good, String otherwise) {
    if (!good) {
      throw refused(otherwise);
    }
  }

  private ParameterException refused(String why) {
    return new ParameterException(Objects.requireNonNull(command).commandLine(), why);
  }
}
