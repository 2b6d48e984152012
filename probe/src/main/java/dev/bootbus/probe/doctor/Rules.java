package dev.bootbus.probe.doctor;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import dev.bootbus.probe.Severity;
import dev.bootbus.probe.bus.BusView.Endpoint;
import dev.bootbus.probe.doctor.Facts.Address;
import dev.bootbus.probe.doctor.Facts.Explained;
import dev.bootbus.probe.doctor.Facts.Socket;
import dev.bootbus.probe.doctor.Facts.Wire;
import dev.bootbus.probe.fetch.PathSearch;
import dev.bootbus.probe.fetch.ServerTime;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What is wrong with what was observed. Pure.
final class Rules {
  /// What an Ethernet frame carries; firmware's TFTP blocks of 1468 bytes fill it.
  private static final int ETHERNET_MTU = 1500;

  /// IPv4, UDP, and the head of DATA.
  private static final int TFTP_HEADERS = 20 + 8 + 4;

  /// RFC 3704 §2.2
  private static final int STRICT = 1;

  /// Certificates are issued for hours at the least, and are often valid from an hour before.
  private static final Duration CLOCK_SLACK = Duration.ofMinutes(2);

  private static final int TOP_REASONS = 5;

  /// In one rule: UDP, a port of ours, and the end of the packet.
  private static final Pattern DROPS =
      Pattern.compile(
          "(?m)^.*udp (?:dport|sport) (?:\\{[^}\\n]*\\b(?:67|69|4011)\\b[^}\\n]*\\}"
              + "|(?:67|69|4011|bootps|tftp)\\b).*\\b(?:drop|reject)\\b.*$");

  private Rules() {}

  /// In the order in which a machine would meet them.
  static List<Check> of(Facts facts) {
    List<Check> checks = new ArrayList<>();
    facts.wire().ifPresent(wire -> checks.add(wire(wire)));
    facts.routing().ifPresent(routing -> checks.add(routing(routing)));
    facts.sockets().ifPresent(sockets -> checks.add(ports(sockets)));
    facts.firewall().ifPresent(firewall -> checks.add(firewall(firewall, facts.files())));
    facts.broadcasts().ifPresent(seen -> checks.add(broadcasts(seen)));
    facts.servers().ifPresent(servers -> checks.add(servers(servers)));
    facts.bus().ifPresent(bus -> checks.add(bus(bus)));
    if (facts.bus().isPresent() && facts.wire().isPresent()) {
      pool(facts.bus().get(), facts.wire().get()).ifPresent(checks::add);
    }
    facts.files().forEach(file -> checks.add(file(file)));
    facts.paths().forEach(path -> checks.add(path(path)));
    facts.events().ifPresent(events -> checks.add(events(events)));
    return List.copyOf(checks);
  }

  static Check wire(Wire wire) {
    if (!wire.exists()) {
      String there = "there are " + String.join(", ", wire.others());
      return check("interface", "no " + wire.name(), Cause.INTERFACE_MISSING, there);
    }
    List<Finding> findings = new ArrayList<>();
    if (!wire.up()) {
      findings.add(new Finding(Cause.INTERFACE_DOWN, wire.name()));
    }
    if (wire.addresses().isEmpty()) {
      findings.add(new Finding(Cause.ADDRESS_MISSING, wire.name()));
    }
    if (wire.mtu() < ETHERNET_MTU) {
      findings.add(new Finding(Cause.INTERFACE_MTU_SMALL, wire.name() + " has " + wire.mtu()));
    }
    String addresses =
        wire.addresses().stream().map(Address::toString).collect(Collectors.joining(", "));
    String said =
        "%s is %s, %s, MTU %d"
            .formatted(
                wire.name(),
                wire.up() ? "up" : "down",
                addresses.isEmpty() ? "no address" : addresses,
                wire.mtu());
    return new Check("interface", said, findings);
  }

  static Check routing(Facts.Routing routing) {
    List<Finding> findings = new ArrayList<>();
    if (routing.gateways().size() > 1) {
      String all = String.join(", ", routing.gateways());
      findings.add(new Finding(Cause.ROUTES_AMBIGUOUS, all));
    }
    if (routing.rpFilter() == STRICT) {
      findings.add(new Finding(Cause.RP_FILTER_STRICT, "rp_filter is 1"));
    }
    String via = routing.gateways().isEmpty() ? "none" : String.join(", ", routing.gateways());
    return new Check("routes", "default: " + via, findings);
  }

  static Check ports(Facts.Sockets sockets) {
    List<Finding> findings = new ArrayList<>();
    List<String> seen = new ArrayList<>();
    List<String> unnamed = new ArrayList<>();
    for (Socket socket : sockets.taken()) {
      String port = socket.protocol() + " " + socket.port();
      seen.add(port + (socket.program().isEmpty() ? "" : " " + socket.program()));
      if (socket.program().isEmpty()) {
        unnamed.add(port);
      } else if (!socket.ours()) {
        findings.add(new Finding(Cause.PORT_TAKEN, port + " belongs to " + socket.program()));
      }
    }
    if (!unnamed.isEmpty()) {
      findings.add(new Finding(Cause.PORTS_UNNAMED, String.join(", ", unnamed)));
    }
    return new Check("ports", seen.isEmpty() ? "none is taken" : String.join(", ", seen), findings);
  }

