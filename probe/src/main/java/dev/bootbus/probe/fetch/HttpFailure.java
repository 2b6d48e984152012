package dev.bootbus.probe.fetch;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.NoHttpResponseException;

/// What an exception of the HTTP library means to an operator.
final class HttpFailure {
  private HttpFailure() {}

  /// @param answered whether a status line had come
  static Finding of(IOException e, URI uri, boolean answered) {
    String who = uri.getHost() + (uri.getPort() < 0 ? "" : " port " + uri.getPort());
    String what = Words.printable(String.valueOf(e.getMessage()));
    return switch (e) {
      case SSLException tls -> Tls.why(tls, uri.getHost());
      case UnknownHostException _ -> new Finding(Cause.HOST_NOT_FOUND, what);
      case ConnectTimeoutException _ -> new Finding(Cause.HTTP_NO_ANSWER, who + ": no connection");
      case NoRouteToHostException _ -> new Finding(Cause.HOST_UNREACHABLE, who);
      case ConnectException refused ->
          String.valueOf(refused.getMessage()).contains("refused")
              ? new Finding(Cause.HTTP_PORT_CLOSED, who)
              : new Finding(Cause.HOST_UNREACHABLE, who + ": " + what);
      case SocketTimeoutException _ ->
          answered
              ? new Finding(Cause.HTTP_STALLED, who)
              : new Finding(Cause.HTTP_NO_ANSWER, who + ": connected, but no answer comes");
      case MessageConstraintException _ -> new Finding(Cause.HTTP_HEADERS_TOO_LARGE, what);
      case NoHttpResponseException _ -> new Finding(Cause.HTTP_CLOSED_EARLY, who + ": no answer");
      case ConnectionClosedException _ -> new Finding(Cause.HTTP_CLOSED_EARLY, what);
      case MalformedChunkCodingException _ -> new Finding(Cause.HTTP_CLOSED_EARLY, what);
      case SocketException _ -> new Finding(Cause.HTTP_CLOSED_EARLY, who + ": " + what);
      default -> new Finding(Cause.HTTP_NOT_UNDERSTOOD, who + ": " + what);
    };
  }
}
