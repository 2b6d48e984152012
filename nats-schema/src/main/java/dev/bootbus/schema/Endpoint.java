package dev.bootbus.schema;

import dev.bootbus.schema.AnswerMeters.End;
import io.nats.client.Connection;
import io.nats.client.impl.Headers;
import io.nats.service.ServiceEndpoint;
import io.nats.service.ServiceMessage;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One subject on which this process answers. Every request that names a reply subject gets exactly
/// one reply, before the deadline.
final class Endpoint {
  /// Reads a request, has it answered, and writes the answer.
  sealed interface Handler {
    /// Returns when it has the answer, and may wait for it: each request has a virtual thread.
    non-sealed interface Waiting extends Handler {
      byte[] answer(byte[] request) throws Exception;
    }

    /// Returns at once, and answers then or later: it runs where requests come in.
    non-sealed interface Prompt extends Handler {
      CompletionStage<byte[]> answer(byte[] request) throws Exception;
    }

    /// As [Waiting], in plain JSON.
    ///
    /// @param told whether to read what is said without a reply subject, too
    record Plain(Bus.ApiHandler handler, boolean told) implements Handler {}
  }

  /// Writes an answer that says no.
  interface Refusal {
    byte[] because(int code, String why);
  }

  /// @param name endpoint of the NATS service
  record Route(String name, String subject, Handler handler, Refusal refusal) {}

  /// Frozen, or jnats would copy it for each message.
  static final Headers HEADERS =
      new Headers(new Headers().put("content-type", "application/cloudevents+json"), true);

  private static final String JSON = "application/json";
  private static final Headers OF_JSON = new Headers(new Headers().put("content-type", JSON), true);
  private static final Duration BACK_AFTER = Duration.ofMillis(10);
  private static final int BAD_REQUEST = 400;
  private static final int TOO_LARGE = 413;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int INTERNAL_ERROR = 500;
  private static final int UNAVAILABLE = 503;

  private final Route route;
  private final ServiceTerms terms;
  private final long deadlineNanos;
  private final AnswerMeters meters;
  private final Consumer<BusState> onState;
  private final Semaphore free;
  private final Set<Work> underWay = ConcurrentHashMap.newKeySet(); // as many as were acquired

  Endpoint(
      Route route,
      ServiceTerms terms,
      long deadlineNanos,
      AnswerMeters meters,
      Consumer<BusState> onState) {
    this.route = route;
    this.terms = terms;
    this.deadlineNanos = deadlineNanos;
    this.meters = meters;
    this.onState = onState;
    this.free = new Semaphore(terms.maxInFlight());
    meters.inFlight(free, terms.maxInFlight());
  }

  ServiceTerms terms() {
    return terms;
  }

  ServiceEndpoint on(Connection connection) {
    return ServiceEndpoint.builder()
        .endpointName(route.name())
        .endpointSubject(route.subject())
        .endpointQueueGroup(terms.queueGroup())
        .endpointMetadata(metadata())
        .statsDataSupplier(meters::stats)
        .handler(message -> take(connection, message))
        .build();
  }

  private Map<String, String> metadata() {
    return terms.dryRuns()
        ? Map.of("contract", "bootbus.v1", "dry-run", "yes")
        : Map.of("contract", "bootbus.v1");
  }

  private void take(Connection connection, ServiceMessage message) {
    long arrived = System.nanoTime();
    if (message.getReplyTo() == null
        && !(route.handler() instanceof Handler.Plain(_, boolean told) && told)) {
      meters.ended(End.NO_REPLY_SUBJECT, 0);
      return;
    }
    Work work = new Work(connection, message, arrived);
    if (!free.tryAcquire()) {
      work.refuse(End.BUSY, TOO_MANY_REQUESTS, "too many requests at once");
      return;
    }
    underWay.add(work);
    switch (route.handler()) {
      case Handler.Waiting handler -> Thread.ofVirtual().start(() -> work.await(handler));
      case Handler.Plain handler -> Thread.ofVirtual().start(() -> work.await(handler));
      case Handler.Prompt handler -> work.begin(handler);
    }
  }

  /// Answers for handlers that take too long, and wakes them.
  void expire(long now) {
    for (Work work : underWay) {
      if (now - work.arrived > deadlineNanos) {
        work.expire();
      }
    }
  }

