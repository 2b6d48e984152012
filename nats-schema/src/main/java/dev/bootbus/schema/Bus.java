package dev.bootbus.schema;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.bootbus.schema.BackendUnavailableException.Reason;
import io.nats.client.Connection;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/// A connection to the bus, with both ends of every conversation: [#ask] on one side,
/// [#answerDhcp] and [#answerFiles] on the other, and [#publish] and [#onEvents] for events.
///
/// It connects in the background and reconnects for ever. Every method may be called from any
/// thread.
public final class Bus implements AutoCloseable {
  /// Answers requests for machines. What it throws becomes error 500.
  @FunctionalInterface
  public interface DhcpHandler {
    DhcpResponse answer(DhcpRequest request) throws Exception;
  }

  /// Answers requests for machines, now or later. It is called by the one thread that takes
  /// requests from the bus, one after the other, so it must not wait; whatever thread completes
  /// the stage sends the answer. What it throws, and a stage that fails, becomes error 500.
  @FunctionalInterface
  public interface AsyncDhcpHandler {
    CompletionStage<DhcpResponse> answer(DhcpRequest request) throws Exception;
  }

  /// Answers requests for files. What it throws becomes error 500.
  @FunctionalInterface
  public interface FileHandler {
    FileAnswer answer(FileRequest request) throws Exception;
  }

  /// Answers questions in plain JSON. What it throws becomes error 500.
  @FunctionalInterface
  public interface ApiHandler {
    /// @param request as it came, of any length and content
    ApiReply answer(byte[] request) throws Exception;
  }

  private final BusSettings settings;
  private final Consumer<BusState> onState;
  private final Envelope dhcpQuestion;
  private final Envelope fileQuestion;
  private final BusMeters meters;
  private final Topic dhcp;
  private final Topic file;
  private final ReplyInbox inbox;
  private final SharedAnswers shared;
  private final Link link;
  private final Exchange.Means means;
  private final Answering answering;
  private final EventOutbox events;
  private final List<EventInbox> eventReaders = new CopyOnWriteArrayList<>();

  private Bus(BusSettings settings, Consumer<BusState> onState) {
    this.settings = settings;
    this.onState = onState;
    this.dhcpQuestion = Envelope.of(settings.source(), settings.requestType());
    this.fileQuestion = Envelope.of(settings.source(), "dev.bootbus.file.request");
    this.meters = new BusMeters(settings.meters());
    this.dhcp = new Topic(settings.subjects().dhcp(), meters.asking("dhcp"), onState);
    this.file = new Topic(settings.subjects().file(), meters.asking("file"), onState);
    this.inbox = new ReplyInbox(meters);
    this.shared = new SharedAnswers(settings, meters, Ticker.systemTicker());
    this.link = new Link(settings, meters, onState, inbox::lost);
    this.means = new Exchange.Means(link, inbox, settings.deadline());
    this.answering = new Answering(settings.clientName(), onState);
    this.events = new EventOutbox(settings, link, meters, onState);
  }

  /// Returns at once, connected or not.
  ///
  /// @throws IllegalArgumentException if a server URL, or a file with credentials, cannot be read
  public static Bus connect(BusSettings settings, Consumer<BusState> onState) {
    Thread.ofPlatform().daemon().name("rehearsal").start(Rehearsal::run);
    Bus bus = new Bus(settings, onState);
    bus.link.prepare(bus.inbox::attach);
    bus.link.prepare(bus.answering::attach);
    bus.inbox.open();
    bus.link.open();
    Path certificate = settings.access().tls().cert();
    if (certificate != null) {
      CertificateEnd.measure(settings.meters(), "nats", CertificateEnd.of(certificate));
    }
    if (settings.events()) {
      bus.events.open();
    }
    return bus;
  }

  /// Whether nats-server is reached now.
  public boolean isConnected() {
    return link.up() != null;
  }

  /// Its URLs, fit to be shown.
  public String shownServers() {
    return settings.shownServers();
  }

  /// Gives the connection beneath, for JetStream, which needs more than request-reply: as soon as
  /// there is one, and again if another has to take its place.
  public void onConnection(Consumer<Connection> attachment) {
    link.onConnection(attachment);
  }

  /// Asks who a machine is, and waits for the answer: at most for the deadline.
  public DhcpResponse ask(DhcpRequest request) throws BackendUnavailableException {
    return await(answer(request));
  }

  /// Asks who a machine is, and returns at once. The stage ends before the deadline is over:
  /// with the answer, or exceptionally with [BackendUnavailableException]. What depends on it runs
  /// in a thread of the bus, or in the caller's where nobody need be asked, and must not wait.
  public CompletionStage<DhcpResponse> askAsync(DhcpRequest request) {
    return answer(request);
  }

  private CompletableFuture<DhcpResponse> answer(DhcpRequest request) {
    return shared.answer(request, () -> askNow(request));
  }

  private CompletableFuture<DhcpResponse> askNow(DhcpRequest request) {
    byte[] question = DhcpJson.write(dhcpQuestion.fresh(request.traceparent()), request);
    return Exchange.begin(
        means, dhcp, question, bytes -> sameMachine(request, DhcpJson.readResponse(bytes)));
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

  /// Asks what is in a file for a machine, and waits for the answer: at most for the deadline.
  public FileAnswer ask(FileRequest request) throws BackendUnavailableException {
    byte[] question = FileJson.write(fileQuestion.fresh(request.traceparent()), request);
    return await(Exchange.begin(means, file, question, FileJson::readAnswer));
  }

  private static <A> A await(CompletableFuture<A> answer) throws BackendUnavailableException {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case BackendUnavailableException why -> throw why;
        case RuntimeException bug -> throw bug;
        default -> throw new IllegalStateException(e.getCause());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BackendUnavailableException(Reason.DISCONNECTED, "interrupted");
    }
  }

