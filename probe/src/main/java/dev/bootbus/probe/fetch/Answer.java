package dev.bootbus.probe.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.Future;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;

/// One answer over HTTP, its headers read and its body not yet.
///
/// @param cut ends the request at its deadline
record Answer(URI uri, ClassicHttpResponse response, HttpUriRequestBase request, Future<?> cut)
    implements AutoCloseable {

  int status() {
    return response.getCode();
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(response.getFirstHeader(name)).map(Header::getValue);
  }

  InputStream body() throws IOException {
    return response.getEntity() == null
        ? InputStream.nullInputStream()
        : response.getEntity().getContent();
  }

  /// Where to ask in its place, if the server says so (RFC 9110 §15.4).
  Optional<URI> redirect() {
    return switch (status()) {
      case 301, 302, 303, 307, 308 ->
          header("Location").flatMap(this::resolved).filter(next -> next.getHost() != null);
      default -> Optional.empty();
    };
  }

  private Optional<URI> resolved(String location) {
    try {
      URI next = uri.resolve(location.strip());
      return "http".equals(next.getScheme()) || "https".equals(next.getScheme())
          ? Optional.of(next)
          : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /// A body that was not read to its end takes its connection with it.
  @Override
  public void close() {
    cut.cancel(false);
    try {
      response.close();
    } catch (IOException _) {
      request.cancel();
    }
  }
}
