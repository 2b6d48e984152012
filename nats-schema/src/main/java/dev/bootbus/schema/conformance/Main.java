package dev.bootbus.schema.conformance;

import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.Subjects;
import io.nats.client.Connection;
import java.io.PrintWriter;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command `bootbus-conformance`.
@Command(
    name = "bootbus-conformance",
    mixinStandardHelpOptions = true,
    version = "bootbus 0.1.0-SNAPSHOT",
    sortOptions = false,
    subcommands = BackendCommand.class,
    description = {
      "Plays the front end against a backend, in whatever language, and says what it does wrong.",
      "It asks about the machine of --known and two that nobody has, and makes no leases."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:all that a backend must do is done",
      "1:some of it is not",
      "2:the command line is wrong",
      "3:nobody answered: no nats-server, or no backend on the subject"
    })
public final class Main implements Callable<Integer> {
  private static final int SOME_FAILED = 1;
  private static final String DEFAULT_FILE = "boot.ipxe";

  @Spec private CommandSpec spec;
  @Mixin private Place place = new Place();

  @Option(
      names = "--known",
      paramLabel = "MAC[=ADDRESS]",
      description =
          "A machine that the backend knows, and the address that it is to get."
              + " Without it, one that nobody has is tried.")
  private @Nullable String known;

  @Option(
      names = "--registers",
      description = "The backend answers machines that it has never heard of.")
  private boolean registers;

  @Option(
      names = "--deadline-ms",
      paramLabel = "MS",
      description = "How long a front end waits, 10 to 20000; BOOTBUS_DEADLINE_MS, else 800.")
  private @Nullable Integer deadline;

  @Option(
      names = "--file-subject",
      paramLabel = "SUBJECT",
      description = "Check the subject of files too: bootbus.v1.file.")
  private @Nullable String fileSubject;

  @Option(
      names = "--file",
      paramLabel = "PATH",
      defaultValue = DEFAULT_FILE,
      description = "A file that is there; ${DEFAULT-VALUE} unless set.")
  private String file = DEFAULT_FILE;

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  private Main() {}

  public static void main(String... args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setParameterExceptionHandler(
            (e, _) -> {
              e.getCommandLine().getErr().println("bootbus-conformance: " + e.getMessage());
              return CommandLine.ExitCode.USAGE;
            });
  }

  @Override
  public Integer call() throws InterruptedException {
    BusSettings settings = place.settings("bootbus-conformance");
    Plan plan = plan(settings);
    Optional<Connection> reached = place.connect(settings, 0);
    if (reached.isEmpty()) {
      return Place.NOBODY_ANSWERED;
    }
    Connection connection = reached.get();
    try {
      return judge(connection, settings, plan);
    } finally {
      connection.close();
    }
  }

  private int judge(Connection connection, BusSettings settings, Plan plan)
      throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    var table = new Table(json ? new PrintWriter(PrintWriter.nullWriter()) : out, isTerminal());
    Optional<Report> found = Kit.run(connection, plan, table);
    if (found.isEmpty()) {
      spec.commandLine()
          .getErr()
          .printf(
              "bootbus-conformance: nobody listens on %s at %s; start the backend, or name its"
                  + " subject with --subject%n",
              plan.subjects().dhcp(), settings.shownServers());
      return Place.NOBODY_ANSWERED;
    }
    Report report = found.get();
    table.total(report);
    if (connection.getStatus() != Connection.Status.CONNECTED) {
      spec.commandLine()
          .getErr()
          .printf(
              "bootbus-conformance: lost the connection to %s on the way; see why, and start the"
                  + " kit again%n",
              settings.shownServers());
      return Place.NOBODY_ANSWERED;
    }
    if (json) {
      out.println(ReportJson.write(settings.shownServers(), plan.subjects().dhcp(), report));
    }
    return report.isConformant() ? CommandLine.ExitCode.OK : SOME_FAILED;
  }

  private static boolean isTerminal() {
    return System.console() != null
        && System.console().isTerminal()
        && System.getenv("NO_COLOR") == null;
  }

  private Plan plan(BusSettings settings) {
    try {
      Subjects subjects = settings.subjects();
      Plan plan =
          Plan.of(
                  fileSubject == null ? subjects : subjects.withFile(fileSubject),
                  time(settings.deadline()))
              .withRegisters(registers);
      plan = fileSubject == null ? plan : plan.withFile(file);
      return known == null ? plan : withKnown(plan, known);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
    }
  }

  private Duration time(Duration unlessGiven) {
    if (deadline == null) {
      return unlessGiven;
    }
    if (deadline < 10 || deadline > 20_000) {
      throw new IllegalArgumentException("--deadline-ms must be 10 to 20000, not " + deadline);
    }
    return Duration.ofMillis(deadline);
  }

  private static Plan withKnown(Plan plan, String text) {
    int equals = text.indexOf('=');
    String mac = equals < 0 ? text : text.substring(0, equals);
    String address = equals < 0 ? "" : text.substring(equals + 1);
    try {
      return plan.withKnown(
          MacAddress.parse(mac),
          address.isEmpty() ? "" : Inet4Address.ofLiteral(address).getHostAddress());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "--known must be MAC or MAC=ADDRESS, 52:54:00:77:00:10=192.0.2.10, not " + text, e);
    }
  }
}
