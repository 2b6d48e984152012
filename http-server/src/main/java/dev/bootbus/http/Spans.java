package dev.bootbus.http;

import dev.bootbus.runtime.tracing.AddressTraces;
import dev.bootbus.runtime.tracing.Span;
import dev.bootbus.runtime.tracing.Tracing;
import dev.bootbus.schema.MacAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.NanoTime;

/// Tells of each request as a span, when its response is complete or broken.
///
/// @param traces of the addresses that something is known of
record Spans(Tracing tracing, AddressTraces traces) implements RequestLog {
  /// Jetty's word for a request line that it cannot read, and OpenTelemetry's for such methods.
  private static final String UNREADABLE = "BAD";

  private static final String OTHER = "_OTHER";

  /// Has each request join its machine's trace before anything is done with it.
  Handler around(Handler files) {
    return new Handler.Wrapper(files) {
      @Override
      public boolean handle(Request request, Response response, Callback callback)
          throws Exception {
        Exchange.join(request, traces);
        return super.handle(request, response, callback);
      }
    };
  }

  @Override
  public void log(Request request, Response response) {
    Outcome outcome = Exchange.outcome(request, response);
    String method = request.getMethod().equals(UNREADABLE) ? OTHER : request.getMethod();
    MacAddress machine = Exchange.machine(request);
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("http.request.method", method);
    facts.put("http.response.status_code", (long) response.getStatus());
    facts.put("http.response.body.size", Exchange.sent(request, response));
    facts.put("url.path", MachineUrl.shown(String.valueOf(request.getHttpURI().getPath())));
    facts.put("url.scheme", String.valueOf(request.getHttpURI().getScheme()));
    facts.put("client.address", Exchange.peer(request).getHostAddress());
    facts.put("bootbus.mac", machine.isNone() ? "" : machine.toString());
    facts.put("bootbus.outcome", outcome.key());
    if (request.getAttribute(Exchange.REASON) instanceof String reason) {
      facts.put("bootbus.reason", reason);
    }
    String range = request.getHeaders().get(HttpHeader.RANGE);
    if (range != null) {
      facts.put("http.request.header.range", range);
    }
    tracing.ended(
        Span.endingNow(
            name(method),
            Span.Kind.SERVER,
            Exchange.step(request),
            NanoTime.since(request.getBeginNanoTime()),
            facts,
            isError(outcome) ? outcome.key() : ""));
  }

  /// Of few, as anybody may send any.
  private static String name(String method) {
    return switch (method) {
      case "GET", "HEAD", "PUT", "POST" -> method;
      default -> "HTTP";
    };
  }

  /// Only what is the server's fault, by the conventions; and what broke off.
  private static boolean isError(Outcome outcome) {
    return switch (outcome) {
      case SENT, STORED, ONLINE, LISTED, REDIRECTED, UNCHANGED, NOT_FOUND, DENIED, REFUSED -> false;
      case UNAVAILABLE, BROKEN, CUT_SHORT, FAILED -> true;
    };
  }
}
