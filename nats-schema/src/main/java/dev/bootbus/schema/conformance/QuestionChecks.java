package dev.bootbus.schema.conformance;

import static dev.bootbus.schema.conformance.Check.must;
import static dev.bootbus.schema.conformance.Check.should;

import dev.bootbus.schema.conformance.Check.Level;
import dev.bootbus.schema.conformance.Check.Needs;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/// The same question in other words must get the same answer.
final class QuestionChecks {
  private static final String UPPER_CASE = "mac-upper-case";
  private static final String TOLERANT =
      "Read the event with a CloudEvents library, or read whatever one would read.";

  static final List<Check> ALL =
      List.of(
          must(
              "every-fact",
              Needs.READABLE,
              "Front ends send whatever the packet says.",
              QuestionChecks::everyFact),
          same(
              "extra-keys",
              Level.MUST,
              "Later front ends say more than today's.",
              "Ignore keys that you do not know.",
              question ->
                  question
                      .with("SomethingNew", List.of(1, "two"))
                      .with("Other", Map.of("Deep", true))),
          same(
              "all-attributes",
              Level.MUST,
              "Front ends may set the optional attributes of CloudEvents, and trace their requests.",
              "Ignore the attributes of the event that you do not need.",
              question ->
                  question
                      .attribute("subject", "machine")
                      .attribute("time", "2026-01-01T00:00:00.123456789Z")
                      .attribute("dataschema", "https://example.com/schema")
                      .attribute(
                          "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                      .attribute("someextension", 7)),
          same(
              "few-attributes",
              Level.SHOULD,
              "datacontenttype may be left out; it is JSON then (CloudEvents 1.0 §3.1).",
              TOLERANT,
              question -> question.withoutAttribute("datacontenttype")),
          same(
              "data-base64",
              Level.SHOULD,
              "Some libraries write their data as data_base64.",
              TOLERANT,
              Question::inBase64),
          same(
              "key-case",
              Level.SHOULD,
              "Go, and what is written like it, reads keys in any case.",
              "Compare the keys of data without regard to case.",
              question -> question.with("macaddress", question.machine()).without("MACAddress")),
          mac("mac-colons", text -> text),
          mac("mac-dashes", text -> text.replace(':', '-')),
          mac(UPPER_CASE, text -> text.toUpperCase(Locale.ROOT)));

  private QuestionChecks() {}

  private static Check mac(String name, UnaryOperator<String> form) {
    return should(
        name,
        Needs.KNOWN,
        "People, and some peers, write MACAddress as text.",
        session -> {
          String usual = session.machine().toString();
          String text = form.apply(usual);
          if (name.equals(UPPER_CASE) && text.equals(usual)) {
            return Verdict.skipped(usual + " has no letters");
          }
          return compare(
              session,
              session.question().with("MACAddress", text),
              "Read a MACAddress with separators as hex digits, and any other as base64.");
        });
  }

  private static Check same(
      String name, Level level, String why, String remedy, UnaryOperator<Question> change) {
    return new Check(
        name,
        level,
        Needs.READABLE,
        why,
        session -> compare(session, change.apply(session.question()), remedy));
  }

  private static Verdict compare(Session session, Question question, String remedy)
      throws InterruptedException {
    Verdict verdict = Session.judge(session.ask(question), session::compare);
    return verdict instanceof Verdict.Failed(String reason, String _)
        ? Verdict.failed(reason, remedy)
        : verdict;
  }

  /// What a backend may remember of a machine is said only of the one that nobody has.
  private static Verdict everyFact(Session session) throws InterruptedException {
    Verdict known = bears(session.ask(withPacket(session.question())));
    if (known instanceof Verdict.Failed) {
      return known;
    }
    return bears(
        session.ask(
            withPacket(Question.of(Session.ANYBODY))
                .with("UUID", "564d4c41-4200-4077-8000-000000000010")
                .with("ClientID", "010200005e005301")
                .with("Hostname", "node-1.example.com")));
  }

  private static Question withPacket(Question question) {
    return question
        .with("Xid", 4294967295L)
        .with("ClientArch", List.of(7, 0, 65535))
        .with("VendorClass", "HTTPClient:Arch:00016:UNDI:003001")
        .with("UserClass", List.of("iPXE", "é \"quoted\""))
        .with("RequestedAddress", "192.0.2.10")
        .with("ServerID", "192.0.2.1")
        .with("ClientAddress", "192.0.2.10")
        .with("RelayAddress", "198.51.100.1")
        .with("LinkAddress", "203.0.113.0")
        .with("RelayAgentInfo", "0104c0000201")
        .with("Interface", "enp1s0f0np0.100");
  }

  /// Facts may change the answer, also to an error; but they are no mistake and no mishap.
  private static Verdict bears(Reply reply) {
    return Session.judge(
        reply,
        answer ->
            answer.code() == 400 || answer.code() >= 500
                ? Verdict.failed(
                    "with every fact set: " + answer.outcome(),
                    "Ignore the facts that you do not need, whatever they hold.")
                : Verdict.passed(answer.outcome()));
  }
}
