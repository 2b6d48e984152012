package dev.bootbus.probe.dns;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import dev.bootbus.runtime.terminal.Terminal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;

/// Looks up a name, following aliases one by one (RFC 1034 §3.6.2).
final class Chase {
  private static final int MOST_STEPS = 10;
  private static final int MOST_RECORDS = 100;

  /// One question and what came of it.
  ///
  /// @param asked `boot.example.org. A`
  /// @param transport `udp`, or `tcp` where the answer did not fit
  /// @param answers records as in a zone file
  /// @param rcode NOERROR, NXDOMAIN …
  record Step(
      String asked, String transport, String rcode, List<String> answers, long milliseconds) {}

  record Result(List<Step> steps, List<String> found, List<Finding> findings) {}

  private final InetSocketAddress server;
  private final Duration timeout;
  private final int type;
  private final boolean tcpOnly;
  private final List<Step> steps = new ArrayList<>();

  /// @param type a number of RFC 1035 §3.2.2 and later
  Chase(InetSocketAddress server, Duration timeout, int type, boolean tcpOnly) {
    this.server = server;
    this.timeout = timeout;
    this.type = type;
    this.tcpOnly = tcpOnly;
  }

  Result run(Name name) {
    Set<Name> been = new LinkedHashSet<>();
    Name at = name;
    while (been.size() < MOST_STEPS) {
      Outcome outcome = ask(at);
      if (outcome.finding().isPresent()) {
        return new Result(steps, List.of(), List.of(outcome.finding().get()));
      }
      List<Record> answers = outcome.answers();
      Optional<Name> end = follow(at, answers, been);
      if (end.isEmpty()) {
        return ended(Cause.DNS_LOOP, "%s comes back to itself".formatted(text(at)));
      }
      at = end.get();
      Name owner = at;
      List<String> found =
          answers.stream()
              .filter(r -> r.getType() == type && r.getName().equals(owner))
              .map(r -> Terminal.printable(r.rdataToString()))
              .toList();
      if (!found.isEmpty()) {
        return new Result(steps, found, List.of());
      }
      if (!been.add(at)) {
        return ended(
            Cause.DNS_NO_DATA,
            "%s exists, but has no %s".formatted(text(at), org.xbill.DNS.Type.string(type)));
      }
    }
    return ended(Cause.DNS_LOOP, "more than " + MOST_STEPS + " steps");
  }

  private Result ended(Cause cause, String detail) {
    return new Result(steps, List.of(), List.of(new Finding(cause, detail)));
  }

  /// The name at the end of the aliases that the answer has; empty if they are a circle.
  private Optional<Name> follow(Name from, List<Record> answers, Set<Name> been) {
    Set<Name> seen = new LinkedHashSet<>();
    Name at = from;
    while (true) {
      if (!seen.add(at)) {
        return Optional.empty();
      }
      Optional<Name> next = Optional.empty();
      for (Record answer : answers) {
        if (answer instanceof CNAMERecord alias
            && alias.getName().equals(at)
            && type != org.xbill.DNS.Type.CNAME) {
          next = Optional.of(alias.getTarget());
        }
      }
      if (next.isEmpty()) {
        break;
      }
      been.add(at);
      at = next.get();
    }
    return at.equals(from) || !been.contains(at) ? Optional.of(at) : Optional.empty();
  }

  private record Outcome(List<Record> answers, Optional<Finding> finding) {
    static Outcome of(Cause cause, String detail) {
      return new Outcome(List.of(), Optional.of(new Finding(cause, detail)));
    }
  }

  private Outcome ask(Name name) {
    String who = server.getAddress().getHostAddress() + " port " + server.getPort();
    String asked = text(name) + " " + org.xbill.DNS.Type.string(type);
    Message answer;
    try {
      answer = exchange(name, asked, tcpOnly);
    } catch (PortUnreachableException _) {
      return Outcome.of(Cause.DNS_PORT_CLOSED, who);
    } catch (IOException e) {
      String why = Terminal.printable(String.valueOf(e.getMessage()));
      if (why.contains("refused")) {
        return Outcome.of(Cause.DNS_PORT_CLOSED, who);
      }
      String silent = "%s, asked for %s".formatted(who, asked);
      return Outcome.of(
          Cause.DNS_NO_ANSWER, why.startsWith("Timed out") ? silent : silent + ": " + why);
    }
    if (answer.getHeader().getFlag(Flags.TC) && !tcpOnly) {
      try {
        answer = exchange(name, asked, true);
      } catch (IOException e) {
        return Outcome.of(
            Cause.DNS_NO_TCP,
            "%s: %s".formatted(who, Terminal.printable(String.valueOf(e.getMessage()))));
      }
    }
    int rcode = answer.getRcode();
    if (rcode == Rcode.NXDOMAIN) {
      return Outcome.of(Cause.DNS_NO_NAME, text(name));
    }
    if (rcode != Rcode.NOERROR) {
      return Outcome.of(Cause.DNS_SERVER_FAILED, "%s: %s".formatted(who, Rcode.string(rcode)));
    }
    return new Outcome(answer.getSection(Section.ANSWER), Optional.empty());
  }

  private Message exchange(Name name, String asked, boolean tcp) throws IOException {
    SimpleResolver resolver = new SimpleResolver(server);
    resolver.setTimeout(timeout);
    resolver.setTCP(tcp);
    resolver.setIgnoreTruncation(true);
    // no loader knows EDNS, so 512 bytes are what fits into UDP (RFC 1035 §4.2.1)
    resolver.setEDNS(-1);
    long start = System.nanoTime();
    Message answer = resolver.send(Message.newQuery(Record.newRecord(name, type, DClass.IN)));
    List<String> records =
        answer.getSection(Section.ANSWER).stream()
            .limit(MOST_RECORDS)
            .map(r -> Terminal.printable(r.toString().replace('\t', ' ')))
            .toList();
    steps.add(
        new Step(
            asked,
            tcp ? "tcp" : answer.getHeader().getFlag(Flags.TC) ? "udp, truncated" : "udp",
            Rcode.string(answer.getRcode()),
            records,
            (System.nanoTime() - start) / 1_000_000));
    return answer;
  }

  private static String text(Name name) {
    return Terminal.printable(name.toString());
  }
}
