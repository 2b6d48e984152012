package dev.bootbus.probe.dns;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import dev.bootbus.probe.JsonDocument;
import dev.bootbus.probe.Report;
import dev.bootbus.runtime.terminal.Terminal;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `bootbus-probe dns`.
@Command(
    name = "dns",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Looks up a name, and shows each alias on the way.")
public final class DnsCommand implements Callable<Integer> {
  private static final int PORT = 53;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "NAME", description = "A name, or an address for --type PTR.")
  private String name = "";

  @Option(
      names = "--server",
      paramLabel = "ADDRESS",
      description = "Name server to ask (default: the first one of this system).")
  private @Nullable InetAddress server;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "53",
      description = "Its port (default: 53).")
  private int port = PORT;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      defaultValue = "A",
      description = "A, AAAA, CNAME, MX, NS, PTR, SOA, SRV, TXT … (default: A).")
  private String type = "A";

  @Option(names = "--tcp", description = "Ask over TCP at once.")
  private boolean tcp;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "3",
      description = "For each answer, 1 to 60 (default: 3).")
  private int timeout;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Override
  public Integer call() {
    if (spec == null) {
      throw new IllegalStateException("not on a command line");
    }
    int number = Type.value(type.toUpperCase(Locale.ROOT));
    if (number < 0 || timeout < 1 || timeout > 60 || port < 1 || port > 65535) {
      throw wrong(
          number < 0
              ? "--type: " + type + " is no type of record"
              : "--timeout is 1 to 60, --port 1 to 65535");
    }
    InetSocketAddress asked = server();
    Chase.Result result =
        new Chase(asked, Duration.ofSeconds(timeout), number, tcp).run(question(number));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      JsonDocument.print(document(asked, result), out);
    } else {
      print(asked, result, out);
    }
    return exitCode(result.findings());
  }

  private Name question(int number) {
    try {
      return number == Type.PTR && !name.endsWith(".arpa")
          ? ReverseMap.fromAddress(name)
          : Name.fromString(name, Name.root);
    } catch (TextParseException | UnknownHostException e) {
      throw wrong(name + " is no name: " + e.getMessage());
    }
  }

  private InetSocketAddress server() {
    if (server != null) {
      return new InetSocketAddress(server, port);
    }
    List<InetSocketAddress> servers = ResolverConfig.getCurrentConfig().servers();
    if (servers.isEmpty()) {
      throw wrong("this system names no name server; --server does");
    }
    return new InetSocketAddress(servers.getFirst().getAddress(), port);
  }

  private ParameterException wrong(String why) {
    if (spec == null) {
      throw new IllegalStateException("not on a command line");
    }
    return new ParameterException(spec.commandLine(), why);
  }

  private static int exitCode(List<Finding> findings) {
    return findings.stream()
            .anyMatch(f -> f.cause() == Cause.DNS_NO_ANSWER || f.cause() == Cause.DNS_PORT_CLOSED)
        ? Report.SILENCE
        : Report.exitCode(findings);
  }

  private static void print(InetSocketAddress server, Chase.Result result, PrintWriter out) {
    out.println("asking " + server.getAddress().getHostAddress() + " port " + server.getPort());
    for (Chase.Step step : result.steps()) {
      out.println(
          "%s  %s, %s, %d ms"
              .formatted(step.asked(), step.rcode(), step.transport(), step.milliseconds()));
      step.answers().forEach(answer -> out.println("    " + answer));
    }
    result.found().forEach(out::println);
    new Report(Terminal.ofEnvironment()).print(result.findings(), out);
  }

  private static Map<String, Object> document(InetSocketAddress server, Chase.Result result) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("server", server.getAddress().getHostAddress());
    map.put("steps", result.steps());
    map.put("found", result.found());
    map.put("findings", JsonDocument.of(result.findings()));
    return map;
  }
}