  /// Connections that are tracked are worth a word only where TFTP does not come back.
  static Check firewall(Facts.Firewall firewall, List<Facts.File> files) {
    List<Finding> findings =
        new ArrayList<>(
            DROPS
                .matcher(firewall.rules())
                .results()
                .limit(TOP_REASONS)
                .map(rule -> new Finding(Cause.FIREWALL_DROPS, rule.group().strip()))
                .toList());
    boolean filtered =
        files.stream()
            .flatMap(file -> file.findings().stream())
            .anyMatch(finding -> finding.cause() == Cause.TFTP_DATA_FILTERED);
    if (firewall.tracked() && !firewall.helper() && filtered) {
      findings.add(new Finding(Cause.CONNECTION_TRACKED, "nf_conntrack_tftp is not loaded"));
    }
    String said = findings.isEmpty() ? "drops nothing that is needed" : "see below";
    return new Check("firewall", said, findings);
  }

  static Check broadcasts(Facts.Broadcasts seen) {
    return seen.arrived()
        ? new Check("broadcasts", "arrive", List.of())
        : check("broadcasts", "do not arrive", Cause.BROADCAST_LOST, seen.why());
  }

  /// Where nobody knows which are ours, one is nobody's business.
  static Check servers(Facts.Servers servers) {
    List<Inet4Address> heard = servers.heard().stream().distinct().toList();
    List<Inet4Address> foreign =
        heard.stream().filter(server -> !servers.ours().contains(server)).toList();
    boolean unknown = servers.ours().isEmpty() && heard.size() <= 1;
    List<Finding> findings = new ArrayList<>(servers.late().stream().toList());
    if (!foreign.isEmpty() && !unknown) {
      findings.add(new Finding(Cause.FOREIGN_DHCP_SERVER, "not ours: " + shown(foreign)));
    }
    String all =
        heard.isEmpty()
            ? "nobody answers"
            : shown(heard) + (heard.size() == 1 ? " answers" : " answer");
    return new Check("dhcp", all, findings);
  }

  private static String shown(List<Inet4Address> addresses) {
    return addresses.stream().map(Inet4Address::getHostAddress).collect(Collectors.joining(", "));
  }

  static Check bus(Facts.Bus bus) {
    if (!bus.trouble().isEmpty()) {
      return check("bus", "no connection", Cause.NATS_UNREACHABLE, bus.trouble());
    }
    List<Finding> findings = new ArrayList<>();
    for (Explained one : bus.explained()) {
      String what = one.who() + ": " + one.detail();
      switch (one.reason()) {
        case "backend-no-responders", "backend-disconnected" ->
            findings.add(new Finding(Cause.BACKEND_MISSING, what));
        case "backend-timeout", "backend-bad-reply", "busy" ->
            findings.add(new Finding(Cause.NATS_SILENT, what));
        default -> {}
      }
    }
    if (bus.endpoints().stream().noneMatch(endpoint -> endpoint.name().equals("dhcp"))) {
      findings.add(new Finding(Cause.BACKEND_UNSEEN, "none answers $SRV.INFO"));
    }
    if (bus.asked() && bus.explained().isEmpty()) {
      findings.add(new Finding(Cause.EXPLAIN_NOBODY, "nobody answers there"));
    }
    String services =
        bus.endpoints().stream()
            .map(Endpoint::service)
            .distinct()
            .sorted()
            .collect(Collectors.joining(", "));
    String said = services.isEmpty() ? "connected" : "connected; there are " + services;
    return new Check("bus", said, findings.stream().distinct().toList());
  }

  /// Of this interface only: another may be in another subnet.
  static Optional<Check> pool(Facts.Bus bus, Wire wire) {
    List<Inet4Address> offered =
        bus.explained().stream()
            .filter(one -> one.network().equals(wire.name()))
            .flatMap(one -> one.offered().stream())
            .distinct()
            .toList();
    if (offered.isEmpty() || wire.addresses().isEmpty()) {
      return Optional.empty();
    }
    List<Inet4Address> outside =
        offered.stream()
            .filter(one -> wire.addresses().stream().noneMatch(own -> own.covers(one)))
            .toList();
    String said = "offers " + shown(offered) + " on " + wire.name();
    return Optional.of(
        outside.isEmpty()
            ? new Check("pool", said, List.of())
            : check("pool", said, Cause.SUBNET_WITHOUT_POOL, "not in its subnet"));
  }

  static Check file(Facts.File file) {
    List<Finding> findings = new ArrayList<>();
    for (Finding finding : file.findings()) {
      findings.add(file.time().map(time -> dated(finding, time)).orElse(finding));
    }
    file.time().flatMap(Rules::clock).ifPresent(findings::add);
    return new Check("file", file.url() + ": " + file.what(), findings);
  }

