package dev.bootbus.http;

import dev.bootbus.runtime.LogText;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What Jetty itself refuses, such as a malformed header or an ambiguous path, said in one sentence
/// instead of a page of HTML.
final class SpokenErrors implements Request.Handler {
  private static final Logger LOG = LoggerFactory.getLogger("http-server");

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    Object cause = request.getAttribute(ErrorHandler.ERROR_EXCEPTION);
    String message = String.valueOf(request.getAttribute(ErrorHandler.ERROR_MESSAGE));
    String sentence;
    if (cause instanceof HttpException refusal) {
      sentence = "Refused: " + reason(refusal, message) + ".";
    } else {
      LOG.error("bug status={} message={}", status, LogText.of(message), cause);
      sentence = "This server made a mistake; its log says which.";
    }
    // the attributes of the wrapper would not reach the log
    new Exchange(Request.unWrap(request), response, callback).say(status, sentence);
    return true;
  }

  /// Jetty says of a path that leads out of the root only that it is a bad request; what lies
  /// beneath says more.
  private static String reason(HttpException refusal, String message) {
    Throwable cause = refusal instanceof Throwable thrown ? thrown.getCause() : null;
    return cause == null || cause.getMessage() == null ? message : cause.getMessage();
  }
}
