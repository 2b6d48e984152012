package dev.bootbus.schema;

import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;

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

  private record Question(String subject, long end, CompletableFuture<Reply> reply) {}

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

  private volatile String prefix = "";
  private volatile boolean closed;

  ReplyInbox(BusMeters meters) {
    this.meters = meters;
    meters.inFlight(free, left -> MAX_IN_FLIGHT - left.availablePermits());
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
        for (Question question : waiting.values()) {
          if (now - question.end() >= 0) {
            question.reply().complete(LATE);
          }
        }
      }
    } catch (InterruptedException e) {
      // nobody does that
    }
  }

  void close() {
    closed = true;
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

  /// Asks, and waits for the first reply.
  ///
  /// @param end of the wait, as of [System#nanoTime]
  /// @throws InterruptedException if the thread is
  Reply ask(Connection connection, String subject, Headers headers, byte[] body, long end)
      throws InterruptedException {
    long token = tokens.incrementAndGet();
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    waiting.put(token, new Question(subject, end, reply));
    try {
      connection.publish(
          subject, prefix + Long.toString(token, Character.MAX_RADIX), headers, body);
      return reply.get();
    } catch (IllegalStateException | ExecutionException e) {
      return LOST; // closed or reconnecting since we looked
    } finally {
      remember(token, isAnswered(reply) ? ANSWERED : EXPIRED);
      waiting.remove(token);
    }
  }

  private static boolean isAnswered(CompletableFuture<Reply> reply) {
    return reply.getNow(LOST) instanceof Reply.Data;
  }

  private void onReply(Message message) {
    long token = token(message.getSubject());
    Question question = waiting.get(token);
    CompletableFuture<Reply> asked = question == null ? null : question.reply();
    boolean nobody = message.isStatusMessage() && message.getStatus().getCode() == NO_RESPONDERS;
    Reply reply = nobody ? NOBODY : new Reply.Data(message.getData());
    if (asked == null || !asked.complete(reply)) {
      ignored(token, asked != null && isAnswered(asked));
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
    waiting.values().forEach(question -> question.reply().complete(LOST));
  }

  /// The same for one subject, because those who answer on it went away.
  void lost(String subject) {
    for (Question question : waiting.values()) {
      if (question.subject().equals(subject)) {
        question.reply().complete(LOST);
      }
    }
  }
}
