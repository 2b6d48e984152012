package dev.bootbus.kernel.ctl;

import dev.bootbus.runtime.Version;
import dev.bootbus.runtime.terminal.Terminal;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/// The command `bootctl`.
@Command(
    name = "bootctl",
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    version = "bootbus " + Version.OURS,
    sortOptions = false,
    subcommands = {
      NodesCommand.class,
      KernelsCommand.class,
      LeasesCommand.class,
      SettingsCommand.class,
      StatusCommand.class,
      BootCommand.class,
      ReinstallCommand.class,
      RenderCommand.class,
      ImportCommand.class,
      CompletionCommand.class
    },
    description = "Asks kernel-backend, and tells it what to do, over its REST API.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:done",
      "1:refused, or done in part",
      "2:the command line is wrong",
      "3:the API is not there"
    })
public final class Main implements Runnable {
  static final int REFUSED = 1;
  static final int UNREACHABLE = 3;
  private static final int HELP_WIDTH = 100;
  private static final int LEAST_WIDTH = 60;

  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private ApiFlags api = new ApiFlags();

  @Option(
      names = {"-o", "--output"},
      scope = ScopeType.INHERIT,
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} unless set.")
  private Format format = Format.table;

  @Option(
      names = {"-y", "--yes"},
      scope = ScopeType.INHERIT,
      description =
          "Do not ask before something is lost. Nobody is asked where stdin is no terminal.")
  private boolean yes;

  private Main(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  public static void main(String... args) {
    Terminal terminal = Terminal.ofEnvironment();
    System.exit(commandLine(terminal, InstantSource.system()).execute(args));
  }

  static CommandLine commandLine(Terminal terminal, InstantSource clock) {
    CommandLine root = new CommandLine(new Main(terminal, clock));
    root.setColorScheme(Help.defaultColorScheme(terminal.colour() ? Ansi.ON : Ansi.OFF))
        .setParameterExceptionHandler((e, _) -> complain(e))
        .setExecutionExceptionHandler((e, command, _) -> failed(e, command))
        .setExpandAtFiles(false)
        .setAllowOptionsAsOptionParameters(true) // --sort=-hostname is no -h
        .setUsageHelpWidth(Math.clamp(terminal.columns(), LEAST_WIDTH, HELP_WIDTH));
    root.getSubcommands().values().forEach(Main::hideGlobalOptions);
    return root;
  }

  /// They stand in the help of bootctl itself, and would bury what is a command's own.
  private static void hideGlobalOptions(CommandLine command) {
    command
        .getHelpSectionMap()
        .put(
            UsageMessageSpec.SECTION_KEY_OPTION_LIST,
            help ->
                help.optionListExcludingGroups(
                    help.commandSpec().options().stream()
                        .filter(option -> !option.inherited() && !option.versionHelp())
                        .toList()));
    command
        .getCommandSpec()
        .usageMessage()
        .abbreviateSynopsis(true)
        .exitCodeListHeading("")
        .exitCodeList(Map.of())
        .footer("", "bootctl --help has the options of all commands.");
    command.getSubcommands().values().forEach(Main::hideGlobalOptions);
  }

  /// Of whichever command it is.
  static Main of(CommandSpec spec) {
    return (Main) spec.root().userObject();
  }

  @Override
  public void run() {
    throw new ParameterException(root(), "which command? bootctl --help lists them");
  }

  Api api() {
    try {
      return api.open();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(root(), e.getMessage(), e);
    }
  }

  Output output() {
    return new Output(root().getOut(), root().getErr(), terminal, format, clock);
  }

  Confirmation confirmation() {
    return new Confirmation(yes || !terminal.in(), root().getErr());
  }

  private CommandLine root() {
    return spec.commandLine();
  }

  @picocli.CommandLine.Spec private CommandSpec spec;

  private static int complain(ParameterException e) {
    List<String> known =
        e instanceof UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
    String meant =
        known.isEmpty()
            ? ""
            : known.stream().limit(3).collect(Collectors.joining(" or ", ": did you mean ", "?"));
    e.getCommandLine()
        .getErr()
        .println(
            e.getCommandLine().getCommandSpec().qualifiedName() + ": " + e.getMessage() + meant);
    return CommandLine.ExitCode.USAGE;
  }

  private static int failed(Exception e, CommandLine command) throws Exception {
    PrintWriter err = command.getErr();
    command.getOut().flush();
    return switch (e) {
      case RefusedException refused -> {
        String name = command.getCommandSpec().qualifiedName();
        List<String> lines = refused.problem().lines();
        err.println(name + ": " + lines.getFirst());
        lines.stream().skip(1).forEach(err::println);
        yield REFUSED;
      }
      case UnreachableException unreachable -> {
        err.println("bootctl: " + unreachable.getMessage());
        yield UNREACHABLE;
      }
      case IllegalArgumentException wrong -> {
        err.println(command.getCommandSpec().qualifiedName() + ": " + wrong.getMessage());
        yield CommandLine.ExitCode.USAGE;
      }
      default -> throw e;
    };
  }
}
