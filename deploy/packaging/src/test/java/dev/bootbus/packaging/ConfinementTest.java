package dev.bootbus.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each image runs with the security context of its pod, and has the capabilities that its work
/// needs and no more: what the table in deploy/README.md says.
class ConfinementTest {
  private static final String CONTAINER = "bootbus-confined-" + ProcessHandle.current().pid();

  @BeforeAll
  static void load() throws Exception {
    Shipped.loaded();
  }

  @AfterEach
  void remove() throws Exception {
    Command.run(List.of("docker", "rm", "-f", CONTAINER));
  }

  // capabilities(7): NET_BIND_SERVICE is bit 10, NET_RAW bit 13
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "relay,        dhcp-server,    0000, 1, ready",
    "relay,        tftp-server,    0000, 1, ready",
    "relay,        http-server,    0000, 1, ready",
    "relay,        kernel-backend, 0000, 1, bus lost",
    "host-network, dhcp-server,    2400, 0, ready",
    "host-network, tftp-server,    0400, 0, ready",
    "host-network, http-server,    0400, 0, ready",
    "host-network, kernel-backend, 0000, 1, bus lost",
  })
  void runsAsItsPodSays(String overlay, String name, String effective, int alone, String sign)
      throws Exception {
    JsonNode pod = Manifests.of(overlay).pod(name);
    List<String> run = new ArrayList<>(List.of("docker", "run", "-d", "--name", CONTAINER));
    run.addAll(confinement(pod));
    run.addAll(List.of("--network", "none", "-e", "BOOTBUS_NATS_URL=nats://127.0.0.1:9"));
    List<String> arguments = new ArrayList<>();
    JsonNode command = pod.at("/containers/0/command");
    if (!command.isMissingNode()) {
      run.addAll(List.of("--entrypoint", command.get(0).asText()));
      arguments.add(command.get(1).asText());
    }
    if (name.equals("dhcp-server")) {
      arguments.addAll(List.of("--interface", "lo", "--address", "127.0.0.1"));
    }
    run.add("bootbus/" + name);
    run.addAll(arguments);

    Command.output(run.toArray(String[]::new));

    Awaitility.await(name)
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(Command.output("docker", "logs", CONTAINER))
                    .contains(name + " " + sign));
    String pid = Command.output("docker", "inspect", "-f", "{{.State.Pid}}", CONTAINER).strip();
    assertThat(Files.readAllLines(Path.of("/proc", pid, "status")))
        .contains("CapEff:\t000000000000" + effective)
        .contains("NoNewPrivs:\t" + alone)
        .contains("Uid:\t65532\t65532\t65532\t65532");
  }

  /// The options of `docker run` that confine a container as Kubernetes does a pod's.
  private static List<String> confinement(JsonNode pod) {
    List<String> options = new ArrayList<>();
    JsonNode all = pod.get("securityContext");
    assertThat(all.get("runAsNonRoot").asBoolean()).isTrue();
    options.add("--user=" + all.get("runAsUser").asText() + ":" + all.get("runAsGroup").asText());
    // an engine allows every port to everybody in a container's network, the host's does not
    String unprivileged = pod.path("hostNetwork").asBoolean() ? "1024" : "67";
    for (JsonNode sysctl : all.path("sysctls")) {
      unprivileged = sysctl.get("value").asText();
    }
    options.add("--sysctl=net.ipv4.ip_unprivileged_port_start=" + unprivileged);
    JsonNode own = pod.at("/containers/0/securityContext");
    own.at("/capabilities/drop").forEach(name -> options.add("--cap-drop=" + name.asText()));
    own.at("/capabilities/add").forEach(name -> options.add("--cap-add=" + name.asText()));
    if (own.get("readOnlyRootFilesystem").asBoolean()) {
      options.addAll(List.of("--read-only", "--tmpfs=/tmp"));
    }
    if (!own.get("allowPrivilegeEscalation").asBoolean()) {
      options.add("--security-opt=no-new-privileges");
    }
    return options;
  }
}
