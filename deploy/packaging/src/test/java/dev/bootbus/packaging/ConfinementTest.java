package dev.bootbus.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
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
  private static final Container CONTAINER =
      new Container("bootbus-confined-" + ProcessHandle.current().pid());

  @BeforeAll
  static void load() throws Exception {
    Shipped.loaded();
  }

  @AfterEach
  void remove() throws Exception {
    CONTAINER.remove();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "relay,        dhcp-server,    0000, true,  ready",
    "relay,        tftp-server,    0000, true,  ready",
    "relay,        http-server,    0000, true,  ready",
    "relay,        kernel-backend, 0000, true,  bus lost",
    "host-network, dhcp-server,    2400, false, ready",
    "host-network, tftp-server,    0400, false, ready",
    "host-network, http-server,    0400, false, ready",
    "host-network, kernel-backend, 0000, true,  bus lost",
  })
  void runsAsItsPodSays(String overlay, String name, String effective, boolean alone, String sign)
      throws Exception {
    Pod pod = Pod.of(Manifests.of(overlay).workload(name));
    JsonNode container = pod.spec().at("/containers/0");
    List<String> run = new ArrayList<>(List.of("docker", "run", "-d", "--name", CONTAINER.name()));
    run.addAll(pod.confinement(container));
    run.addAll(pod.sysctls());
    run.addAll(List.of("--network", "none", "-e", "BOOTBUS_NATS_URL=nats://127.0.0.1:9"));
    boolean dhcp = name.equals("dhcp-server");
    run.addAll(
        Pod.command(
            container,
            "bootbus/" + name,
            dhcp ? List.of("--interface", "lo", "--address", "127.0.0.1") : List.of()));

    Command.output(run.toArray(String[]::new));

    Awaitility.await(name)
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(CONTAINER.logs()).contains(name + " " + sign));
    CONTAINER.isConfined("65532", effective, alone);
  }
}
