package dev.bootbus.probe.ping;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import dev.bootbus.probe.JsonDocument;
import dev.bootbus.probe.Report;
import dev.bootbus.runtime.terminal.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `bootbus-probe ping`.
@Command(
    name = "ping",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Asks whether a host is there, and says by which method.")
public final class PingCommand implements Callable<Integer> {
  /// Ways to ask, in the order in which they are tried.
  enum Method {
    ICMP,
    RAW,
    SYSTEM,
    TCP
  }

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "HOST", description = "A name or an address.")
  private String host = "";

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "5",
      description = "Times to ask, 1 to 10000 (default: 5).")
  private int count;

  @Option(
      names = "--interval",
      paramLabel = "SECONDS",
      defaultValue = "0.5",
      description = "Between them, 0.01 to 60 (default: 0.5).")
  private double interval;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "1",
      description = "For each answer, 1 to 60 (default: 1).")
  private int timeout;

  @Option(
      names = "--method",
      paramLabel = "METHOD",
      description = {
        "icmp (datagram socket), raw (for root), system (its ping) or tcp"
            + " (default: the first that this system allows)."
      })
  private @Nullable Method method;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "80",
      description = "For tcp, open or not (default: 80).")
  private int port;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    if (spec == null) {
      throw new IllegalStateException("not on a command line");
    }
    if (count < 1 || count > 10_000 || timeout < 1 || timeout > 60 || port < 1 || port > 65535) {
      throw wrong("--count is 1 to 10000, --timeout 1 to 60, --port 1 to 65535");
    }
    if (!(interval >= 0.01 && interval <= 60)) {
      throw wrong("--interval is 0.01 to 60");
    }
    PrintWriter out = spec.commandLine().getOut();
    Report report = new Report(Terminal.ofEnvironment());
    InetAddress address;
    try {
      address = InetAddress.getByName(host);
    } catch (UnknownHostException _) {
      Finding unknown = new Finding(Cause.HOST_NOT_FOUND, Terminal.printable(host));
      return told("", List.of(), List.of(unknown), report, out);
    }
    try (Echo echo = echo(address)) {
      if (!json) {
        out.println(address.getHostAddress() + " by " + echo.method());
      }
      List<Optional<Duration>> answers = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        if (i > 0) {
          Thread.sleep(Duration.ofNanos((long) (interval * 1e9)));
        }
        Optional<Duration> took = echo.ask(address, i, Duration.ofSeconds(timeout));
        answers.add(took);
        if (!json) {
          out.println("%4d  %s".formatted(i + 1, took.map(PingCommand::ms).orElse("no answer")));
          out.flush();
        }
      }
      List<Finding> findings = findings(address, answers);
      return told(echo.method(), answers, findings, report, out);
    } catch (IOException e) {
      Finding cannot =
          new Finding(
              Cause.HOST_UNREACHABLE,
              address.getHostAddress() + ": " + Terminal.printable(String.valueOf(e.getMessage())));
      return told("", List.of(), List.of(cannot), report, out);
    }
  }

  private Echo echo(InetAddress address) throws IOException {
    if (method != null) {
      try {
        return echo(method, address);
      } catch (IOException e) {
        throw wrong("--method " + method + " is not to be had here: " + e.getMessage());
      }
    }
    for (Method each : Method.values()) {
      try {
        return echo(each, address);
      } catch (IOException _) {
        // the next one needs less
      }
    }
    return new TcpEcho(port);
  }

  private Echo echo(Method which, InetAddress address) throws IOException {
    return switch (which) {
      case ICMP -> new IcmpEcho(IcmpEcho.Kind.DATAGRAM, address);
      case RAW -> new IcmpEcho(IcmpEcho.Kind.RAW, address);
      case SYSTEM -> new SystemEcho();
      case TCP -> new TcpEcho(port);
    };
  }

  private ParameterException wrong(String why) {
    if (spec == null) {
      throw new IllegalStateException("not on a command line");
    }
    return new ParameterException(spec.commandLine(), why);
  }

  private static List<Finding> findings(InetAddress host, List<Optional<Duration>> answers) {
    long lost = answers.stream().filter(Optional::isEmpty).count();
    if (lost == 0) {
      return List.of();
    }
    String detail = "%s: %d of %d lost".formatted(host.getHostAddress(), lost, answers.size());
    return List.of(
        new Finding(lost == answers.size() ? Cause.PING_NO_ANSWER : Cause.PING_LOSS, detail));
  }

  private int told(
      String by,
      List<Optional<Duration>> answers,
      List<Finding> findings,
      Report report,
      PrintWriter out) {
    LongSummaryStatistics nanos =
        answers.stream().flatMap(Optional::stream).mapToLong(Duration::toNanos).summaryStatistics();
    if (json) {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("host", host);
      map.put("method", by);
      map.put("sent", answers.size());
      map.put("answered", nanos.getCount());
      map.put(
          "milliseconds",
          answers.stream().map(a -> a.map(d -> d.toNanos() / 1e6).orElse(-1.0)).toList());
      map.put("findings", JsonDocument.of(findings));
      JsonDocument.print(map, out);
    } else {
      if (nanos.getCount() > 0) {
        out.println(
            "%d of %d answered, least %s, mean %s, most %s"
                .formatted(
                    nanos.getCount(),
                    answers.size(),
                    ms(Duration.ofNanos(nanos.getMin())),
                    ms(Duration.ofNanos((long) nanos.getAverage())),
                    ms(Duration.ofNanos(nanos.getMax()))));
      }
      report.print(findings, out);
    }
    boolean silent =
        findings.stream()
            .anyMatch(
                f -> f.cause() == Cause.PING_NO_ANSWER || f.cause() == Cause.HOST_UNREACHABLE);
    return silent ? Report.SILENCE : Report.exitCode(findings);
  }

  private static String ms(Duration duration) {
    return String.format(Locale.ROOT, "%.3f ms", duration.toNanos() / 1e6);
  }
}