  /// A certificate that does not hold by either clock is itself to blame.
  private static Finding dated(Finding finding, ServerTime time) {
    boolean ofDates =
        finding.cause() == Cause.TLS_EXPIRED || finding.cause() == Cause.TLS_NOT_YET_VALID;
    return ofDates && isNear(time)
        ? new Finding(
            finding.cause(),
            finding.detail()
                + "; the server's clock agrees with ours, so it is the certificate that is wrong")
        : finding;
  }

  private static boolean isNear(ServerTime time) {
    return time.ahead().abs().compareTo(CLOCK_SLACK) <= 0;
  }

  private static Optional<Finding> clock(ServerTime time) {
    if (isNear(time)) {
      return Optional.empty();
    }
    String other = time.ahead().isNegative() ? "behind" : "ahead of";
    String own = time.ahead().isNegative() ? "ahead of" : "behind";
    String apart = shown(time.ahead().abs());
    String ours = "ours is %s %s the server's".formatted(apart, own);
    String theirs = "the server's is %s %s ours".formatted(apart, other);
    Optional<ServerTime.Validity> certificate = time.certificate();
    if (certificate.isEmpty()) {
      return Optional.of(new Finding(Cause.CLOCK_WRONG, theirs));
    }
    boolean holdsHere = certificate.get().holds(time.here());
    boolean holdsThere = certificate.get().holds(time.there());
    String detail;
    if (holdsThere && !holdsHere) {
      detail = ours + ", and only by the server's its certificate holds: set this machine's first";
    } else if (holdsHere && !holdsThere) {
      detail = theirs + ", and only by ours its certificate holds: set the server's first";
    } else {
      detail = theirs + "; its certificate holds by " + (holdsHere ? "both" : "neither");
    }
    return Optional.of(new Finding(Cause.CLOCK_WRONG, detail));
  }

  private static String shown(Duration time) {
    if (time.toDays() > 2) {
      return time.toDays() + " days";
    }
    return time.toHours() > 2 ? time.toHours() + " hours" : time.toSeconds() + " s";
  }

  /// Where not even small ones pass, size is not what is wrong.
  static Check path(PathSearch.Seen path) {
    boolean from = path.way() == PathSearch.Way.FROM;
    OptionalInt largest = sizes(path, fate -> fate == PathSearch.Fate.ARRIVED).max();
    if (largest.isEmpty()) {
      String why =
          from
              ? "what comes from %s cannot be measured: no file comes"
              : "what reaches %s cannot be measured: it does not say that a port is closed";
      return new Check("path", why.formatted(path.host()), List.of());
    }
    int passes = largest.getAsInt();
    OptionalInt smallest =
        sizes(path, fate -> fate == PathSearch.Fate.LOST || fate == PathSearch.Fate.TOO_LARGE)
            .filter(size -> size > passes)
            .min();
    String said =
        "packets of %d bytes %s %s".formatted(passes, from ? "come from" : "reach", path.host());
    if (smallest.isEmpty()) {
      return new Check("path", said, List.of());
    }
    boolean told =
        path.tried().stream().anyMatch(tried -> tried.fate() == PathSearch.Fate.TOO_LARGE);
    String detail =
        "%s, of %d %s%s"
            .formatted(
                said,
                smallest.getAsInt(),
                told
                    ? "somebody on the way says that they are too large"
                    : "get lost without a word",
                from ? ": --max-blksize " + (passes - TFTP_HEADERS) : "");
    return check(
        "path", said + " at most", from ? Cause.MTU_TOO_SMALL : Cause.PATH_MTU_SMALL, detail);
  }

  private static IntStream sizes(PathSearch.Seen path, Predicate<PathSearch.Fate> of) {
    return path.tried().stream()
        .filter(tried -> of.test(tried.fate()))
        .mapToInt(PathSearch.Tried::size);
  }

  static Check events(Facts.Events events) {
    if (!events.readable()) {
      return check("events", "cannot be read", Cause.NATS_REFUSES, events.why());
    }
    String window = "%d in %d min".formatted(events.read(), events.window().toMinutes());
    String said = window + (events.complete() ? "" : ", of more than are read");
    List<String> top =
        events.counts().entrySet().stream()
            .sorted(
                Comparator.<Map.Entry<String, Long>>comparingLong(Map.Entry::getValue)
                    .reversed()
                    .thenComparing(Map.Entry::getKey))
            .limit(TOP_REASONS)
            .map(entry -> "%s %d×".formatted(entry.getKey(), entry.getValue()))
            .toList();
    return top.isEmpty()
        ? new Check("events", said + ", nothing refused or failed", List.of())
        : check("events", said, Cause.BOOTS_FAILED, String.join(", ", top));
  }

  private static Check check(String name, String said, Cause cause, String detail) {
    return new Check(name, said, List.of(new Finding(cause, detail)));
  }

  /// Whether anything is broken.
  static boolean isBroken(List<Check> checks) {
    return checks.stream()
        .flatMap(check -> check.findings().stream())
        .anyMatch(finding -> finding.cause().severity() == Severity.BROKEN);
  }
}
