package dev.bootbus.schema.conformance;

import static dev.bootbus.schema.conformance.Check.must;
import static dev.bootbus.schema.conformance.Check.should;

import dev.bootbus.schema.conformance.Check.Needs;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// What nobody should ask gets an answer all the same, and does no harm.
final class GarbageChecks {
  private static final int MEGABYTE = 1_000_000;

  /// What NATS adds to a payload: headers, subjects.
  private static final int OVERHEAD = 4096;

  private static final int LEVELS = 10_000;

  static final List<Check> ALL = all();

  private GarbageChecks() {}

  private static List<Check> all() {
    List<Check> checks = new ArrayList<>();
    Map<String, String> texts =
        Map.of(
            "not-json", "this is not JSON",
            "empty", "",
            "json-list", "[1,2,3]",
            "cut-off", "{\"specversion\":\"1.0\",\"id\":\"1\",\"data\":{\"MACAddr");
    for (String name : List.of("not-json", "empty", "json-list", "cut-off")) {
      checks.add(garbage(name, session -> bytes(texts.getOrDefault(name, ""))));
    }
    checks.add(garbage("no-data", session -> session.question().withoutAttribute("data").bytes()));
    checks.add(
        garbage("text-data", session -> session.question().attribute("data", "hello").bytes()));
    checks.add(
        garbage(
            "mac-nonsense", session -> session.question().with("MACAddress", "%%zz%%").bytes()));
    checks.add(garbage("megabyte", GarbageChecks::megabyte));
    checks.add(garbage("deep", session -> deep()));
    checks.add(
        should(
            "mac-absent",
            Needs.READABLE,
            "A packet may come without a hardware address.",
            session ->
                Session.judge(
                    session.ask(session.question().without("MACAddress")),
                    answer -> Verdict.passed(answer.outcome()))));
    checks.add(
        must(
            "survives-garbage",
            Needs.READABLE,
            "One bad message must not keep every machine from booting.",
            GarbageChecks::survives));
    return List.copyOf(checks);
  }

  private static Check garbage(String name, Function<Session, byte[]> request) {
    return should(
        name,
        Needs.READABLE,
        "Who asks wrongly should be told, and not wait.",
        session ->
            Session.judge(
                session.conversation().ask(session.subject(), request.apply(session)),
                answer ->
                    answer.isError()
                        ? Verdict.passed(answer.outcome())
                        : Verdict.failed(
                            "it is taken for a machine: " + answer.outcome(),
                            "Answer Error 400 with a message when there is no machine to read.")));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] megabyte(Session session) {
    long most = Math.min(MEGABYTE, session.conversation().maxPayload() - OVERHEAD);
    byte[] rubbish = new byte[(int) Math.max(1, most)];
    Arrays.fill(rubbish, (byte) 'x');
    return rubbish;
  }

  private static byte[] deep() {
    return bytes(
        "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/\",\"type\":\"t\",\"data\":"
            + "[".repeat(LEVELS)
            + "]".repeat(LEVELS)
            + "}");
  }

  private static Verdict survives(Session session) throws InterruptedException {
    return sameAsFirst(session, "Catch what reading a request may throw, and go on.");
  }

  /// Whether it answers now as it did at first.
  static Verdict sameAsFirst(Session session, String remedy) throws InterruptedException {
    Verdict verdict = Session.judge(session.ask(session.question()), session::compare);
    return verdict instanceof Verdict.Failed(String reason, String _)
        ? Verdict.failed(reason, remedy)
        : Verdict.passed("answers as at first");
  }
}
