package dev.bootbus.schema;

import io.nats.client.Connection;
import io.nats.client.Message;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// All requests under way, and one subscription for all their replies.
///
/// Each request has a reply subject that is never used again: with one that is, the second reply of
/// two backends, or a late one, would be taken for the answer to another machine's question.
final class ReplyInbox {
  /// What became of one request.
  sealed interface Reply {
    /// The first reply that came.
    record Data(byte[] bytes) implements Reply {}

    /// Nobody subscribes to the subject: nats-server says so at once.
    record Nobody() implements Reply {}

    /// The time was over.
    record Late() implements Reply {}

    /// The connection went away in between.
    record Lost() implements Reply {}
  }

  /// One request, ended by whoever is the first to say how.
  private static final class Question {
    private final String subject;
    private final long end;
    private final Consumer<Reply> asker;
    private final AtomicReference<@Nullable Reply> reply = new AtomicReference<>();

    Question(String subject, long end, Consumer<Reply> asker) {
      this.subject = subject;
      this.end = end;
      this.asker = asker;
    }

    boolean isAnswered() {
      return reply.get() instanceof Reply.Data;
    }
  }

  static final int MAX_IN_FLIGHT = 4096;

  private static final Reply NOBODY = new Reply.Nobody();
  private static final Reply LATE = new Reply.Late();
  private static final Reply LOST = new Reply.Lost();
  private static final int NO_RESPONDERS = 503;
  private static final Duration WATCH_EVERY = Duration.ofMillis(20);
  private static final int REMEMBERED = 1 << 14;
  private static final int TOKEN_BITS = 30;
  private static final int ANSWERED = 0;
  private static final int EXPIRED = 1;

  private final BusMeters meters;
  private final Semaphore free = new Semaphore(MAX_IN_FLIGHT);
  private final Map<Long, Question> waiting = new ConcurrentHashMap<>();
  private final AtomicLong tokens = new AtomicLong();

  /// How the last requests ended, to tell a late reply from a double one: token and end in an int.
  private final AtomicIntegerArray ends = new AtomicIntegerArray(REMEMBERED);

  private final Runnable uncount;
  private volatile String prefix = "";
  private volatile boolean closed;

  ReplyInbox(BusMeters meters) {
    this.meters = meters;
    uncount = meters.inFlight(() -> MAX_IN_FLIGHT - free.availablePermits());
  }

  /// Ends the requests whose time is over. A timer for each, as the JDK sets one for each timed
  /// wait, takes a third of the CPU of asking.
  void open() {
    Thread.ofVirtual().name("deadlines").start(this::watch);
  }

  private void watch() {
    try {
      while (!closed || !waiting.isEmpty()) {
        Thread.sleep(WATCH_EVERY);
        long now = System.nanoTime();
        waiting.forEach(
            (token, question) -> {
              if (now - question.end >= 0) {
                end(token, question, LATE);
              }
            });
      }
    } catch (InterruptedException e) {
      // nobody does that
    }
  }

  void close() {
    closed = true;
    uncount.run();
  }

  void attach(Connection connection) {
    String inbox = connection.createInbox() + ".";
    connection.createDispatcher(this::onReply).subscribe(inbox + "*");
    prefix = inbox;
  }

  /// Makes room for one request, also while it waits for the connection; [#leave] gives it back.
  ///
  /// @return whether there was any
  boolean enter() {
    return free.tryAcquire();
  }

  void leave() {
    free.release();
  }

  /// Asks, and returns at once.
  ///
  /// @param end of the wait, as of [System#nanoTime]
  /// @param asker told once what became of it, by the thread that takes replies from the bus, or
  ///     that watches the deadlines; it must not wait
  void ask(Connection connection, String subject, byte[] body, long end, Consumer<Reply> asker) {
    long token = tokens.incrementAndGet();
    Question question = new Question(subject, end, asker);
    waiting.put(token, question);
    try {
      String replyTo = prefix + Long.toString(token, Character.MAX_RADIX);
      connection.publish(subject, replyTo, Endpoint.HEADERS, body);
    } catch (IllegalStateException e) {
      end(token, question, LOST); // closed or reconnecting since we looked
    } catch (RuntimeException e) {
      waiting.remove(token);
      throw e;
    }
  }

  /// @return whether it had not ended yet
  private boolean end(long token, Question question, Reply reply) {
    if (!question.reply.compareAndSet(null, reply)) {
      return false;
    }
    remember(token, question.isAnswered() ? ANSWERED : EXPIRED);
    waiting.remove(token);
    question.asker.accept(reply);
    return true;
  }

  private void onReply(Message message) {
    long token = token(message.getSubject());
    Question question = waiting.get(token);
    boolean nobody = message.isStatusMessage() && message.getStatus().getCode() == NO_RESPONDERS;
    Reply reply = nobody ? NOBODY : new Reply.Data(message.getData());
    if (question == null || !end(token, question, reply)) {
      ignored(token, question != null && question.isAnswered());
    }
  }

  /// @return 0 where it is none that was ever given out
  private static long token(String subject) {
    try {
      long token = Long.parseLong(subject, subject.lastIndexOf('.') + 1, subject.length(), 36);
      return Math.max(token, 0);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private void ignored(long token, boolean answered) {
    int end = ends.get((int) (token % REMEMBERED));
    boolean known = token > 0 && end >>> 1 == (token & ((1 << TOKEN_BITS) - 1));
    if (answered || (known && (end & 1) == ANSWERED)) {
      meters.doubleReply();
    } else if (known || waiting.containsKey(token)) {
      meters.lateReply();
    } else {
      meters.strayReply();
    }
  }

  private void remember(long token, int end) {
    int shortened = (int) (token & ((1 << TOKEN_BITS) - 1));
    ends.set((int) (token % REMEMBERED), shortened << 1 | end);
  }

  /// Whatever is under way will get no reply any more.
  void lost() {
    waiting.forEach((token, question) -> end(token, question, LOST));
  }

  /// The same for one subject, because those who answer on it went away.
  void lost(String subject) {
    waiting.forEach(
        (token, question) -> {
          if (question.subject.equals(subject)) {
            end(token, question, LOST);
          }
        });
  }
}
