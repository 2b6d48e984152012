package dev.bootbus.schema.conformance;

import static dev.bootbus.schema.conformance.Check.must;

import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.MalformedMessageException;
import dev.bootbus.schema.conformance.Check.Needs;
import java.util.List;

/// Does it say the right thing of the right machine?
final class MachineChecks {
  static final List<Check> ALL =
      List.of(
          must(
              "fields",
              Needs.READABLE,
              "A front end refuses an answer of which it cannot read a field.",
              session -> Session.judge(session.first(), Fields::judge)),
          must(
              "mac-echo",
              Needs.READABLE,
              "A front end refuses an answer for another machine; none is allowed.",
              MachineChecks::macEcho),
          must(
              "known",
              Needs.READABLE,
              "A machine that the backend knows must boot.",
              MachineChecks::known),
          must(
              "known-address",
              Needs.KNOWN,
              "The machine gets the address that is meant for it.",
              MachineChecks::knownAddress),
          must(
              "unknown",
              Needs.READABLE,
              "A machine of somebody else must get nothing, and the log must say why.",
              MachineChecks::unknown),
          must(
              "proxy-mode",
              Needs.KNOWN,
              "Where another DHCP server gives addresses, the machine boots all the same.",
              MachineChecks::proxyMode));

  private MachineChecks() {}

  private static Verdict macEcho(Session session) throws InterruptedException {
    Verdict first = Session.judge(session.first(), answer -> echo(answer, session.machine()));
    if (first instanceof Verdict.Failed || session.plan().registers()) {
      return first;
    }
    return Session.readable(session.ofUnknown())
        .map(answer -> echo(answer, Session.NOBODY))
        .filter(Verdict.Failed.class::isInstance)
        .orElse(first);
  }

  private static Verdict echo(Answer answer, MacAddress asked) {
    String remedy = "Copy the MACAddress of the request into DHCP.MACAddress, or leave it empty.";
    try {
      MacAddress told = answer.mac();
      return told.isNone() || told.equals(asked)
          ? Verdict.passed(told.isNone() ? "no MACAddress" : told.toString())
          : Verdict.failed("asked for %s, answered for %s".formatted(asked, told), remedy);
    } catch (MalformedMessageException e) {
      return Verdict.failed(String.valueOf(e.getMessage()), remedy);
    }
  }

  private static Verdict known(Session session) {
    boolean given = session.plan().known().isPresent();
    return Session.judge(
        session.first(),
        answer -> {
          if (!answer.isError()) {
            return Verdict.passed(
                "%s%s: %s"
                    .formatted(
                        session.machine(),
                        given ? "" : " (tried by the kit) is taken as known",
                        answer.outcome()));
          }
          return given
              ? Verdict.failed(
                  "%s: %s".formatted(session.machine(), answer.outcome()),
                  "Answer with DHCP, Netboot and Error {\"Code\":0,\"Message\":\"\"}, or give"
                      + " --known a machine that is known.")
              : Verdict.skipped("no machine is known: name one with --known MAC");
        });
  }

  private static Verdict knownAddress(Session session) {
    String wanted = session.plan().known().map(Plan.Known::address).orElse("");
    if (wanted.isEmpty()) {
      return Verdict.skipped("no address is given: say --known MAC=ADDRESS");
    }
    return Session.judge(
        session.first(),
        answer ->
            answer.address().equals(wanted)
                ? Verdict.passed(wanted)
                : Verdict.failed(
                    "%s should get %s: %s".formatted(session.machine(), wanted, answer.outcome()),
                    "Put the machine's address into DHCP.IPAddress as text."));
  }

  private static Verdict unknown(Session session) throws InterruptedException {
    if (session.plan().registers()) {
      return Verdict.skipped("--registers: it answers machines that it has never heard of");
    }
    return Session.judge(
        session.ofUnknown(),
        answer -> {
          if (!answer.isError()) {
            return Verdict.failed(
                "%s, which nobody knows: %s".formatted(Session.NOBODY, answer.outcome()),
                "Answer Error 404; if this backend registers machines, say --registers, and forget"
                    + " this one.");
          }
          if (answer.code() != 404 || answer.message().isEmpty()) {
            return Verdict.failed(
                answer.outcome() + " instead of error 404 with a message",
                "Set Error.Code to 404, and Error.Message to a sentence for the log.");
          }
          return Verdict.passed(answer.outcome());
        });
  }

  private static Verdict proxyMode(Session session) throws InterruptedException {
    return Session.judge(
        session.ask(session.question().with("Mode", "PROXY")),
        answer ->
            answer.isError()
                ? Verdict.failed(
                    "with Mode PROXY: " + answer.outcome(),
                    "Answer a known machine in Mode PROXY too; the address may stay empty.")
                : Verdict.passed(answer.outcome()));
  }
}
