package dev.bootbus.packaging;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What `kubectl kustomize` makes of an overlay.
record Manifests(List<JsonNode> documents) {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final List<String> USERS =
      List.of("DHCP", "TFTP", "HTTP", "KERNEL", "BACKEND", "OPERATOR", "OBSERVER");

  static Manifests of(String overlay) throws IOException, InterruptedException {
    return of(overlay, Map.of());
  }

  /// @param more lines by the names of the overlay's files
  static Manifests of(String overlay, Map<String, String> more)
      throws IOException, InterruptedException {
    // Debian 12 has none that is new enough
    assumeTrue(
        Stream.of("/usr/bin", "/usr/local/bin")
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "kubectl"))),
        "kustomize needs kubectl 1.21 or later");
    Path copy = Files.createTempDirectory("bootbus-kustomize");
    for (String folder : List.of("nats", "kustomize")) {
      Command.output("cp", "-r", Shipped.DEPLOY.resolve(folder).toString(), copy.toString());
    }
    Path chosen = copy.resolve("kustomize/overlays").resolve(overlay);
    Files.write(
        chosen.resolve("passwords.env"),
        USERS.stream().map(user -> "BOOTBUS_" + user + "_PASSWORD=p" + user).toList());
    for (Map.Entry<String, String> line : more.entrySet()) {
      Path file = chosen.resolve(line.getKey());
      Files.writeString(file, Files.readString(file) + line.getValue() + "\n");
    }
    try (var documents =
        YAML.readerFor(JsonNode.class)
            .<JsonNode>readValues(Command.output("kubectl", "kustomize", chosen.toString()))) {
      return new Manifests(new ArrayList<>(documents.readAll()));
    } finally {
      Command.output("rm", "-r", copy.toString());
    }
  }

  Stream<JsonNode> ofKind(String... kinds) {
    return documents.stream().filter(one -> List.of(kinds).contains(one.get("kind").asText()));
  }

  Stream<JsonNode> workloads() {
    return ofKind("Deployment", "DaemonSet", "StatefulSet");
  }

  Manifest workload(String name) {
    return workloads()
        .map(Manifest::new)
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  JsonNode pod(String name) {
    return workload(name).json().at("/spec/template/spec");
  }
}
