package dev.bootbus.http;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Knows how many requests are under way, and asks for no more on a connection when the server is
/// to stop.
final class Counted extends Handler.Wrapper {
  private final RequestMeters meters;

  Counted(Handler others, RequestMeters meters) {
    super(others);
    this.meters = meters;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    meters.begun();
    if (meters.isDraining()) {
      response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
    }
    Request.addCompletionListener(request, _ -> meters.over());
    return super.handle(request, response, callback);
  }
}
