package dev.bootbus.schema.conformance;

import io.nats.client.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Plays the front end against anybody's backend, and judges what it replies.
public final class Kit {
  /// In the order in which they are made: what kills a backend comes last.
  public static final List<Check> CHECKS =
      Stream.of(
              PresenceChecks.ALL,
              EnvelopeChecks.ALL,
              MachineChecks.ALL,
              GoChecks.ALL,
              QuestionChecks.ALL,
              FileChecks.ALL,
              GarbageChecks.ALL,
              LoadChecks.ALL)
          .flatMap(List::stream)
          .toList();

  private Kit() {}

  /// Told of the progress.
  public interface Watcher {
    void begins(int number, Check check);

    void ended(Report.Line line);
  }

  /// @return nothing if nobody listens on the subject at all
  public static Optional<Report> run(Connection connection, Plan plan, Watcher watcher)
      throws InterruptedException {
    var conversation = new Conversation(connection, plan.patience().longest());
    Session session = Session.begin(plan, conversation);
    if (session.first() instanceof Reply.Nobody) {
      return Optional.empty();
    }
    List<Report.Line> lines = new ArrayList<>();
    for (Check check : CHECKS) {
      watcher.begins(lines.size() + 1, check);
      Report.Line line = new Report.Line(check, verdict(check, session));
      lines.add(line);
      watcher.ended(line);
    }
    return Optional.of(new Report(lines));
  }

  private static Verdict verdict(Check check, Session session) throws InterruptedException {
    Optional<String> missing = session.missing(check.needs());
    if (missing.isPresent()) {
      return Verdict.skipped(missing.get());
    }
    return session.conversation().isUp()
        ? check.run().on(session)
        : Verdict.failed("the connection to nats-server was lost", "Start the kit again.");
  }
}
