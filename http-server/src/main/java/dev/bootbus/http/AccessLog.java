package dev.bootbus.http;

import dev.bootbus.runtime.LogText;
import dev.bootbus.schema.CurrentTrace;
import dev.bootbus.schema.MacAddress;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.NanoTime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One line for each request, when its response is complete or broken, and the count of each
/// [Outcome].
final class AccessLog implements RequestLog {
  private static final Logger LOG = LoggerFactory.getLogger("http-server");

  private static final String LINE = "{} peer={}{} status={} bytes={} ms={} trace={}{}{}";

  private final RequestMeters meters;

  AccessLog(RequestMeters meters) {
    this.meters = meters;
  }

  @Override
  public void log(Request request, Response response) {
    long bytes = Exchange.sent(request, response);
    Outcome outcome = Exchange.outcome(request, response);
    if (outcome == Outcome.FAILED) {
      LOG.warn(LINE, line(request, response, bytes));
    } else if (LOG.isInfoEnabled()) {
      LOG.info(LINE, line(request, response, bytes));
    }
    long nanos = NanoTime.since(request.getBeginNanoTime());
    CurrentTrace.during(
        Exchange.begun(request), () -> meters.ended(outcome, response.getStatus(), bytes, nanos));
  }

  private static Object[] line(Request request, Response response, long bytes) {
    return new Object[] {
      what(request, Exchange.outcome(request, response)),
      Exchange.peer(request).getHostAddress(),
      mac(request),
      response.getStatus(),
      bytes,
      NanoTime.millisSince(request.getBeginNanoTime()),
      Exchange.begun(request).traceId(),
      range(request),
      reason(request)
    };
  }

  private static String what(Request request, Outcome outcome) {
    String path =
        " path=" + LogText.of(MachineUrl.shown(String.valueOf(request.getHttpURI().getPath())));
    if (outcome == Outcome.STORED || outcome == Outcome.ONLINE) {
      return outcome.key() + path;
    }
    return switch (request.getMethod()) {
      case "GET" -> "get" + path;
      case "HEAD" -> "head" + path;
      // Jetty's word for a request line that it cannot read; the path is made up as well
      case "BAD" -> "refuse";
      case String method -> "refuse method=" + LogText.of(method) + path;
    };
  }

  private static String mac(Request request) {
    MacAddress mac = Exchange.machine(request);
    return mac.equals(MacAddress.NONE) ? "" : " mac=" + mac;
  }

  private static String range(Request request) {
    String range = request.getHeaders().get(HttpHeader.RANGE);
    return range == null ? "" : " range=" + LogText.of(range.replaceFirst("^bytes=", ""));
  }

  private static String reason(Request request) {
    return request.getAttribute(Exchange.REASON) instanceof String reason
        ? " reason=" + LogText.of(reason)
        : "";
  }

  /// `sent=12 unchanged=0 … bytes=345`
  String totals() {
    return meters.totals();
  }
}
