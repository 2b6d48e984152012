package dev.bootbus.schema.conformance;

import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.MalformedMessageException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One backend under judgement: how to ask it, and what it said first.
///
/// It is asked about as few machines as can be, because a backend may write down each one.
final class Session {
  /// Locally administered, of the digits of RFC 7042 §2.1.2 for documentation: nobody's card.
  static final MacAddress ANYBODY = MacAddress.parse("02:00:5e:00:53:01");

  static final MacAddress NOBODY = MacAddress.parse("02:00:5e:00:53:fe");

  /// A backend in Java, Python or the like is slow at what it does for the first time.
  private static final Duration FIRST = Duration.ofSeconds(2);

  private static final String SAME = "Give the same answer to the same question.";

  private final Plan plan;
  private final Conversation conversation;
  private final Reply first;
  private @Nullable Reply ofUnknown;

  private Session(Plan plan, Conversation conversation, Reply first) {
    this.plan = plan;
    this.conversation = conversation;
    this.first = first;
  }

  /// Asks for the first time.
  static Session begin(Plan plan, Conversation conversation) throws InterruptedException {
    Question question = Question.of(machine(plan));
    Duration patience = conversation.patience();
    return new Session(
        plan,
        conversation,
        conversation.ask(
            plan.subjects().dhcp(),
            question.bytes(),
            patience.compareTo(FIRST) < 0 ? FIRST : patience));
  }

  private static MacAddress machine(Plan plan) {
    return plan.known().map(Plan.Known::mac).orElse(ANYBODY);
  }

  Plan plan() {
    return plan;
  }

  Conversation conversation() {
    return conversation;
  }

  String subject() {
    return plan.subjects().dhcp();
  }

  /// The machine that is asked about: the known one, or one that may be known.
  MacAddress machine() {
    return machine(plan);
  }

  Question question() {
    return Question.of(machine());
  }

  Reply first() {
    return first;
  }

  Optional<Answer> firstAnswer() {
    return readable(first);
  }

  /// The answer in a reply, if there is one that can be read.
  static Optional<Answer> readable(Reply reply) {
    try {
      return reply instanceof Reply.Came(byte[] bytes, Duration _)
          ? Optional.of(Answer.read(bytes))
          : Optional.empty();
    } catch (MalformedMessageException e) {
      return Optional.empty();
    }
  }

  /// Passes what agrees with the first answer.
  Verdict compare(Answer answer) {
    return readable(first)
        .filter(before -> !answer.agreesWith(before))
        .map(
            before ->
                Verdict.failed(
                    "%s; at first: %s".formatted(answer.outcome(), before.outcome()), SAME))
        .orElse(Verdict.passed("the same answer"));
  }

  Reply ask(Question question) throws InterruptedException {
    return conversation.ask(subject(), question.bytes());
  }

  /// The reply about a machine that nobody knows; asked once.
  Reply ofUnknown() throws InterruptedException {
    if (ofUnknown == null) {
      ofUnknown = ask(Question.of(NOBODY));
    }
    return ofUnknown;
  }

  /// Why this check cannot be made; nothing if it can.
  Optional<String> missing(Check.Needs needs) {
    Optional<Answer> answer = firstAnswer();
    if (needs.compareTo(Check.Needs.REPLY) >= 0 && !(first instanceof Reply.Came)) {
      return Optional.of("nothing was answered");
    }
    if (needs.compareTo(Check.Needs.READABLE) >= 0 && answer.isEmpty()) {
      return Optional.of("the answers cannot be read");
    }
    if (needs == Check.Needs.KNOWN && answer.filter(a -> !a.isError()).isEmpty()) {
      return Optional.of(
          plan.known().isPresent()
              ? "the machine of --known is not known"
              : "no machine is known: name one with --known MAC");
    }
    return Optional.empty();
  }

  /// Judges a reply that should be there and readable; one that is not fails.
  static Verdict judge(Reply reply, Function<Answer, Verdict> judgement) {
    return switch (reply) {
      case Reply.Came(byte[] bytes, Duration _) -> {
        try {
          yield judgement.apply(Answer.read(bytes));
        } catch (MalformedMessageException e) {
          yield Verdict.failed(
              "the reply cannot be read: " + e.getMessage(),
              "Reply with a CloudEvent in JSON, as to any other request.");
        }
      }
      case Reply.Silence(Duration waited, String trouble) ->
          Verdict.failed(
              "no reply in " + Millis.of(waited) + (trouble.isEmpty() ? "" : ": " + trouble),
              "Reply to every request, with an Error if nothing else, so that nobody waits.");
      case Reply.Nobody(String subject) ->
          Verdict.failed(
              "nobody listens on " + subject + " any more",
              "Find out why the backend stopped: what it was last asked is this check.");
      case Reply.Lost() ->
          Verdict.failed("the connection to nats-server was lost", "Start the kit again.");
    };
  }
}
