package dev.bootbus.kernel.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bootbus.kernel.api.Problem.Kind;
import dev.bootbus.kernel.api.Problem.RefusedException;
import dev.bootbus.kernel.api.Resource.Item;
import dev.bootbus.kernel.journal.Journal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One request over HTTP and the one answer to it.
final class ApiExchange {
  private static final Logger LOG = LoggerFactory.getLogger("kernel-backend");

  private final Request request;
  private final Response response;
  private final Callback callback;
  private final Journal journal;
  private String caller = "-";

  ApiExchange(Request request, Response response, Callback callback, Journal journal) {
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.journal = journal;
  }

  Request request() {
    return request;
  }

  String method() {
    return request.getMethod();
  }

  boolean isHead() {
    return method().equals("HEAD");
  }

  boolean isRead() {
    return isHead() || method().equals("GET");
  }

  String path() {
    return String.valueOf(request.getHttpURI().getPath());
  }

  @Nullable String header(HttpHeader name) {
    return request.getHeaders().get(name);
  }

  Gate.Credentials credentials() {
    return new Gate.Credentials(
        peer(),
        String.valueOf(request.getHttpURI().getAuthority()),
        header(HttpHeader.ORIGIN),
        header(HttpHeader.AUTHORIZATION));
  }

  private InetAddress peer() {
    return ((InetSocketAddress) request.getConnectionMetaData().getRemoteSocketAddress())
        .getAddress();
  }

  void by(Caller known) {
    caller = known.name();
  }

  /// The query's parameters, each once.
  Map<String, String> parameters() throws RefusedException {
    Fields fields;
    try {
      fields = Request.extractQueryParameters(request);
    } catch (RuntimeException e) { // %zz, and whatever else cannot be decoded
      throw Problem.of(Kind.BAD_REQUEST, "the query cannot be decoded").refusal();
    }
    Map<String, String> parameters = new HashMap<>();
    for (Fields.Field field : fields) {
      if (field.hasMultipleValues()) {
        throw Problem.of(Kind.BAD_REQUEST, field.getName() + ": twice").refusal();
      }
      parameters.put(field.getName(), field.getValue());
    }
    return parameters;
  }

  void mustAccept(String type) throws RefusedException {
    if (!Media.isAccepted(header(HttpHeader.ACCEPT), type)) {
      throw Problem.of(Kind.NOT_ACCEPTABLE, "there is only " + type).refusal();
    }
  }

  void put(HttpHeader name, String value) {
    response.getHeaders().put(name, value);
  }

  void secure(String contentSecurityPolicy) {
    response.getHeaders().put("Content-Security-Policy", contentSecurityPolicy);
    response.getHeaders().put("Referrer-Policy", "no-referrer");
  }

  void json(int status, JsonNode body) {
    body(status, Media.JSON, Json.write(body));
  }

  /// One thing, with its tag; nothing of it to a caller who has it.
  void item(int status, Item item) {
    put(HttpHeader.ETAG, Preconditions.tag(item.revision()));
    if (isRead() && Preconditions.isKnown(header(HttpHeader.IF_NONE_MATCH), item.revision())) {
      empty(304);
      return;
    }
    json(status, Selection.whole(item));
  }

  void text(String mediaType, String text) {
    body(200, mediaType, text.getBytes(UTF_8));
  }

  void body(int status, String mediaType, byte[] content) {
    done(status);
    begin(status, mediaType);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, content.length);
    response.write(true, isHead() ? null : ByteBuffer.wrap(content), callback);
  }

  void empty(int status) {
    done(status);
    response.setStatus(status);
    response.write(true, null, callback);
  }

  /// An answer whose end is not known yet.
  void stream(StreamedRows rows) {
    done(200);
    begin(200, Media.JSON);
    if (isHead()) {
      response.write(true, null, callback);
    } else {
      rows.to(response, callback);
    }
  }

  private void begin(int status, String mediaType) {
    response.setStatus(status);
    put(HttpHeader.CONTENT_TYPE, mediaType);
    put(HttpHeader.CACHE_CONTROL, "no-cache");
    response.getHeaders().put("X-Content-Type-Options", "nosniff");
  }

  private void done(int status) {
    if (isRead()) {
      journal.apiRead();
    } else {
      journal.apiChanged(caller, how(), status);
    }
  }

  private String how() {
    return method() + " " + path();
  }

  void refuse(Problem problem) {
    journal.apiRefused(caller, how(), problem.kind().key(), problem.detail());
    switch (problem.kind()) {
      case UNAUTHORIZED -> put(HttpHeader.WWW_AUTHENTICATE, "Bearer realm=\"bootbus\"");
      case TOO_MANY -> put(HttpHeader.RETRY_AFTER, Long.toString(FailedLogins.WAIT.toSeconds()));
      case UNAVAILABLE -> put(HttpHeader.RETRY_AFTER, "1");
      case UNSUPPORTED_MEDIA_TYPE -> response.getHeaders().put("Accept-Patch", Media.MERGE_PATCH);
      case BAD_REQUEST,
          FORBIDDEN,
          NOT_FOUND,
          METHOD_NOT_ALLOWED,
          NOT_ACCEPTABLE,
          CONFLICT,
          STALE,
          TOO_LARGE,
          INVALID,
          BUG -> {}
    }
    byte[] content = Json.write(problem.json());
    begin(problem.kind().status(), Problem.MEDIA_TYPE);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, content.length);
    response.write(true, isHead() ? null : ByteBuffer.wrap(content), callback);
  }

  /// A fault of ours.
  void fail(Throwable bug) {
    LOG.error("bug in the API, at {}", how(), bug);
    if (response.isCommitted()) {
      callback.failed(bug);
    } else {
      refuse(Problem.of(Kind.BUG, "the log of the backend says more"));
    }
  }

  /// The caller has gone, or sends no more.
  void lost(Throwable cause) {
    journal.apiRefused(caller, how(), "lost", String.valueOf(cause.getMessage()));
    callback.failed(cause);
  }
}
