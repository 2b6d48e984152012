package dev.bootbus.packaging.watched;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The HTTP API of a Prometheus.
///
/// @param url without a path
public record Prometheus(URI url) {
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  /// @param labels without the name of the metric
  public record Series(Map<String, String> labels, List<Sample> samples) {
    public double last() {
      return samples.getLast().value();
    }
  }

  /// @param at in seconds since 1970
  public record Sample(double at, double value) {}

  /// @return each with one sample
  /// @throws IOException also if Prometheus does not understand the query
  public List<Series> query(String query, Instant at) throws IOException, InterruptedException {
    return series(
        get("/api/v1/query?query=%s&time=%d".formatted(encoded(query), at.getEpochSecond())),
        "value");
  }

  /// @return each with the samples that there are, at least one
  public List<Series> range(String query, Instant since, Instant until, Duration step)
      throws IOException, InterruptedException {
    return series(
        get(
            "/api/v1/query_range?query=%s&start=%d&end=%d&step=%d"
                .formatted(
                    encoded(query),
                    since.getEpochSecond(),
                    until.getEpochSecond(),
                    step.toSeconds())),
        "values");
  }

  /// @return what is in `data`
  public JsonNode get(String path) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(url.resolve(path)).timeout(DEADLINE).build();
    HttpResponse<String> response = CLIENT.send(request, BodyHandlers.ofString());
    JsonNode answer = new ObjectMapper().readTree(response.body());
    if (!answer.path("status").asText().equals("success")) {
      throw new IOException(path + ": " + response.statusCode() + " " + response.body());
    }
    return answer.path("data");
  }

  private static String encoded(String query) {
    return URLEncoder.encode(query, StandardCharsets.UTF_8);
  }

  private static List<Series> series(JsonNode data, String values) {
    return data.path("result")
        .valueStream()
        .map(
            one -> {
              Map<String, String> labels = new TreeMap<>();
              one.path("metric")
                  .properties()
                  .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
              labels.remove("__name__");
              JsonNode at = one.path(values);
              return new Series(
                  labels,
                  values.equals("value")
                      ? List.of(sample(at))
                      : at.valueStream().map(Prometheus::sample).toList());
            })
        .toList();
  }

  private static Sample sample(JsonNode pair) {
    String value = pair.path(1).asText();
    return new Sample(
        pair.path(0).asDouble(),
        value.endsWith("Inf")
            ? value.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY
            : Double.parseDouble(value));
  }
}
