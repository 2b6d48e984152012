package dev.bootbus.dhcp;

import static java.util.Objects.requireNonNull;

import dev.bootbus.dhcp.config.ConfigException;
import dev.bootbus.dhcp.config.ImportCommand;
import dev.bootbus.dhcp.config.Printed;
import dev.bootbus.runtime.Refusal;
import dev.bootbus.runtime.Running;
import dev.bootbus.runtime.Version;
import dev.bootbus.runtime.tracing.TracedQuestions;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.HangUp;
import java.net.Inet4Address;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// The process: reads its configuration, connects to the bus, opens the sockets, serves.
@Command(
    name = "dhcp-server",
    subcommands = ImportCommand.class,
    mixinStandardHelpOptions = true,
    version = "bootbus " + Version.OURS,
    showDefaultValues = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    usageHelpWidth = 100,
    description = "Answers DHCP, or ProxyDHCP beside another DHCP server, as a backend says.",
    footer = {
      "",
      "Every option has an environment variable too: BOOTBUS_HTTP_PORT for --http-port, and so on;",
      "BOOTBUS_NATS_URL for --nats. One that is repeatable takes all its values there, with spaces",
      "between them. README.md and CONFIGURATION.md say the rest."
    })
public final class Main implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger("dhcp-server");

  @Spec private @Nullable CommandSpec spec;
  @Mixin private ConfigFlags config = new ConfigFlags();

  // here so that the command line has them; Configuration reads them, once for each interface
  @Mixin private ScopeFlags scope = new ScopeFlags();
  @Mixin private BackendFlags backend = new BackendFlags();

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return OptionGroup.inHelp(reading(new Main()))
        .setParameterExceptionHandler((e, args) -> refuse(e.getCommandLine(), e))
        .setExecutionExceptionHandler(
            (e, commandLine, parsed) -> {
              if (e instanceof IllegalArgumentException || e instanceof ConfigException) {
                return refuse(commandLine, e);
              }
              throw e;
            });
  }

  /// Knows the types of our settings.
  static CommandLine reading(Object flags) {
    return new CommandLine(flags)
        .registerConverter(Inet4Address.class, Main::address)
        .registerConverter(ScopeMode.class, text -> converted(ScopeMode::parse, text))
        .registerConverter(Switch.class, text -> converted(Switch::parse, text));
  }

  private static <T> T converted(Function<String, T> reader, String text) {
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
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

  /// One line for each mistake of an operator, whatever else could be said.
  private static int refuse(CommandLine commandLine, Exception e) {
    List<String> complaints =
        e instanceof ConfigException many
            ? many.complaints()
            : List.of(String.valueOf(e.getMessage()));
    return Refusal.of(commandLine, complaints);
  }

  @Override
  public Integer call() throws ConfigException, InterruptedException {
    CommandLine commandLine = requireNonNull(spec).commandLine();
    ParseResult flags = commandLine.getParseResult();
    Path file = config.file(System.getenv(ConfigFlags.VARIABLE));
    Configuration configuration = Configuration.read(flags, System.getenv(), file);
    if (config.isPrint()) {
      commandLine.getOut().print(Printed.of(configuration.layers()));
      commandLine.getOut().flush();
    } else if (config.isCheck()) {
      commandLine.getOut().println("ok");
    } else {
      serve(configuration, file, flags);
    }
    return CommandLine.ExitCode.OK;
  }

  private static void serve(Configuration configuration, @Nullable Path file, ParseResult flags)
      throws InterruptedException {
    configuration.scopes().stream()
        .flatMap(scope -> scope.responder().stream())
        .findFirst()
        .ifPresent(Rehearsal::run);
    Running running = Running.begin("dhcp-server", configuration.service());
    BusSettings asking = configuration.bus().withMeters(running.meters());
    Bus bus = Bus.connect(asking, running.busLog());
    Outcomes outcomes =
        new Outcomes(
            asking.events() ? bus::publish : Outcomes.NOBODY,
            asking.meters(),
            new Spans(running.tracing(), configuration.traceNames()));
    TracedQuestions questions = new TracedQuestions(running.tracing(), asking.subjects().dhcp());
    Listening listening = new Listening(questions.asking(bus::askAsync)::apply, outcomes);
    listening.measure(asking.meters());
    try {
      listening.change(configuration.scopes());
    } catch (IllegalArgumentException e) {
      bus.close();
      throw new IllegalArgumentException(configuration.told(e.getMessage()), e);
    }
    new Explain(listening::scopes, listening.memory(), bus::askAsync)
        .answerOn(bus, configuration.bus().deadline());
    running.requires(bus);
    running.readiness().require("sockets", listening::trouble);
    running.atEnd(listening::close);
    running.atEnd(_ -> bus.close());
    tell(configuration.scopes(), listening);
    if (!listening.sendsFrames()) {
      LOG.info(
          "clients without an address are answered by broadcast: frames need --interface, "
              + "Ethernet and CAP_NET_RAW");
    }
    if (file != null) {
      Reload reload = new Reload(configuration, listening, file, flags);
      if (!HangUp.handle(reload::run)) {
        LOG.warn("SIGHUP cannot be handled here: {} is read only once", file);
      }
    }
    String subject = asking.subjects().dhcp();
    running.ready(where(configuration.scopes()) + " subject=" + subject, outcomes::totals);
    running.await();
  }

  static void tell(List<Scope> scopes, Listening listening) {
    for (Scope scope : scopes) {
      if (scopes.size() > 1) {
        LOG.info("serves mode={} {}", scope.mode(), scope.listen());
      }
      LOG.info("settings {} {}", Place.label(scope.listen().network()), scope.boot());
    }
    for (String network : listening.unprobed()) {
      LOG.warn("no conflict check on {}: ARP needs --interface, Ethernet and CAP_NET_RAW", network);
    }
  }

  private static String where(List<Scope> scopes) {
    return scopes.size() == 1
        ? "mode=" + scopes.getFirst().mode() + " " + scopes.getFirst().listen()
        : "interfaces=" + scopes.size();
  }
}
