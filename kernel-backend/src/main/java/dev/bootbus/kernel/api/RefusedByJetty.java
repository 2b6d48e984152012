package dev.bootbus.kernel.api;

import dev.bootbus.kernel.api.Problem.Kind;
import dev.bootbus.kernel.journal.Journal;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/// What Jetty itself refuses, such as garbage in the place of a request, as a problem.
record RefusedByJetty(Journal journal) implements Request.Handler {
  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    ApiExchange exchange = new ApiExchange(Request.unWrap(request), response, callback, journal);
    Object cause = request.getAttribute(ErrorHandler.ERROR_EXCEPTION);
    if (cause instanceof HttpException refusal) {
      exchange.refuse(
          Problem.of(Kind.BAD_REQUEST, "not HTTP as it should be: " + refusal.getReason()));
    } else {
      exchange.fail(
          cause instanceof Throwable thrown ? thrown : new IllegalStateException("no answer"));
    }
    return true;
  }
}
