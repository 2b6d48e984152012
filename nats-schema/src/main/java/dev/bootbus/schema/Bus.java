package dev.bootbus.schema;

import dev.bootbus.schema.BackendUnavailableException.Reason;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener.Events;
import io.nats.client.Dispatcher;
import io.nats.client.ErrorListener;
import io.nats.client.JetStreamStatusException;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A connection to the bus, with both ends of every conversation: [#ask] on one side,
/// [#answerDhcp] and [#answerFiles] on the other.
///
/// It connects in the background and reconnects for ever; while it is not connected, asking fails
/// at once. Every method may be called from any thread.
public final class Bus implements AutoCloseable {
  private static final Duration RECONNECT_WAIT = Duration.ofMillis(250);
  private static final Duration DRAIN_TIME = Duration.ofSeconds(1);
  private static final int MAX_IN_FLIGHT = 1024;
  private static final Headers HEADERS =
      new Headers().put("content-type", "application/cloudevents+json");

  private final BusSettings settings;
  private final String source;
  private final Consumer<BusState> onState;
  private final CompletableFuture<Connection> first = new CompletableFuture<>();
  private final Semaphore inFlight = new Semaphore(MAX_IN_FLIGHT);
  private final Map<String, Reason> silent =
      new HashMap<>(); // one entry per subject, so at most two
  private @Nullable Boolean connected;
  private volatile boolean closing;

  private Bus(BusSettings settings, Consumer<BusState> onState) {
    this.settings = settings;
    this.source = settings.source();
    this.onState = onState;
  }

  /// Returns at once, connected or not.
  ///
  /// @throws IllegalArgumentException if a server URL cannot be read
  public static Bus connect(BusSettings settings, Consumer<BusState> onState) {
    Rehearsal.run();
    Bus bus = new Bus(settings, onState);
    try {
      Nats.connectAsynchronously(bus.options(), true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return bus;
  }

  private Options options() {
    return new Options.Builder()
        .server(settings.servers())
        .connectionName(settings.clientName())
        .maxReconnects(-1)
        .reconnectWait(RECONNECT_WAIT)
        .reconnectJitter(RECONNECT_WAIT)
        .connectionTimeout(Duration.ofSeconds(2))
        // what is asked while the bus is away must fail now, not arrive later
        .reconnectBufferSize(0)
        .discardMessagesWhenOutgoingQueueFull()
        .reportNoResponders()
        .dontForceFlushOnRequest()
        .connectionListener((connection, event) -> onEvent(connection, event))
        .errorListener(new QuietErrors())
        .build();
  }

  private void onEvent(Connection connection, Events event) {
    switch (event) {
      case CONNECTED, RECONNECTED -> {
        if (closing) {
          closeNow(connection);
          return;
        }
        first.complete(connection);
        tell(new BusState.Connected(String.valueOf(connection.getConnectedUrl())));
      }
      case DISCONNECTED, CLOSED ->
          tell(new BusState.Disconnected("no connection to " + settings.servers()));
      default -> {}
    }
  }

  private synchronized void tell(BusState.Connected now) {
    if (!Boolean.TRUE.equals(connected)) {
      connected = true;
      onState.accept(now);
    }
  }

  private synchronized void tell(BusState.Disconnected now) {
    if (!closing && !Boolean.FALSE.equals(connected)) {
      connected = false;
      onState.accept(now);
    }
  }

  private synchronized void answered(String subject) {
    if (silent.remove(subject) != null) {
      onState.accept(new BusState.BackendAnswers(subject));
    }
  }

  private synchronized void unanswered(String subject, BackendUnavailableException why) {
    if (why.reason() != Reason.DISCONNECTED && silent.put(subject, why.reason()) != why.reason()) {
      onState.accept(
          new BusState.BackendSilent(subject, why.reason(), String.valueOf(why.getMessage())));
    }
  }

  /// The connection beneath, once there has been one; for JetStream, which needs more than
  /// request-reply.
  public CompletableFuture<Connection> connection() {
    return first;
  }

  /// Asks who a machine is, and waits for the answer.
  public DhcpResponse ask(DhcpRequest request) throws BackendUnavailableException {
    byte[] asked = DhcpJson.write(Envelope.of(source, settings.requestType()), request);
    return exchange(
        settings.subjects().dhcp(),
        asked,
        bytes -> sameMachine(request, DhcpJson.readResponse(bytes)));
  }

  private static DhcpResponse sameMachine(DhcpRequest request, DhcpResponse response)
      throws MalformedMessageException {
    if (response instanceof DhcpResponse.Answer answer
        && !answer.dhcp().mac().isNone()
        && !answer.dhcp().mac().equals(request.mac())) {
      throw new MalformedMessageException(
          "asked for " + request.mac() + ", answered for " + answer.dhcp().mac());
    }
    return response;
  }

  /// Asks what is in a file for a machine, and waits for the answer.
  public FileAnswer ask(FileRequest request) throws BackendUnavailableException {
    byte[] asked = FileJson.write(Envelope.of(source, "dev.bootbus.file.request"), request);
    return exchange(settings.subjects().file(), asked, FileJson::readAnswer);
  }

  private interface Reader<T> {
    T read(byte[] message) throws MalformedMessageException;
  }

  private <A> A exchange(String subject, byte[] asked, Reader<A> reader)
      throws BackendUnavailableException {
    try {
      A answer = reader.read(await(subject, request(subject, asked)));
      answered(subject);
      return answer;
    } catch (MalformedMessageException e) {
      var why = new BackendUnavailableException(Reason.BAD_REPLY, String.valueOf(e.getMessage()));
      unanswered(subject, why);
      throw why;
    } catch (BackendUnavailableException e) {
      unanswered(subject, e);
      throw e;
    }
  }

  private CompletableFuture<Message> request(String subject, byte[] asked)
      throws BackendUnavailableException {
    Connection connection = first.getNow(null);
    if (connection == null || connection.getStatus() != Connection.Status.CONNECTED) {
      throw disconnected("no connection to " + settings.servers());
    }
    try {
      return connection.request(subject, HEADERS, asked);
    } catch (IllegalStateException e) {
      throw disconnected(String.valueOf(e.getMessage()));
    }
  }

  private byte[] await(String subject, CompletableFuture<Message> reply)
      throws BackendUnavailableException {
    long deadline = settings.deadline().toMillis();
    try {
      return reply.get(deadline, TimeUnit.MILLISECONDS).getData();
    } catch (TimeoutException e) {
      reply.cancel(false);
      throw new BackendUnavailableException(
          Reason.TIMEOUT, "no answer on " + subject + " in " + deadline + " ms");
    } catch (CancellationException e) {
      throw disconnected("the connection was lost");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof JetStreamStatusException
          ? new BackendUnavailableException(
              Reason.NO_RESPONDERS, "nobody answers on " + subject + ": is a backend running?")
          : disconnected(String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw disconnected("interrupted");
    }
  }

  private static BackendUnavailableException disconnected(String message) {
    return new BackendUnavailableException(Reason.DISCONNECTED, message);
  }

  /// Answers every [DhcpRequest], from now on and after every reconnect. Of all processes that
  /// answer with the same queue group, one gets each request. A malformed request is answered
  /// with error 400, one too many with 429, and a handler that throws with 500.
  public void answerDhcp(String queueGroup, Function<DhcpRequest, DhcpResponse> handler) {
    Envelope envelope = Envelope.of(source, settings.responseType());
    serve(
        settings.subjects().dhcp(),
        queueGroup,
        bytes -> DhcpJson.write(envelope.fresh(""), handler.apply(DhcpJson.readRequest(bytes))),
        (code, why) -> DhcpJson.write(envelope.fresh(""), new DhcpResponse.Error(code, why)));
  }

  /// The same for every [FileRequest].
  public void answerFiles(String queueGroup, Function<FileRequest, FileAnswer> handler) {
    Envelope envelope = Envelope.of(source, "dev.bootbus.file.response");
    serve(
        settings.subjects().file(),
        queueGroup,
        bytes -> FileJson.write(envelope.fresh(""), handler.apply(FileJson.readRequest(bytes))),
        (code, why) -> FileJson.writeError(envelope.fresh(""), code, why));
  }

  private interface Refusal {
    byte[] because(int code, String why);
  }

  private void serve(String subject, String queueGroup, Reader<byte[]> answer, Refusal refusal) {
    first.thenAccept(
        connection -> {
          Dispatcher dispatcher =
              connection.createDispatcher(message -> take(connection, message, answer, refusal));
          dispatcher.subscribe(subject, queueGroup);
        });
  }

  private void take(
      Connection connection, Message message, Reader<byte[]> answer, Refusal refusal) {
    if (message.getReplyTo() == null) {
      return;
    }
    if (!inFlight.tryAcquire()) {
      reply(connection, message, refusal.because(429, "too many requests at once"));
      return;
    }
    Thread.startVirtualThread(
        () -> {
          try {
            reply(connection, message, outcome(message, answer, refusal));
          } finally {
            inFlight.release();
          }
        });
  }

  private byte[] outcome(Message message, Reader<byte[]> answer, Refusal refusal) {
    try {
      return answer.read(message.getData());
    } catch (MalformedMessageException e) {
      return refusal.because(400, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      onState.accept(new BusState.HandlerFailed(e));
      return refusal.because(500, "the backend failed: " + e.getClass().getSimpleName());
    }
  }

  private static void reply(Connection connection, Message message, byte[] answer) {
    connection.publish(
        NatsMessage.builder().subject(message.getReplyTo()).headers(HEADERS).data(answer).build());
  }

  /// Ends the connection; answers under way get up to 1 s where there is still somebody to take
  /// them.
  @Override
  public void close() {
    closing = true;
    Connection connection = first.getNow(null);
    if (connection == null) {
      return;
    }
    try {
      if (connection.getStatus() == Connection.Status.CONNECTED) {
        connection.drain(DRAIN_TIME).get(DRAIN_TIME.toMillis() + 500, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | ExecutionException | IllegalStateException e) {
      // what could not be drained in time is lost with the process, as it would be without draining
    }
    closeNow(connection);
  }

  private static void closeNow(Connection connection) {
    try {
      connection.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// The connection's state is told through [BusState]; jnats's own listener would log a stack
  /// trace for every attempt.
  private final class QuietErrors implements ErrorListener {
    @Override
    public void errorOccurred(Connection connection, String error) {
      tell(new BusState.Disconnected(settings.servers() + " refuses: " + error));
    }

    @Override
    public void exceptionOccurred(Connection connection, Exception e) {
      if (!first.isDone()) {
        tell(new BusState.Disconnected("no connection to " + settings.servers()));
      }
    }
  }
}