  /// What is told of it; those in plain JSON are many.
  Optional<BusState> state() {
    return route.handler() instanceof Handler.Plain
        ? Optional.empty()
        : Optional.of(new BusState.Answering(route.subject(), terms.queueGroup()));
  }

  boolean isIdle() {
    return underWay.isEmpty();
  }

  private final class Work {
    private final Connection connection;
    private final ServiceMessage message;
    private final long arrived;
    private final AtomicBoolean answered = new AtomicBoolean();
    private volatile @Nullable Thread thread;

    Work(Connection connection, ServiceMessage message, long arrived) {
      this.connection = connection;
      this.message = message;
      this.arrived = arrived;
    }

    void await(Handler.Waiting handler) {
      thread = Thread.currentThread();
      try {
        reply(End.ANSWERED, handler.answer(message.getData()));
      } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
        fail(e);
      } finally {
        leave();
      }
    }

    void await(Handler.Plain handler) {
      thread = Thread.currentThread();
      try {
        ApiReply answer = handler.handler().answer(message.getData());
        if (answer.body().length > connection.getMaxPayload()) {
          refuse(End.ANSWERED, TOO_LARGE, "the answer is larger than a message may be");
        } else {
          reply(End.ANSWERED, answer.body(), headers(answer.code(), answer.error()));
        }
      } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
        fail(e);
      } finally {
        leave();
      }
    }

    void begin(Handler.Prompt handler) {
      try {
        handler.answer(message.getData()).whenComplete(this::end);
      } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
        end(null, e);
      }
    }

    private void end(byte @Nullable [] answer, @Nullable Throwable failure) {
      if (answer != null) {
        reply(End.ANSWERED, answer);
      } else {
        fail(cause(failure));
      }
      leave();
    }

    private static Throwable cause(@Nullable Throwable failure) {
      if (failure instanceof CompletionException && failure.getCause() != null) {
        return failure.getCause();
      }
      return failure == null ? new NullPointerException("the answer is null") : failure;
    }

    private void fail(Throwable e) {
      if (e instanceof MalformedMessageException) {
        refuse(End.MALFORMED, BAD_REQUEST, String.valueOf(e.getMessage()));
      } else if (!answered.get()) { // an exception after the deadline comes of the interrupt
        onState.accept(new BusState.HandlerFailed(e));
        String what = e.getClass().getSimpleName();
        refuse(End.FAILED, INTERNAL_ERROR, "the backend failed: " + what);
      }
    }

    /// Whoever waits is woken and leaves then; an answer that was to come later is given up.
    void expire() {
      long millis = deadlineNanos / 1_000_000;
      refuse(End.EXPIRED, UNAVAILABLE, "the backend had no answer in " + millis + " ms");
      Thread handling = thread;
      if (handling != null) {
        handling.interrupt();
      } else if (route.handler() instanceof Handler.Prompt) {
        leave();
      }
    }

    private void leave() {
      if (underWay.remove(this)) {
        free.release();
      }
    }

    private void refuse(End end, int code, String why) {
      byte[] answer = route.refusal().because(code, why);
      boolean plain = route.handler() instanceof Handler.Plain;
      reply(end, answer, plain ? headers(code, why) : HEADERS);
    }

    private static Headers headers(int code, String error) {
      return code == 0
          ? OF_JSON
          : new Headers()
              .put("content-type", "application/problem+json")
              .put("Nats-Service-Error-Code", Integer.toString(code))
              .put("Nats-Service-Error", error.replaceAll("[^ -~]", "?"));
    }

    private void reply(End end, byte[] answer) {
      reply(end, answer, HEADERS);
    }

    private void reply(End end, byte[] answer, Headers headers) {
      if (!answered.compareAndSet(false, true)) {
        return;
      }
      meters.ended(end, System.nanoTime() - arrived);
      if (message.getReplyTo() != null && !respond(answer, headers)) {
        Thread.ofVirtual().start(() -> respondWhenBack(answer, headers));
      }
    }

    /// @return whether there was a connection
    private boolean respond(byte[] answer, Headers headers) {
      try {
        message.respond(connection, answer, headers);
        return true;
      } catch (IllegalStateException e) {
        return false;
      }
    }

    /// The asker may have lost nothing, and wait.
    private void respondWhenBack(byte[] answer, Headers headers) {
      try {
        do {
          Thread.sleep(BACK_AFTER);
        } while (!respond(answer, headers) && System.nanoTime() - arrived < deadlineNanos);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
