package dev.bootbus.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.runtime.testing.OtlpReceiver;
import dev.bootbus.runtime.testing.OtlpReceiver.Seen;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The chart's pods really run: all of a release, each confined as its pod says, until `helm test`
/// is content.
class ReleaseTest {
  private static final Duration READY_TIME = Duration.ofSeconds(90);
  private static final String LOADER = "ipxe.efi";

  private static Chart chart;

  @TempDir private Path folder;
  private OtlpReceiver collector;
  private Release release;

  @BeforeEach
  void listen() throws Exception {
    collector = OtlpReceiver.open(InetAddress.ofLiteral("0.0.0.0"));
  }

  @BeforeAll
  static void load() throws Exception {
    Shipped.onlyWhere(
        Command.run(List.of("unshare", "-n", "nft", "list", "tables")).status() == 0,
        "redirecting the ports of Services needs root and nftables");
    Shipped.loaded();
    Shipped.natsImage();
    chart = new Chart();
  }

  @AfterAll
  static void close() {
    if (chart != null) { // else it was skipped
      chart.close();
    }
  }

  @AfterEach
  void remove() throws Exception {
    collector.close();
    if (release != null) {
      release.remove();
    }
  }

  /// Of each service its capabilities, `-` where it can get no more.
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "dhcp,  2400, 0000-, 0000-, tftp http dhcp",
    "proxy, 2400, 0400,  0400,  dhcp",
    "relay, 0000-, 0000-, 0000-, tftp http dhcp",
  })
  void everyPodBecomesReadyAndTheTestPasses(
      String values, String dhcp, String tftp, String http, String tests) throws Exception {
    Path files = Files.createDirectory(folder.resolve("boot-files"));
    Files.write(files.resolve(LOADER), new byte[100_000]);
    release = new Release(rendered(values), folder, Map.of("boot-files", files));
    release.start();
    Map<String, String> confined =
        Map.of(
            "boot-nats", "0000-",
            "boot-bootbus-kernel-backend", "0000-",
            "boot-bootbus-dhcp", dhcp,
            "boot-bootbus-tftp", tftp,
            "boot-bootbus-http", http);
    assertThat(release.pods().keySet()).isEqualTo(confined.keySet());
    for (Pod pod : release.pods().values()) {
      Container container = release.container(pod);
      await(pod.name())
          .atMost(READY_TIME)
          .ignoreExceptions()
          .untilAsserted(
              () ->
                  assertThat(release.asked(pod, "readinessProbe").statusCode())
                      .as("%s", container.logs())
                      .isEqualTo(200));
      assertThat(release.asked(pod, "startupProbe").statusCode()).isEqualTo(200);
      assertThat(release.asked(pod, "livenessProbe").statusCode()).isEqualTo(200);
      String may = confined.get(pod.name());
      container.isConfined(
          pod.name().equals("boot-nats") ? "1000" : "65532",
          may.replace("-", ""),
          may.endsWith("-"));
    }
    for (Pod pod : release.pods().values()) {
      if (!pod.name().equals("boot-nats")) {
        await(pod.name() + " is on the bus")
            .atMost(READY_TIME)
            .until(() -> release.get(pod, "management", "/readyz").statusCode() == 200);
      }
    }

    Map<String, Command> ends = release.test();

    assertThat(ends.keySet()).containsExactlyInAnyOrder(tests.split(" "));
    assertThat(ends.values()).as("%s", ends).allMatch(end -> end.status() == 0);
    assertThat(ends.get("dhcp").output())
        .as("user operator may ask, dhcp-server may be asked, and so may its backend")
        .containsPattern("UEFI PXE says DISCOVER; dhcp-server at .*\n +OFFER")
        .containsPattern("file +ipxe.efi");
    if (values.equals("relay")) {
      await("traces of both files")
          .atMost(READY_TIME)
          .until(() -> traced().containsAll(Set.of("tftp-server", "http-server")));
    }
  }

  private Set<String> traced() {
    return collector.spans().stream().map(Seen::service).collect(Collectors.toSet());
  }

  private List<Manifest> rendered(String values) throws Exception {
    if (!values.equals("relay")) {
      return chart.render(values);
    }
    return chart.render(
        values,
        Map.of(
            "tracing.endpoint",
            "http://" + Release.ELSEWHERE + ":" + collector.port(),
            "files.volume.persistentVolumeClaim.claimName", // its bucket of files is empty
            "boot-files"));
  }
}
