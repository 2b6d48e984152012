package dev.bootbus.dhcp;

import dev.bootbus.dhcp.DhcpServer.Port;
import dev.bootbus.schema.AnswerCache;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.BusFlags;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.DhcpRequest.Mode;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// The process: reads the command line, opens the sockets, connects to the bus, serves.
@Command(
    name = "dhcp-server",
    mixinStandardHelpOptions = true,
    version = "bootbus 0.1.0-SNAPSHOT",
    showDefaultValues = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    usageHelpWidth = 100,
    description = "Answers DHCP, or ProxyDHCP beside another DHCP server, as a backend says.",
    footer = {
      "Every option has an environment variable too: BOOTBUS_HTTP_PORT for --http-port, and so on;",
      "BOOTBUS_NATS_URL for --nats. One that is repeatable takes all its values there, with spaces",
      "between them."
    })
public final class Main implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger("dhcp-server");

  @Mixin private ListenFlags listen = new ListenFlags();

  @Option(
      names = "--mode",
      paramLabel = "dhcp|proxy",
      defaultValue = "${env:BOOTBUS_MODE:-dhcp}",
      description = {
        "dhcp: give addresses, and tell firmware what to boot.",
        "proxy: only the latter, beside another DHCP server."
      })
  private Mode mode = Mode.DHCP;

  @Mixin private BusFlags bus = new BusFlags();

  @Option(
      names = "--subject",
      paramLabel = "NAME",
      defaultValue = "${env:BOOTBUS_SUBJECT:-bootbus.v1.dhcp}",
      description = "Bus subject on which backends answer.")
  private String subject = "";

  @Option(
      names = "--deadline-ms",
      paramLabel = "MS",
      defaultValue = "${env:BOOTBUS_DEADLINE_MS:-800}",
      description = "How long to wait for a backend, in milliseconds.")
  private int deadlineMillis;

  @Option(
      names = "--dhcp-type",
      paramLabel = "TYPE",
      defaultValue = "${env:BOOTBUS_DHCP_TYPE:-}",
      description = "CloudEvents type of requests, where a backend insists on one.")
  private String dhcpType = "";

  @Option(
      names = "--answer-cache",
      paramLabel = "off|backend|MS",
      defaultValue = "${env:BOOTBUS_ANSWER_CACHE:-backend}",
      description = {
        "Whether an answer is given again without asking: never, as long as the answer's MaxAge",
        "allows, or for so many milliseconds also where it allows nothing (not for leases)."
      })
  private String answerCache = "";

  @Mixin private BootFlags boot = new BootFlags();

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .registerConverter(Inet4Address.class, Main::address)
        .setParameterExceptionHandler((e, args) -> refuse(e.getCommandLine(), e))
        .setExecutionExceptionHandler(
            (e, commandLine, parsed) -> {
              if (e instanceof IllegalArgumentException) {
                return refuse(commandLine, e);
              }
              throw e;
            });
  }

  private static Inet4Address address(String text) {
    try {
      Inet4Address address = Inet4Address.ofLiteral(text);
      if (address.getHostAddress().equals(text) && !address.isAnyLocalAddress()) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      // the same as one in a short form, such as 10.1
    }
    throw new TypeConversionException("not the IPv4 address of a machine: " + text);
  }

  /// One line for an operator's mistake, whatever else could be said.
  private static int refuse(CommandLine commandLine, Exception e) {
    commandLine.getErr().println(commandLine.getCommandName() + ": " + e.getMessage());
    return CommandLine.ExitCode.USAGE;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (deadlineMillis < 1) {
      throw new IllegalArgumentException("--deadline-ms: not a time to wait: " + deadlineMillis);
    }
    BusSettings busSettings = busSettings();
    BootSettings settings = boot.settings(listen.ownAddress());
    Responder responder =
        switch (mode) {
          case DHCP -> breaking(new FullDhcp(settings));
          case PROXY -> breaking(new ProxyDhcp(settings));
        };
    Rehearsal.run(responder);
    List<Port> ports = listen.open(responder, settings);
    Bus connected = connect(busSettings, ports);
    Outcomes outcomes = new Outcomes(connected::publish);
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> stop(ports, connected, outcomes), "stop"));
    List<Thread> threads =
        ports.stream()
            .map(port -> new DhcpServer(port, connected::ask, outcomes))
            .map(server -> Thread.ofPlatform().name("receive").start(server::serve))
            .toList();
    LOG.info("settings {}", settings);
    LOG.info("clients without an address are answered by broadcast");
    LOG.info("ready mode={} {} subject={}", mode.name().toLowerCase(Locale.ROOT), listen, subject);
    for (Thread thread : threads) {
      thread.join();
    }
    return CommandLine.ExitCode.OK;
  }

  private static Responder breaking(Responder responder) {
    return new LoopBreaker(responder, new LoaderMemory(LoaderMemory.DEFAULT_WINDOW));
  }

  private BusSettings busSettings() {
    AnswerCache cache;
    try {
      cache = AnswerCache.parse(answerCache);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--answer-cache: " + e.getMessage(), e);
    }
    BusSettings settings = bus.settings("dhcp-server");
    return settings
        .withSubjects(settings.subjects().withDhcp(subject))
        .withDhcpType(dhcpType)
        .withDeadline(Duration.ofMillis(deadlineMillis))
        .withAnswerCache(cache);
  }

  private static Bus connect(BusSettings settings, List<Port> ports) {
    try {
      return Bus.connect(
          settings,
          state -> LOG.atLevel(state.isTrouble() ? Level.WARN : Level.INFO).log(state.toString()));
    } catch (IllegalArgumentException e) {
      ports.forEach(port -> port.socket().close());
      throw e;
    }
  }

  private static void stop(List<Port> ports, Bus bus, Outcomes outcomes) {
    ports.forEach(port -> port.socket().close());
    bus.close();
    LOG.info("stopped {}", outcomes.totals());
  }
}
