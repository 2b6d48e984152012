package dev.bootbus.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The rendered overlays: each document is what the Kubernetes API takes, and they fit together.
class KustomizeTest {
  @ParameterizedTest
  @ValueSource(strings = {"relay", "host-network"})
  void everyDocumentIsOfItsType(String overlay) throws Exception {
    List<JsonNode> documents = Manifests.of(overlay).documents();

    assertThat(documents).hasSizeGreaterThan(14);
    for (JsonNode document : documents) {
      new Manifest(document).validate();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"relay", "host-network"})
  void everyNameLeadsSomewhere(String overlay) throws Exception {
    Manifests manifests = Manifests.of(overlay);
    Set<String> there = new HashSet<>();
    manifests
        .documents()
        .forEach(
            one -> there.add(one.get("kind").asText() + "/" + one.at("/metadata/name").asText()));
    manifests
        .workloads()
        .forEach(
            workload -> {
              JsonNode pod = workload.at("/spec/template/spec");
              List<String> wanted = new ArrayList<>();
              wanted.add("ServiceAccount/" + pod.get("serviceAccountName").asText());
              for (JsonNode volume : pod.path("volumes")) {
                add(wanted, "ConfigMap/", volume.at("/configMap/name"));
                add(wanted, "Secret/", volume.at("/secret/secretName"));
                add(
                    wanted,
                    "PersistentVolumeClaim/",
                    volume.at("/persistentVolumeClaim/claimName"));
              }
              JsonNode container = pod.at("/containers/0");
              for (JsonNode source : container.path("envFrom")) {
                add(wanted, "ConfigMap/", source.at("/configMapRef/name"));
                add(wanted, "Secret/", source.at("/secretRef/name"));
              }
              assertThat(there).containsAll(wanted);
              List<String> ports = container.path("ports").findValuesAsText("name");
              for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
                JsonNode port = container.path(probe).at("/httpGet/port");
                assertThat(port.isMissingNode() || ports.contains(port.asText())).isTrue();
              }
              assertThat(workload.at("/spec/template/metadata/labels").properties())
                  .containsAll(workload.at("/spec/selector/matchLabels").properties());
            });
    manifests
        .ofKind("Service")
        .forEach(
            service -> {
              JsonNode pod = manifests.pod(service.at("/spec/selector").iterator().next().asText());
              List<String> ports = pod.at("/containers/0/ports").findValuesAsText("name");
              service
                  .at("/spec/ports")
                  .forEach(port -> assertThat(ports).contains(port.get("targetPort").asText()));
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"relay", "host-network"})
  void aPodMayAddWhatTheLauncherOfItsImageAsksForOrStartsAnother(String overlay) throws Exception {
    Manifests manifests = Manifests.of(overlay);
    for (Image image : Image.ALL) {
      if (image.name().equals("probe")) {
        continue;
      }
      JsonNode container = manifests.pod(image.name()).at("/containers/0");
      Set<String> added = new HashSet<>();
      container.at("/securityContext/capabilities/add").forEach(one -> added.add(one.asText()));
      boolean another = container.at("/command/0").asText().endsWith("/bin/java");
      Set<String> asked = new HashSet<>();
      image.capabilities().forEach(one -> asked.add(one.name()));
      assertThat(added).as(image.name()).isEqualTo(another ? Set.of() : asked);
      assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean()).isTrue();
      assertThat(container.at("/securityContext/capabilities/drop").get(0).asText())
          .isEqualTo("ALL");
      assertThat(container.at("/securityContext/allowPrivilegeEscalation").asBoolean())
          .as("file capabilities need it, nothing else does")
          .isEqualTo(!added.isEmpty());
    }
    assertThat(manifests.ofKind("DaemonSet")).hasSize(overlay.equals("relay") ? 0 : 3);
  }

  @Test
  void natsAllowsWhatItDoesElsewhere() throws Exception {
    String elsewhere = Files.readString(Shipped.DEPLOY.resolve("nats/nats-server.conf"));
    for (String overlay : List.of("relay", "host-network")) {
      Manifests manifests = Manifests.of(overlay);
      String mounted = manifests.pod("nats").at("/volumes/0/configMap/name").asText();
      assertThat(
              manifests
                  .ofKind("ConfigMap")
                  .filter(it -> it.at("/metadata/name").asText().equals(mounted)))
          .singleElement()
          .extracting(it -> it.at("/data/nats-server.conf").asText())
          .isEqualTo(elsewhere);
    }
  }

  /// By a line in the file of its settings.
  @ParameterizedTest
  @ValueSource(strings = {"dhcp-server", "tftp-server", "http-server", "kernel-backend"})
  void aServiceIsToldAVariableOfOpenTelemetry(String name) throws Exception {
    String line = "OTEL_EXPORTER_OTLP_ENDPOINT=http://collector.monitoring:4318";
    List<Manifest> all =
        Manifests.of("relay", Map.of(name + ".env", line)).documents().stream()
            .map(Manifest::new)
            .toList();
    JsonNode container =
        all.stream()
            .filter(it -> it.pod().isPresent() && it.name().equals(name))
            .findFirst()
            .orElseThrow()
            .json()
            .at("/spec/template/spec/containers/0");
    assertThat(Pod.environment(container, all, Map.of())).contains("--env=" + line);
  }

  private static void add(List<String> wanted, String kind, JsonNode name) {
    if (!name.isMissingNode()) {
      wanted.add(kind + name.asText());
    }
  }
}