  /// Answers every [DhcpRequest], from now on and after every reconnect, as a NATS service. A
  /// malformed request is answered with error 400, one too many with 429, a handler that throws
  /// with 500, and one that takes too long with 503.
  public void answerDhcp(ServiceTerms terms, DhcpHandler handler) {
    Envelope envelope = Envelope.of(settings.source(), settings.responseType());
    Endpoint.Handler.Waiting waiting =
        bytes -> {
          DhcpRequest request = DhcpJson.readRequest(bytes);
          return answerTo(request, envelope, handler.answer(request));
        };
    answer(terms, dhcpRoute(envelope, waiting));
  }

  /// The same for a handler that answers later, and keeps no thread waiting until then. A request
  /// whose answer does not come before the deadline is given up.
  public void answerDhcpAsync(ServiceTerms terms, AsyncDhcpHandler handler) {
    Envelope envelope = Envelope.of(settings.source(), settings.responseType());
    Endpoint.Handler.Prompt prompt =
        bytes -> {
          DhcpRequest request = DhcpJson.readRequest(bytes);
          return handler
              .answer(request)
              .thenApply(response -> answerTo(request, envelope, response));
        };
    answer(terms, dhcpRoute(envelope, prompt));
  }

  private Endpoint.Route dhcpRoute(Envelope envelope, Endpoint.Handler handler) {
    return new Endpoint.Route(
        "dhcp",
        settings.subjects().dhcp(),
        handler,
        (code, why) -> DhcpJson.write(envelope.fresh(""), new DhcpResponse.Error(code, why)));
  }

  private static byte[] answerTo(DhcpRequest request, Envelope envelope, DhcpResponse response) {
    return DhcpJson.write(envelope.fresh(next(request.traceparent())), response);
  }

  public void answerDhcp(String queueGroup, DhcpHandler handler) {
    answerDhcp(ServiceTerms.of(queueGroup), handler);
  }

  /// The same for every [FileRequest].
  public void answerFiles(ServiceTerms terms, FileHandler handler) {
    answer(terms, fileRoute("file", settings.subjects().file(), handler));
  }

  /// Answers what would be in a file, on a subject of its own ([FileRequest#EXPLAIN]), so that one
  /// may be allowed to ask that and no more: each request is a dry run, whatever it says.
  public void answerFileDryRuns(ServiceTerms terms, FileHandler handler) {
    FileHandler dry = request -> handler.answer(request.asDryRun(request.clientArch()));
    answer(terms, fileRoute("explain-file", settings.subjects().ofApi(FileRequest.EXPLAIN), dry));
  }

  private Endpoint.Route fileRoute(String name, String subject, FileHandler handler) {
    Envelope envelope = Envelope.of(settings.source(), "dev.bootbus.file.response");
    Endpoint.Handler.Waiting waiting =
        bytes -> {
          FileRequest request = FileJson.readRequest(bytes);
          FileAnswer answer = handler.answer(request);
          return FileJson.write(envelope.fresh(next(request.traceparent())), answer);
        };
    return new Endpoint.Route(
        name, subject, waiting, (code, why) -> FileJson.writeError(envelope.fresh(""), code, why));
  }

  public void answerFiles(String queueGroup, FileHandler handler) {
    answerFiles(ServiceTerms.of(queueGroup), handler);
  }

  /// Answers questions in plain JSON on `bootbus.v1.<what>`, as [#answerDhcp] does, each in a
  /// virtual thread.
  ///
  /// @param what such as `nodes.list`
  /// @param told whether to read what is published there without a reply subject, too
  public void answerApi(ServiceTerms terms, String what, boolean told, ApiHandler handler) {
    answer(
        terms,
        new Endpoint.Route(
            what.replace('.', '-'),
            settings.subjects().ofApi(what),
            new Endpoint.Handler.Plain(handler, told),
            Json::problem));
  }

  private void answer(ServiceTerms terms, Endpoint.Route route) {
    answering.add(
        new Endpoint(
            route, terms, terms.deadlineNanos(settings), meters.answering(route.name()), onState));
  }

  /// The asker's trace, one step further.
  private static String next(String traceparent) {
    return traceparent.isEmpty()
        ? ""
        : Traceparent.parse(traceparent).map(parent -> parent.next().toString()).orElse("");
  }

  /// Tells what happened. Returns at once; when nobody listens, nothing is lost but the event.
  public void publish(BootEvent event) {
    if (settings.events()) {
      events.offer(event);
    }
  }

  /// Reads the events of these kinds that anyone publishes, one after the other, from now on and
  /// after every reconnect; of all processes of one queue group, one gets each event. Nothing is
  /// read again: what happens while no process listens is only in the JetStream stream, if there is
  /// one. What is no event is counted and left, and so is one whose reader throws.
  ///
  /// @param reader may publish, and should not wait: while it does, events queue up behind it
  public void onEvents(String queueGroup, Set<EventKind> kinds, Consumer<BootEvent> reader) {
    EventInbox reading =
        new EventInbox(
            new EventInbox.Route(queueGroup, kinds, reader), settings.subjects(), meters, onState);
    eventReaders.add(reading);
    link.onConnection(reading::attach);
  }

  /// Takes no more requests and events, and waits until those under way are answered: at most for
  /// their deadline.
  public void drain() {
    answering.drain();
    eventReaders.forEach(EventInbox::drain);
  }

  /// Drains, publishes the last events, and ends the connection.
  @Override
  public void close() {
    drain();
    events.close();
    link.close();
    inbox.close();
  }
}
