package dev.bootbus.kernel.ctl;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.bootbus.runtime.terminal.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// The REST API, as its openapi.yaml says. Every request ends in the time of `--timeout`; a body
/// that comes in parts, when nothing more comes for that long.
final class Api implements AutoCloseable {
  static final JsonMapper JSON = new JsonMapper();

  private static final long MAX_BODY = 64L << 20;
  private static final int BATCH = 1000;
  private static final int BATCHES = 4;
  private static final int OK = 200;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int WAITS = 4;
  private static final Duration WAIT = Duration.ofMillis(100);
  private static final int MULTIPLE_CHOICES = 300;
  private static final String ROOT = "/api/v1/";

  private final String url;
  private final @Nullable String token;
  private final Duration timeout;
  private final HttpClient client;

  /// @param url without a slash at its end
  /// @param tls null for those that the JVM trusts
  Api(String url, @Nullable String token, @Nullable SSLContext tls, Duration timeout) {
    this.url = url;
    this.token = token;
    this.timeout = timeout;
    HttpClient.Builder builder =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(timeout);
    if (tls != null) {
      builder.sslContext(tls);
    }
    this.client = builder.build();
  }

  String url() {
    return url;
  }

  /// A path of parts, each of which may hold any character.
  static String path(String... parts) {
    List<String> encoded = new ArrayList<>();
    for (String part : parts) {
      encoded.add(encoded(part));
    }
    return String.join("/", encoded);
  }

  private static String encoded(String text) {
    String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    // URI.resolve and servers would take these for folders
    return encoded.matches("\\.{1,2}") ? encoded.replace(".", "%2E") : encoded;
  }

  Answer get(String path) throws UnreachableException {
    return get(path, Map.of());
  }

  Answer get(String path, Map<String, String> query) throws UnreachableException {
    return send(request(path, query).GET());
  }

  /// A file, of whatever media type.
  String text(String path, Map<String, String> query)
      throws UnreachableException, RefusedException {
    HttpResponse<byte[]> response = exchange(request(path, query, "*/*").GET().build(), bytes());
    byte[] body = response.body();
    if (response.statusCode() != OK || mediaType(response).equals("text/html")) {
      answer(response, body).orThrow();
    }
    return new String(body, StandardCharsets.UTF_8);
  }

  Answer post(String path, JsonNode body) throws UnreachableException {
    return send(with(path, "POST", "application/json", body));
  }

  /// @param etag that must still be there
  Answer post(String path, JsonNode body, String etag) throws UnreachableException {
    return send(matching(with(path, "POST", "application/json", body), etag));
  }

  Answer put(String path, JsonNode body, String etag) throws UnreachableException {
    return send(matching(with(path, "PUT", "application/json", body), etag));
  }

  Answer patch(String path, JsonNode body, String etag) throws UnreachableException {
    return send(matching(with(path, "PATCH", "application/merge-patch+json", body), etag));
  }

  Answer delete(String path, String etag) throws UnreachableException {
    return send(matching(request(path, Map.of()).DELETE(), etag));
  }

  /// Reads an array of any length, some of it at a time, in its order.
  void all(String path, Map<String, String> query, Consumer<List<JsonNode>> rows)
      throws UnreachableException, RefusedException {
    HttpResponse<InputStream> response =
        exchange(request(path, query).GET().build(), BodyHandlers.ofInputStream());
    try (InputStream body = response.body()) {
      if (response.statusCode() != OK || !mediaType(response).equals("application/json")) {
        answer(response, body.readNBytes((int) MAX_BODY)).orThrow();
        throw notTheApi("its list is " + mediaType(response));
      }
      batches(body, rows);
    } catch (IOException e) {
      throw new UnreachableException(url + ": " + e.getMessage());
    }
  }

  /// What comes next of an array.
  private sealed interface Batch {
    record Rows(List<JsonNode> rows) implements Batch {}

    record End() implements Batch {}

    record Broken(String why) implements Batch {}
  }

