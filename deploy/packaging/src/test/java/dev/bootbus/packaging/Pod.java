package dev.bootbus.packaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A pod, and the options of `docker run` that make of its containers what Kubernetes would.
///
/// @param name of what makes it
/// @param labels by which a Service finds it
/// @param spec with a volume for each claim that is made for it
record Pod(String name, Map<String, String> labels, JsonNode spec) {
  /// @throws java.util.NoSuchElementException if it makes none
  static Pod of(Manifest manifest) {
    JsonNode pod = manifest.pod().orElseThrow();
    ObjectNode spec = pod.get("spec").deepCopy();
    ArrayNode volumes = spec.withArray("volumes");
    for (JsonNode claim : manifest.json().at("/spec/volumeClaimTemplates")) {
      String name = claim.at("/metadata/name").asText();
      volumes.addObject().put("name", name).putObject("persistentVolumeClaim");
    }
    return new Pod(manifest.name(), Manifest.texts(pod.at("/metadata/labels")), spec);
  }

  boolean isOnTheNode() {
    return spec.path("hostNetwork").asBoolean();
  }

  /// What the container is, and what it may do.
  List<String> confinement(JsonNode container) {
    List<String> options = new ArrayList<>();
    JsonNode own = container.get("securityContext");
    assertThat(says(own, "runAsNonRoot").asBoolean()).isTrue();
    options.add(
        "--user=" + says(own, "runAsUser").asText() + ":" + says(own, "runAsGroup").asText());
    own.at("/capabilities/drop").forEach(name -> options.add("--cap-drop=" + name.asText()));
    own.at("/capabilities/add").forEach(name -> options.add("--cap-add=" + name.asText()));
    if (own.get("readOnlyRootFilesystem").asBoolean()) {
      options.add("--read-only");
    }
    if (!own.get("allowPrivilegeEscalation").asBoolean()) {
      options.add("--security-opt=no-new-privileges");
    }
    JsonNode memory = container.at("/resources/limits/memory");
    if (!memory.isMissingNode()) {
      assertThat(memory.asText()).matches("\\d+Mi");
      options.add("--memory=" + memory.asText().replace("Mi", "m"));
    }
    JsonNode group = spec.at("/securityContext/fsGroup");
    if (!group.isMissingNode()) {
      options.add("--group-add=" + group.asText());
    }
    for (JsonNode mount : container.path("volumeMounts")) {
      if (isMemory(volume(mount), mount)) {
        String mode = group.isMissingNode() ? "mode=0777" : "mode=2775,gid=" + group.asText();
        options.add("--tmpfs=" + mount.get("mountPath").asText() + ":rw,exec," + mode);
      }
    }
    return options;
  }

  /// What the network of a pod is told, where this container is the one that brings it.
  List<String> sysctls() {
    // an engine allows every port to everybody in a container's network, the host's does not
    String unprivileged = "1024";
    for (JsonNode sysctl : spec.at("/securityContext/sysctls")) {
      assertThat(sysctl.get("name").asText()).isEqualTo("net.ipv4.ip_unprivileged_port_start");
      unprivileged = sysctl.get("value").asText();
    }
    return List.of("--sysctl=net.ipv4.ip_unprivileged_port_start=" + unprivileged);
  }

  /// `docker run`'s `--entrypoint`, if any, the image, and its words.
  ///
  /// @param more words after those of the pod
  static List<String> command(JsonNode container, String image, List<String> more) {
    List<String> words = new ArrayList<>();
    List<String> command = texts(container.path("command"));
    if (!command.isEmpty()) {
      words.add("--entrypoint=" + command.getFirst());
    }
    words.add(image);
    command.stream().skip(1).forEach(words::add);
    words.addAll(texts(container.path("args")));
    words.addAll(more);
    return words;
  }

