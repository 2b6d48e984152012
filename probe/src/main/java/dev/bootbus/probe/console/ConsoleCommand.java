package dev.bootbus.probe.console;

import dev.bootbus.probe.Main;
import dev.bootbus.probe.Report;
import dev.bootbus.runtime.terminal.Terminal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `bootbus-probe console`.
@Command(
    name = "console",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Takes commands line by line, from a terminal or a pipe; help lists them.")
public final class ConsoleCommand implements Callable<Integer> {
  private static final int LONGEST_LINE = 4096;
  private static final int HISTORY = 1000;
  private static final String PROMPT = "probe> ";

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--history",
      paramLabel = "FILE",
      description = "Where lines are remembered (default: ~/.bootbus-probe-history).")
  private @Nullable Path history;

  @Override
  public Integer call() throws IOException {
    if (spec == null) {
      throw new IllegalStateException("not on a command line");
    }
    Terminal terminal = Terminal.ofEnvironment();
    PrintWriter out = spec.commandLine().getOut();
    Session session = new Session(new Kernel(Path.of("/proc/net")), Main.commandLine(), out);
    if (terminal.in() && terminal.out()) {
      return fromTerminal(session);
    }
    return fromPipe(session);
  }

  /// The worst exit code of its lines.
  private static int fromPipe(Session session) throws IOException {
    var in = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
    int worst = Report.OK;
    String line;
    while ((line = Lines.read(in, LONGEST_LINE)) != null) {
      Session.Next next = session.line(line);
      worst = Math.max(worst, next.exitCode());
      if (next.end()) {
        break;
      }
    }
    return worst;
  }

  private int fromTerminal(Session session) throws IOException {
    Path file =
        history != null
            ? history
            : Path.of(System.getProperty("user.home"), ".bootbus-probe-history");
    try (var screen = TerminalBuilder.builder().system(true).build()) {
      LineReader reader =
          LineReaderBuilder.builder()
              .terminal(screen)
              .appName("bootbus-probe")
              .completer(new StringsCompleter(Session.words()))
              .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
              .variable(LineReader.HISTORY_FILE, file)
              .variable(LineReader.HISTORY_SIZE, HISTORY)
              .variable(LineReader.HISTORY_FILE_SIZE, HISTORY)
              .build();
      while (true) {
        try {
          String line = reader.readLine(PROMPT);
          if (session.line(line.substring(0, Math.min(line.length(), LONGEST_LINE))).end()) {
            return Report.OK;
          }
        } catch (UserInterruptException _) {
          // Ctrl-C gives up a line, not the console
        } catch (EndOfFileException _) {
          return Report.OK;
        }
      }
    }
  }
}
