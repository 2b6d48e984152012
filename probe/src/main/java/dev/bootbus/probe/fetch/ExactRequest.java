package dev.bootbus.probe.fetch;

import java.net.URI;
import java.util.Optional;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;

/// Asks for a path as it was written. The library refuses `//` at its beginning, which loaders send
/// when they put a directory and a name together.
final class ExactRequest extends HttpUriRequestBase {
  private static final long serialVersionUID = 1;

  ExactRequest(String method, URI uri) {
    super(method, uri.resolve("/"));
    String path = Optional.of(uri.getRawPath()).filter(p -> !p.isEmpty()).orElse("/");
    super.setPath(uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery());
  }
}
