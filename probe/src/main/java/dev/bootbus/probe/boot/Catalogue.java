package dev.bootbus.probe.boot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The REST API of kernel-backend, which knows what the files of its kernels should be.
///
/// @param api `http://host:port`
/// @param tokenFile holds what the API asks for, if it does
record Catalogue(URI api, Optional<Path> tokenFile) {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int MAX_ANSWER = 16 << 20;
  private static final int OK = 200;

  /// @throws IOException with the reason, in words for people
  Checksums checksums() throws IOException, InterruptedException {
    URI all = URI.create(api.toString().replaceAll("/+$", "") + "/api/v1/kernels/all");
    HttpRequest.Builder request = HttpRequest.newBuilder(all).timeout(TIMEOUT);
    if (tokenFile.isPresent()) {
      String token = Files.readString(tokenFile.get()).strip();
      request.header("Authorization", "Bearer " + token);
    }
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
      HttpResponse<InputStream> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        if (response.statusCode() != OK) {
          throw new IOException(all + " is answered with " + response.statusCode());
        }
        return read(new ObjectMapper().readTree(body.readNBytes(MAX_ANSWER)));
      }
    }
  }

  /// Where two kernels disagree about a name, nothing is known of it.
  static Checksums read(JsonNode kernels) {
    Map<String, String> sums = new HashMap<>();
    Set<String> disputed = new HashSet<>();
    for (JsonNode kernel : kernels) {
      kernel
          .path("checksums")
          .properties()
          .forEach(
              sum -> {
                String name = name(sum.getKey());
                String value = sum.getValue().asText().toLowerCase(Locale.ROOT);
                String before = sums.putIfAbsent(name, value);
                if (before != null && !before.equals(value)) {
                  disputed.add(name);
                }
              });
    }
    sums.keySet().removeAll(disputed);
    return new Checksums(sums);
  }

  /// Without scheme and host, which the machine may know by another name.
  private static String name(String path) {
    return path.replaceFirst("^[a-z]+://[^/]*", "").replaceFirst("^/+", "");
  }
}
