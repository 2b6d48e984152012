package dev.bootbus.kernel.store;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Stores records in one stream, many at once and without a thread for each: one subscription gets
/// the acknowledgements of all.
public final class PipelinedWrites implements AutoCloseable {
  /// What became of one record.
  sealed interface Ack {
    /// It is in the stream.
    record Stored(long revision) implements Ack {}

    /// It is not, because the latest record of its subject is not the expected one.
    record Overtaken() implements Ack {}

    /// Nobody knows whether it is.
    record Lost(String why) implements Ack {}
  }

  private record Waiting(long end, Consumer<Ack> then) {}

  /// Some MB, and a fraction of a second of what nats-server stores.
  private static final int MAX_IN_FLIGHT = 4096;

  private static final Duration WATCH_EVERY = Duration.ofMillis(25);
  private static final int TOKEN_RADIX = 36;
  private static final String EXPECTED = "Nats-Expected-Last-Subject-Sequence";
  private static final String MESSAGE_ID = "Nats-Msg-Id";
  private static final String SEQUENCE = "\"seq\":";
  private static final String ERROR = "\"error\":";
  private static final String WRONG_LAST_SEQUENCE = "\"err_code\":10071";
  private static final String LAST_SEQUENCE_UNKNOWN = "\"err_code\":10164";
  private static final String BEING_STORED = "\"err_code\":10158";
  private static final String DUPLICATE = "\"duplicate\":";
  private static final byte[] NOTHING = {};
  private static final Ack OVERTAKEN = new Ack.Overtaken();
  private static final Ack GONE = new Ack.Lost("the connection was lost");

  private final Connection connection;
  private final long timeNanos;
  private final String prefix;
  private final Semaphore free = new Semaphore(MAX_IN_FLIGHT);
  private final Map<Long, Waiting> waiting = new ConcurrentHashMap<>();
  private final AtomicLong tokens = new AtomicLong();
  private final Thread watch;
  private volatile boolean closed;

  /// @param dispatcher in whose thread the acknowledgements are told
  /// @param time after which one is lost
  PipelinedWrites(Connection connection, Dispatcher dispatcher, Duration time) {
    this.connection = connection;
    this.timeNanos = time.toNanos();
    this.prefix = connection.createInbox() + ".";
    dispatcher.subscribe(prefix + "*", this::acknowledged);
    this.watch = Thread.ofVirtual().name("acknowledgements").start(this::watch);
  }

  /// @param expected revision of the latest record of the subject, or 0 if there is to be none
  /// @param then told once, and must not wait
  void write(String subject, byte[] record, long expected, Consumer<Ack> then) {
    send(subject, new Headers(), record, expected, then);
  }

  /// The same with a marker that the key was deleted.
  void remove(String subject, long expected, Consumer<Ack> then) {
    send(subject, new Headers().put(Watch.OPERATION, "DEL"), NOTHING, expected, then);
  }

  /// The same, and what the key has held before is gone as well.
  void purge(String subject, long expected, Consumer<Ack> then) {
    Headers headers = new Headers().put(Watch.OPERATION, "PURGE").put("Nats-Rollup", "sub");
    send(subject, headers, NOTHING, expected, then);
  }

  private void send(
      String subject, Headers headers, byte[] record, long expected, Consumer<Ack> then) {
    if (!free.tryAcquire()) {
      then.accept(new Ack.Lost("too many records are being stored"));
      return;
    }
    long token = tokens.incrementAndGet();
    waiting.put(token, new Waiting(System.nanoTime() + timeNanos, then));
    if (closed) { // after close() has looked who waits, nobody else would say so
      ended(token, GONE);
      return;
    }
    try {
      connection.publish(
          subject,
          prefix + Long.toString(token, TOKEN_RADIX),
          headers.put(EXPECTED, Long.toString(expected)).put(MESSAGE_ID, id(subject, expected)),
          record);
    } catch (IllegalStateException | IllegalArgumentException e) {
      ended(token, new Ack.Lost(why(e)));
    }
  }

  /// What jnats says without a connection is of its buffers.
  private String why(RuntimeException e) {
    return connection.getStatus() == Connection.Status.CONNECTED
        ? String.valueOf(e.getMessage())
        : "nats-server is not there";
  }

  /// The same for all who would replace one record, so that the stream keeps the first and drops
  /// the others as its duplicates. For nats-server before 2.9.21 looks at the expected revision in
  /// a stream with several replicas only before they agree on an order, and took two records in
  /// the place of one where they came at once.
  private static String id(String subject, long expected) {
    return subject.substring(subject.lastIndexOf('.') + 1) + ' ' + expected;
  }

  private void acknowledged(Message message) {
    String subject = message.getSubject();
    long token;
    try {
      token = Long.parseLong(subject, prefix.length(), subject.length(), TOKEN_RADIX);
    } catch (NumberFormatException e) {
      return; // nobody of ours
    }
    ended(
        token,
        message.isStatusMessage()
            ? new Ack.Lost("nats-server has no stream for it")
            : read(new String(message.getData(), StandardCharsets.UTF_8)));
  }

  /// `{"stream":"KV_bootbus-leases","seq":7}`, or with an `error` in it.
  private static Ack read(String json) {
    if (json.contains(ERROR)) {
      return json.contains(WRONG_LAST_SEQUENCE)
              || json.contains(LAST_SEQUENCE_UNKNOWN)
              || json.contains(BEING_STORED)
          ? OVERTAKEN
          : new Ack.Lost(json);
    }
    if (json.contains(DUPLICATE)) {
      return OVERTAKEN;
    }
    int at = json.indexOf(SEQUENCE) + SEQUENCE.length();
    long revision = 0;
    while (at < json.length() && json.charAt(at) == ' ') {
      at++;
    }
    while (at < json.length() && Character.digit(json.charAt(at), 10) >= 0) {
      revision = 10 * revision + Character.digit(json.charAt(at++), 10);
    }
    return revision > 0 ? new Ack.Stored(revision) : new Ack.Lost(json);
  }

  /// Records that are not acknowledged yet.
  int underWay() {
    return waiting.size();
  }

  private void ended(long token, Ack ack) {
    @Nullable Waiting one = waiting.remove(token);
    if (one != null) {
      free.release();
      one.then().accept(ack);
    }
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(WATCH_EVERY);
        long now = System.nanoTime();
        waiting.forEach(
            (token, one) -> {
              if (now - one.end() >= 0) {
                ended(token, new Ack.Lost("nats-server has not acknowledged it in time"));
              }
            });
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  /// Those under way are lost. The subscription ends with its dispatcher.
  @Override
  public void close() {
    closed = true;
    watch.interrupt();
    waiting.keySet().forEach(token -> ended(token, GONE));
  }
}
