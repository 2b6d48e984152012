package dev.bootbus.schema.conformance;

import static dev.bootbus.schema.conformance.Check.must;

import dev.bootbus.schema.conformance.Check.Needs;
import java.time.Duration;
import java.util.List;

/// Many at once, from several replicas, and then once more.
final class LoadChecks {
  private static final int FOR_REPLICAS = 50;
  private static final int FEWEST = 10;

  /// Of replies under way, so that neither the kit nor nats-server runs out of memory.
  private static final int MAX_UNDER_WAY = 32 << 20;

  static final List<Check> ALL =
      List.of(
          must(
              "one-reply",
              Needs.REPLY,
              "Replicas without a queue group each do the work, and may give two addresses.",
              LoadChecks::oneReply),
          must(
              "at-once",
              Needs.READABLE,
              "After a power cut a whole rack asks in the same second.",
              LoadChecks::atOnce),
          must(
              "still-answers",
              Needs.READABLE,
              "What was asked of it until now must not have harmed it.",
              session ->
                  GarbageChecks.sameAsFirst(
                      session, "Bound what the backend keeps for each request, and free it.")));

  private LoadChecks() {}

  private static Verdict oneReply(Session session) throws InterruptedException {
    Duration settle = session.plan().patience().settle();
    int count = affordable(session, FOR_REPLICAS);
    Burst burst =
        session
            .conversation()
            .burst(session.subject(), count, () -> session.question().bytes(), settle);
    if (burst.lost() > 0) {
      return Verdict.failed(
          "%d of %d requests got no reply".formatted(burst.lost(), count),
          "Reply to each request, however many there are.");
    }
    return burst.doubled() == 0
        ? Verdict.passed("%d requests, one reply each".formatted(count))
        : Verdict.failed(
            "%d of %d requests got more than one reply, up to %d"
                .formatted(burst.doubled(), count, burst.mostReplies()),
            "Subscribe in a queue group (or reply once), so that one replica gets each request.");
  }

  private static Verdict atOnce(Session session) throws InterruptedException {
    int count = affordable(session, session.plan().patience().atOnce());
    Burst burst =
        session
            .conversation()
            .burst(session.subject(), count, () -> session.question().bytes(), Duration.ZERO);
    if (burst.lost() > 0) {
      return Verdict.failed(
          "%,d of %,d requests got no reply".formatted(burst.lost(), burst.asked()),
          "Reply Error 429 at once to what is too much, instead of dropping it.");
    }
    if (burst.failed() > 0) {
      return Verdict.failed(
          "%,d of %,d replies tell of a failure: %s"
              .formatted(burst.failed(), burst.asked(), burst.failure()),
          "Reply Error 429 or 503 to what is too much.");
    }
    return Verdict.passed(
        "%,d in %s%s"
            .formatted(
                burst.asked(),
                Millis.of(burst.took()),
                burst.notNow() == 0
                    ? ""
                    : ", %,d of them told to ask later".formatted(burst.notNow())));
  }

  private static int affordable(Session session, int wished) {
    int size =
        session.first() instanceof Reply.Came(byte[] bytes, Duration _)
            ? Math.max(1, bytes.length)
            : 1;
    return Math.clamp(MAX_UNDER_WAY / size, Math.min(FEWEST, wished), wished);
  }
}