  /// Its environment.
  ///
  /// @param all where ConfigMaps and Secrets are
  /// @param fields of the pod, as `status.podIP`
  static List<String> environment(
      JsonNode container, List<Manifest> all, Map<String, String> fields) {
    Map<String, String> values = new TreeMap<>();
    for (JsonNode source : container.path("envFrom")) {
      values.putAll(data(all, "ConfigMap", source.at("/configMapRef/name")));
      values.putAll(data(all, "Secret", source.at("/secretRef/name")));
    }
    for (JsonNode variable : container.path("env")) {
      JsonNode from = variable.path("valueFrom");
      JsonNode key = from.at("/secretKeyRef");
      String value = variable.path("value").asText();
      if (from.has("fieldRef")) {
        value = fields.get(from.at("/fieldRef/fieldPath").asText());
      } else if (!key.isMissingNode()) {
        value = data(all, "Secret", key.get("name")).get(key.get("key").asText());
      }
      assertThat(value).as("%s", variable).isNotNull();
      values.put(variable.get("name").asText(), value);
    }
    return values.entrySet().stream()
        .map(variable -> "--env=" + variable.getKey() + "=" + variable.getValue())
        .toList();
  }

  /// What it mounts: ConfigMaps and Secrets as files, and a claim that it only reads.
  ///
  /// @param folder a new one, for what is written
  /// @param claims folders by the names of claims
  List<String> mounts(JsonNode container, List<Manifest> all, Path folder, Map<String, Path> claims)
      throws IOException {
    List<String> options = new ArrayList<>();
    for (JsonNode mount : container.path("volumeMounts")) {
      JsonNode volume = volume(mount);
      if (isMemory(volume, mount)) {
        continue;
      }
      assertThat(mount.path("readOnly").asBoolean()).as("%s", mount).isTrue();
      String claim = volume.at("/persistentVolumeClaim/claimName").asText();
      Path from =
          claim.isEmpty()
              ? written(volume, all, folder.resolve(volume.get("name").asText()))
              : claims.get(claim);
      assertThat(from).as("%s", volume).isDirectory();
      options.add("--volume=" + from + ":" + mount.get("mountPath").asText() + ":ro");
    }
    return options;
  }

  private static Path written(JsonNode volume, List<Manifest> all, Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    files.putAll(data(all, "ConfigMap", volume.at("/configMap/name")));
    files.putAll(data(all, "Secret", volume.at("/secret/secretName")));
    for (JsonNode item : volume.at("/secret/items")) {
      files.put(item.get("path").asText(), files.get(item.get("key").asText()));
    }
    JsonNode items = volume.at("/secret/items");
    if (!items.isMissingNode()) {
      files.keySet().retainAll(items.findValuesAsText("path"));
    }
    Files.createDirectories(folder);
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
    return folder;
  }

  /// @return nothing where there is no name
  private static Map<String, String> data(List<Manifest> all, String kind, JsonNode name) {
    if (name.isMissingNode()) {
      return Map.of();
    }
    JsonNode data =
        all.stream()
            .filter(it -> it.kind().equals(kind) && it.name().equals(name.asText()))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no " + kind + " " + name))
            .json()
            .path("data");
    Map<String, String> texts = Manifest.texts(data);
    if (kind.equals("Secret")) {
      texts.replaceAll((key, value) -> new String(Base64.getDecoder().decode(value), UTF_8));
    }
    return texts;
  }

  private JsonNode volume(JsonNode mount) {
    return Manifest.each(spec.path("volumes"))
        .filter(volume -> volume.get("name").equals(mount.get("name")))
        .findFirst()
        .orElseThrow();
  }

  private static boolean isMemory(JsonNode volume, JsonNode mount) {
    return volume.has("emptyDir")
        || volume.has("persistentVolumeClaim") && !mount.path("readOnly").asBoolean();
  }

  /// The container's own word, or else the pod's.
  private JsonNode says(JsonNode own, String key) {
    return own.has(key) ? own.get(key) : spec.at("/securityContext/" + key);
  }

  private static List<String> texts(JsonNode array) {
    return Manifest.each(array).map(JsonNode::asText).toList();
  }
}