  private void batches(InputStream body, Consumer<List<JsonNode>> rows)
      throws UnreachableException {
    BlockingQueue<Batch> queue = new ArrayBlockingQueue<>(BATCHES);
    Thread reader = Thread.ofVirtual().start(() -> read(body, queue));
    try {
      while (true) {
        switch (queue.poll(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
          case Batch.Rows(List<JsonNode> some) -> rows.accept(some);
          case Batch.End() -> {
            return;
          }
          case Batch.Broken(String why) -> throw notTheApi(why);
          case null -> throw late();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnreachableException("interrupted");
    } finally {
      reader.interrupt();
    }
  }

  private static void read(InputStream body, BlockingQueue<Batch> queue) {
    try (JsonParser parser = JSON.createParser(body)) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        queue.put(new Batch.Broken("its list is no array"));
        return;
      }
      List<JsonNode> rows = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        rows.add(parser.readValueAsTree());
        if (rows.size() == BATCH) {
          queue.put(new Batch.Rows(rows));
          rows = new ArrayList<>();
        }
      }
      queue.put(new Batch.Rows(rows));
      queue.put(new Batch.End());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      if (!queue.offer(new Batch.Broken("its list breaks off"))) {
        Thread.currentThread().interrupt(); // the other side waits for none, or is late soon
      }
    }
  }

  private HttpRequest.Builder request(String path, Map<String, String> query) {
    return request(path, query, "application/json, application/problem+json");
  }

  private HttpRequest.Builder request(String path, Map<String, String> query, String accept) {
    StringBuilder target = new StringBuilder(url).append(ROOT).append(path);
    char before = '?';
    for (Map.Entry<String, String> entry : query.entrySet()) {
      target.append(before).append(entry.getKey()).append('=').append(encoded(entry.getValue()));
      before = '&';
    }
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(target.toString()))
            .timeout(timeout)
            .header("Accept", accept);
    return token == null ? request : request.header("Authorization", "Bearer " + token);
  }

  private HttpRequest.Builder with(String path, String method, String mediaType, JsonNode body) {
    return request(path, Map.of())
        .header("Content-Type", mediaType)
        .method(method, BodyPublishers.ofString(body.toString()));
  }

  private static HttpRequest.Builder matching(HttpRequest.Builder request, String etag) {
    return etag.isEmpty() ? request : request.header("If-Match", etag);
  }

  /// Again, if it is too much at once.
  private Answer send(HttpRequest.Builder request) throws UnreachableException {
    HttpResponse<byte[]> response = exchange(request.build(), bytes());
    for (int wait = 1; wait <= WAITS && response.statusCode() == TOO_MANY_REQUESTS; wait++) {
      LockSupport.parkNanos(WAIT.multipliedBy(wait).toNanos());
      response = exchange(request.build(), bytes());
    }
    return answer(response, response.body());
  }

  private static BodyHandler<byte[]> bytes() {
    return BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BODY);
  }

  private Answer answer(HttpResponse<?> response, byte[] body) throws UnreachableException {
    int status = response.statusCode();
    String mediaType = mediaType(response);
    if (status < OK || status >= MULTIPLE_CHOICES) {
      if (!mediaType.equals("application/problem+json")) {
        throw notTheApi("status " + status + (mediaType.isEmpty() ? "" : ", " + mediaType));
      }
      return new Answer.Refused(Problem.of(status, json(body)));
    }
    String etag = response.headers().firstValue("ETag").orElse("");
    if (body.length == 0) {
      return new Answer.Done(etag, MissingNode.getInstance());
    }
    if (!mediaType.equals("application/json")) {
      throw notTheApi("its answer is " + mediaType);
    }
    return new Answer.Done(etag, json(body));
  }

  private JsonNode json(byte[] body) throws UnreachableException {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      throw notTheApi("its answer is not JSON");
    }
  }

  private static String mediaType(HttpResponse<?> response) {
    String type = response.headers().firstValue("Content-Type").orElse("");
    return type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  private <T> HttpResponse<T> exchange(HttpRequest request, BodyHandler<T> handler)
      throws UnreachableException {
    CompletableFuture<HttpResponse<T>> answer = client.sendAsync(request, handler);
    try {
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw late();
    } catch (ExecutionException e) {
      throw Unreached.because(url, timeout, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnreachableException("interrupted");
    }
  }

  private UnreachableException late() {
    return Unreached.late(url, timeout);
  }

  private UnreachableException notTheApi(String why) {
    return new UnreachableException(
        Terminal.printable(
            "%s answers, but not as the API of kernel-backend (%s): is the URL right?"
                .formatted(url, why)));
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
