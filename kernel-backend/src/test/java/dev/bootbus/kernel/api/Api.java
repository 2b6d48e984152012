package dev.bootbus.kernel.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/// Somebody who uses the API, and holds each answer against the document.
public final class Api implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Document DOCUMENT = Document.read();

  private final HttpClient client = HttpClient.newHttpClient();
  private final int port;

  public Api(int port) {
    this.port = port;
  }

  public record Answer(int status, HttpHeaders headers, byte[] body) {
    public String text() {
      return new String(body, UTF_8);
    }

    public JsonNode json() {
      try {
        return MAPPER.readTree(body);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    public String header(String name) {
      return headers.firstValue(name).orElse("");
    }
  }

  public URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  /// @param headers names and values by turns
  public Answer ask(String method, String path, String body, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(20));
    boolean typed = false;
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
      typed |= headers[i].equals("Content-Type");
    }
    if (!body.isEmpty() && !typed) {
      request.header("Content-Type", "application/json");
    }
    request.method(
        method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    try {
      HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
      Answer answer = new Answer(response.statusCode(), response.headers(), response.body());
      assertThat(
              DOCUMENT.faults(
                  method,
                  uri(path).getRawPath(),
                  answer.status(),
                  answer.header("Content-Type"),
                  answer.body()))
          .as("%s %s: %d %s", method, path, answer.status(), answer.text())
          .isEmpty();
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  public Answer get(String path, String... headers) {
    return ask("GET", path, "", headers);
  }

  @Override
  public void close() {
    client.close();
  }
}
