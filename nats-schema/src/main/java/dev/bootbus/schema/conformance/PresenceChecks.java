package dev.bootbus.schema.conformance;

import static dev.bootbus.schema.conformance.Check.must;
import static dev.bootbus.schema.conformance.Check.should;

import dev.bootbus.schema.conformance.Check.Needs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/// Is somebody there, and is it quick enough?
final class PresenceChecks {
  /// A sequence that is hopeless is not asked to its end.
  private static final int LATE_ONES = 5;

  private static final Duration LONGEST_SEQUENCE = Duration.ofSeconds(30);
  private static final int LARGE = 64 << 10;

  static final List<Check> ALL =
      List.of(
          must(
              "answers",
              Needs.NOTHING,
              "Without a reply a machine gets no address and no boot file.",
              PresenceChecks::answers),
          must(
              "in-time",
              Needs.REPLY,
              "Firmware asks again after 4 s, and iPXE waits 2 s for a ProxyDHCP offer.",
              PresenceChecks::inTime),
          should(
              "reply-size",
              Needs.REPLY,
              "A DHCP packet has room for about 1 KiB, and every byte of a reply is read.",
              PresenceChecks::replySize));

  private PresenceChecks() {}

  private static Verdict answers(Session session) {
    if (session.first() instanceof Reply.Came(byte[] bytes, Duration after)) {
      return Verdict.passed("%,d bytes after %s".formatted(bytes.length, Millis.of(after)));
    }
    return Session.judge(session.first(), answer -> Verdict.passed(answer.outcome()));
  }

  private static Verdict inTime(Session session) throws InterruptedException {
    Duration deadline = session.plan().patience().deadline();
    List<Duration> times = new ArrayList<>();
    int late = 0;
    long end = System.nanoTime() + LONGEST_SEQUENCE.toNanos();
    while (times.size() < session.plan().patience().inSequence()
        && late < LATE_ONES
        && System.nanoTime() - end < 0) {
      Reply reply = session.ask(session.question());
      if (!(reply instanceof Reply.Came(byte[] _, Duration after))) {
        return Session.judge(reply, answer -> Verdict.passed(answer.outcome()));
      }
      times.add(after);
      late += after.compareTo(deadline) > 0 ? 1 : 0;
    }
    Collections.sort(times);
    String figures = figures(times);
    return percentile(times, 99).compareTo(deadline) <= 0
        ? Verdict.passed(figures)
        : Verdict.failed(
            "%s; a front end waits %s".formatted(figures, Millis.of(deadline)),
            "Answer from memory, and do what takes longer after the reply.");
  }

  private static String figures(List<Duration> sorted) {
    return String.format(
        Locale.ROOT,
        "%d requests: p50 %s, p99 %s, max %s",
        sorted.size(),
        Millis.of(percentile(sorted, 50)),
        Millis.of(percentile(sorted, 99)),
        Millis.of(sorted.getLast()));
  }

  /// The smallest value that this many per cent do not exceed.
  private static Duration percentile(List<Duration> sorted, int percent) {
    return sorted.get((sorted.size() * percent + 99) / 100 - 1);
  }

  private static Verdict replySize(Session session) {
    if (session.first() instanceof Reply.Came(byte[] bytes, Duration _) && bytes.length > LARGE) {
      return Verdict.failed(
          "%,d bytes, more than %,d".formatted(bytes.length, LARGE),
          "Send what the machine needs, and leave the rest in the backend.");
    }
    return Verdict.passed("at most %,d bytes".formatted(LARGE));
  }
}
