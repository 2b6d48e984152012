package dev.bootbus.http;

import dev.bootbus.content.BootPath;
import dev.bootbus.schema.BootEvent;
import dev.bootbus.schema.EventFact;
import dev.bootbus.schema.EventKind;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.NanoTime;

/// Tells the bus what became of each request, when its response is complete or broken.
///
/// It is called on the thread that finished the response, which for small files is the selector's:
/// so each event is put together in one go.
final class BootEvents implements RequestLog {
  /// Jetty's word for a request line that it cannot read.
  private static final String UNREADABLE = "BAD";

  private static final double NANOS_PER_SECOND = 1e9;

  private final Consumer<BootEvent> bus;

  BootEvents(Consumer<BootEvent> bus) {
    this.bus = bus;
  }

  /// HEAD is how UEFI HTTP boot asks for the size before each file: it is told only if that fails,
  /// because no GET follows then. A listing is no file that boots. What is no HTTP request comes
  // from no machine that boots.
  static Optional<EventKind> kind(Outcome outcome, String method, int status, boolean generated) {
    return switch (outcome) {
      case SENT, UNCHANGED ->
          method.equals("HEAD") ? Optional.empty() : Optional.of(served(status, generated));
      case STORED -> Optional.of(EventKind.HTTP_STORED);
      case ONLINE -> Optional.of(EventKind.HTTP_ONLINE);
      case LISTED, REDIRECTED -> Optional.empty();
      case NOT_FOUND, DENIED, REFUSED, UNAVAILABLE, BROKEN, CUT_SHORT, FAILED ->
          method.equals(UNREADABLE) ? Optional.empty() : Optional.of(EventKind.HTTP_FAILED);
    };
  }

  private static EventKind served(int status, boolean generated) {
    if (generated) {
      return EventKind.HTTP_SCRIPT;
    }
    return status == 206 ? EventKind.HTTP_RANGE : EventKind.HTTP_SERVED;
  }

  @Override
  public void log(Request request, Response response) {
    Outcome outcome = Exchange.outcome(request, response);
    boolean generated = request.getAttribute(Exchange.GENERATED) != null;
    Optional<EventKind> kind = kind(outcome, request.getMethod(), response.getStatus(), generated);
    if (kind.isPresent()) {
      bus.accept(event(kind.get(), outcome, request, response));
    }
  }

  private static BootEvent event(
      EventKind kind, Outcome outcome, Request request, Response response) {
    boolean failed = kind == EventKind.HTTP_FAILED;
    return new BootEvent(
        kind,
        Instant.now(),
        Exchange.machine(request),
        Exchange.peer(request),
        "",
        "",
        Exchange.trace(request).toString(),
        failed ? outcome.key() : "",
        failed && request.getAttribute(Exchange.REASON) instanceof String why ? why : "",
        facts(kind, request, response));
  }

  private static Map<EventFact, Object> facts(EventKind kind, Request request, Response response) {
    Map<EventFact, Object> facts = new EnumMap<>(EventFact.class);
    String file = file(String.valueOf(request.getHttpURI().getPath()));
    if (!file.isEmpty()) {
      facts.put(EventFact.FILE, file);
    }
    if (kind.facts().contains(EventFact.BYTES)) {
      facts.put(EventFact.BYTES, Exchange.sent(request, response));
    }
    facts.put(EventFact.SECONDS, NanoTime.since(request.getBeginNanoTime()) / NANOS_PER_SECOND);
    facts.put(EventFact.STATUS, (long) response.getStatus());
    String range = request.getHeaders().get(HttpHeader.RANGE);
    if (range != null && kind.facts().contains(EventFact.RANGE)) {
      facts.put(EventFact.RANGE, range.replaceFirst("^bytes=", ""));
    }
    return facts;
  }

  /// As a backend is asked for it, or as it came if it can be no file's name.
  private static String file(String path) {
    try {
      return MachineUrl.of(path).path().toString();
    } catch (BootPath.RefusedException e) {
      return MachineUrl.shown(path).replaceFirst("^/+", "");
    }
  }
}
