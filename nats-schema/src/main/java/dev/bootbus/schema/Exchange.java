package dev.bootbus.schema;

import dev.bootbus.schema.BackendUnavailableException.Reason;
import io.nats.client.Connection;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One question on its way to its answer. What gets lost with the connection is asked again: the
/// questions of this contract may be asked twice. No thread waits for it.
final class Exchange<A> {
  /// Reads an answer.
  interface Reader<A> {
    A read(byte[] message) throws MalformedMessageException;
  }

  /// What all exchanges of a bus have in common.
  record Means(Link link, ReplyInbox inbox, Duration deadline) {}

  /// As many times a question is asked again when a connection is lost under it.
  private static final int MAX_ATTEMPTS = 128;

  /// How often whoever waits for the connection, or for a backend, looks again.
  private static final long LOOK_MILLIS = 10;

  private final Means means;
  private final Topic topic;
  private final byte[] question;
  private final Reader<A> reader;
  private final @Nullable Traceparent trace = CurrentTrace.get();
  private final long start = System.nanoTime();
  private final long end;
  private final CompletableFuture<A> answer = new CompletableFuture<>();
  private int attempts;

  private Exchange(Means means, Topic topic, byte[] question, Reader<A> reader) {
    this.means = means;
    this.topic = topic;
    this.question = question;
    this.reader = reader;
    this.end = start + means.deadline().toNanos();
  }

  /// Returns at once. The answer comes by a thread of the bus, which must not be kept; or the
  /// exceptional end, with [BackendUnavailableException].
  static <A> CompletableFuture<A> begin(
      Means means, Topic topic, byte[] question, Reader<A> reader) {
    Exchange<A> exchange = new Exchange<>(means, topic, question, reader);
    if (means.inbox().enter()) {
      exchange.ask();
    } else {
      exchange.fail(Reason.BUSY, "too many questions under way");
    }
    return exchange.answer;
  }

  private void ask() {
    try {
      Connection connection = means.link().up();
      if (connection != null && attempts++ < MAX_ATTEMPTS) {
        means.inbox().ask(connection, topic.subject(), question, end, this::replied);
      } else if (connection != null) {
        end(Reason.DISCONNECTED, "the connection was lost");
      } else if (isOver() || !means.link().isComingBack()) {
        end(Reason.DISCONNECTED, "no connection to " + means.link().servers());
      } else {
        askAgain(1);
      }
    } catch (RuntimeException e) {
      means.inbox().leave();
      answer.completeExceptionally(e);
    }
  }

  private void replied(ReplyInbox.Reply reply) {
    switch (reply) {
      case ReplyInbox.Reply.Data(byte[] bytes) -> read(bytes);
      case ReplyInbox.Reply.Late _ ->
          end(
              Reason.TIMEOUT,
              "no answer on " + topic.subject() + " in " + means.deadline().toMillis() + " ms");
      case ReplyInbox.Reply.Nobody _ when isOnItsWayBack() -> {
        means.inbox().lost(topic.subject());
        askAgain(attempts); // later each time, so that many who wait do not flood the bus
      }
      case ReplyInbox.Reply.Nobody _ ->
          end(
              Reason.NO_RESPONDERS,
              "nobody answers on " + topic.subject() + ": is a backend running?");
      case ReplyInbox.Reply.Lost _ -> askAgain(1);
    }
  }

  /// A backend that answered a moment ago may have lost its server, the same as ours or another:
  /// then it is back before the deadline.
  private boolean isOnItsWayBack() {
    return !isOver() && (topic.isJustHeard() || means.link().isJustBack());
  }

  private boolean isOver() {
    return System.nanoTime() - end >= 0;
  }

  private void askAgain(int looks) {
    long left = Math.max(0, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()));
    long millis = Math.min(looks * LOOK_MILLIS, left);
    Executor later =
        CompletableFuture.delayedExecutor(
            millis, TimeUnit.MILLISECONDS, Thread::startVirtualThread);
    later.execute(this::ask);
  }

  private void read(byte[] bytes) {
    means.inbox().leave();
    A read;
    try {
      read = reader.read(bytes);
    } catch (MalformedMessageException e) {
      fail(Reason.BAD_REPLY, String.valueOf(e.getMessage()));
      return;
    } catch (RuntimeException e) {
      answer.completeExceptionally(e);
      return;
    }
    CurrentTrace.during(trace, () -> topic.answered(System.nanoTime() - start));
    answer.complete(read);
  }

  private void end(Reason reason, String why) {
    means.inbox().leave();
    fail(reason, why);
  }

  private void fail(Reason reason, String why) {
    var unavailable = new BackendUnavailableException(reason, why);
    topic.unanswered(unavailable);
    answer.completeExceptionally(unavailable);
  }
}
