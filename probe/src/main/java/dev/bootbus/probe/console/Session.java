package dev.bootbus.probe.console;

import dev.bootbus.probe.Report;
import dev.bootbus.runtime.terminal.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import org.xbill.DNS.ResolverConfig;
import picocli.CommandLine;

/// What a console remembers between its lines, and what it does with one.
final class Session {
  private static final int TCP_TIMEOUT = 5000;

  private static final List<String> HELP =
      List.of(
          "arp [stats]                   hardware addresses of the neighbours",
          "connections                   TCP and UDP sockets of this host",
          "fetch HOST/PATH | URL         fetch a file over HTTP or TFTP; options of http get, tftp get",
          "ns [ADDRESS]                  the name server that resolve asks; ns - for the system's",
          "ping HOST                     whether a host is there",
          "resolve NAME [TYPE]           look up a name",
          "route [print]                 routes of this host",
          "socket stats                  sockets in use",
          "socket tcptest HOST [PORT]    open a TCP connection and close it (port 80)",
          "quit                          leave, as does Ctrl-D",
          "",
          "Each command of bootbus-probe works, too: dhcp, boot, tftp get, http get, ls, dns ...");

  private final Kernel kernel;
  private final CommandLine probe;
  private final PrintWriter out;
  private List<String> nameServers = List.of();

  /// @param exitCode of what the line did
  record Next(int exitCode, boolean end) {}

  Session(Kernel kernel, CommandLine probe, PrintWriter out) {
    this.kernel = kernel;
    this.probe = probe.setOut(out);
    this.out = out;
  }

  static List<String> words() {
    return List.of(
        "arp",
        "boot",
        "connections",
        "dhcp",
        "dns",
        "fetch",
        "help",
        "http",
        "ls",
        "ns",
        "ping",
        "quit",
        "resolve",
        "route",
        "socket",
        "tftp");
  }

  Next line(String line) {
    Verb verb = Verb.parse(Lines.words(line), nameServers);
    int exitCode = Report.OK;
    try {
      exitCode = run(verb);
    } catch (IOException e) {
      out.println(Terminal.printable(String.valueOf(e.getMessage())));
      exitCode = Report.BROKEN;
    }
    out.flush();
    return new Next(exitCode, verb instanceof Verb.Quit);
  }

  private int run(Verb verb) throws IOException {
    switch (verb) {
      case Verb.Empty _, Verb.Quit _ -> {}
      case Verb.Help _ -> HELP.forEach(out::println);
      case Verb.Arp(var stats) -> arp(stats);
      case Verb.Connections _ -> connections();
      case Verb.NameServer(var address) -> nameServer(address);
      case Verb.RoutePrint _ -> routes();
      case Verb.SocketStats _ -> kernel.sockets().forEach(out::println);
      case Verb.TcpTest(var host, var port) -> {
        return tcp(host, port);
      }
      case Verb.Pointless(var name, var why) -> out.println(name + ": " + why);
      case Verb.Wrong(var usage) -> {
        out.println("usage: " + usage);
        return CommandLine.ExitCode.USAGE;
      }
      case Verb.Probe(var arguments) -> {
        return probe.execute(arguments.toArray(String[]::new));
      }
    }
    return Report.OK;
  }

  private void arp(boolean stats) throws IOException {
    List<Kernel.Neighbour> all = kernel.neighbours();
    if (stats) {
      long known = all.stream().filter(Kernel.Neighbour::known).count();
      out.println("%d neighbours, %d did not answer".formatted(all.size(), all.size() - known));
      return;
    }
    all.forEach(
        n ->
            out.println(
                "%-16s %-18s %s"
                    .formatted(n.address(), n.known() ? n.hardware() : "no answer", n.device())));
  }

  private void connections() throws IOException {
    kernel
        .connections()
        .forEach(
            c ->
                out.println(
                    "%-5s %-28s %-28s %s"
                        .formatted(c.protocol(), c.local(), c.remote(), c.state())));
  }

  private void routes() throws IOException {
    kernel
        .routes()
        .forEach(
            r ->
                out.println(
                    "%-20s %-22s %s metric %d"
                        .formatted(
                            r.destination() + "/" + r.bits(),
                            r.gateway().map(g -> "via " + g).orElse("on the link"),
                            r.device(),
                            r.metric())));
  }

  private void nameServer(List<String> address) {
    if (address.equals(List.of("-"))) {
      nameServers = List.of();
    } else if (!address.isEmpty()) {
      nameServers = List.copyOf(address);
    }
    if (nameServers.isEmpty()) {
      ResolverConfig.getCurrentConfig()
          .servers()
          .forEach(s -> out.println(s.getAddress().getHostAddress() + " (of this system)"));
    } else {
      nameServers.forEach(out::println);
    }
  }

  private int tcp(String host, int port) {
    long start = System.nanoTime();
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), TCP_TIMEOUT);
      out.println(
          "%s port %d is open, %.1f ms, from port %d"
              .formatted(
                  socket.getInetAddress().getHostAddress(),
                  port,
                  (System.nanoTime() - start) / 1e6,
                  socket.getLocalPort()));
      return Report.OK;
    } catch (IOException | IllegalArgumentException e) {
      String why = e.getMessage() == null ? "no such host" : e.getMessage();
      out.println(Terminal.printable(host) + " port " + port + ": " + Terminal.printable(why));
      return Report.BROKEN;
    }
  }
}
