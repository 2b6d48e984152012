package dev.bootbus.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bootbus.schema.Bus;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.testing.NatsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// kernel-backend and http-server with `deploy/nats/nats-server.conf`, and curl as
/// machines: two known ones at 127.0.77.1 and 127.0.77.2, a stranger at 127.0.77.9, and a
/// trusted proxy at 127.0.78.1.
class MachineFilesWalkTest {
  private static final String ONE = "127.0.77.1";
  private static final String TWO = "127.0.77.2";
  private static final String STRANGER = "127.0.77.9";
  private static final String PROXY = "127.0.78.1";
  private static final List<String> NAMES =
      List.of("user-data", "meta-data", "vendor-data", "network-config", "ignition", "preseed");
  private static final List<String> MORE =
      List.of("kickstart", "autoinstall", "ssh_keys", "k3os/config", "apkovl", "online");

  @TempDir private Path folder;
  private final List<Service> services = new ArrayList<>();
  private NatsServer nats;
  private int port;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/curl")), "needs curl: apt-get install curl");
    nats = BusUser.server();
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Path root = Files.createDirectory(folder.resolve("root"));
    Files.writeString(root.resolve("default.apkovl"), "of the kernel");
    List<String> config = new ArrayList<>();
    for (String name : NAMES) {
      Files.writeString(folder.resolve(name), name + " of ${hostname}, secret ${token}\n");
      config.add(name + ": " + name);
    }
    for (String name : List.of("kickstart", "autoinstall", "k3os/config")) {
      Files.writeString(folder.resolve("other"), "for ${hostname}, secret ${token}\n");
      config.add(name + ": other");
    }
    Files.writeString(
        folder.resolve("catalogue.yaml"),
        """
        kernels:
          - {name: k, kernel: vmlinuz, cmdline: 's=${seed-url}', apkovl: default.apkovl,
             config: {%s}}
        default: k
        nodes:
          - {mac: '52:54:00:00:77:01', hostname: one, address: %s, ssh-keys: [key-of-one]}
          - {mac: '52:54:00:00:77:02', hostname: two, address: %s, ssh-keys: [key-of-two]}
        """
            .formatted(String.join(", ", config), ONE, TWO));
    service(
        "kernel-backend",
        "--catalogue",
        folder.resolve("catalogue.yaml").toString(),
        "--subnet",
        "127.0.0.0/8",
        "--boot-url",
        "http://127.0.0.1:" + port + "/");
    service(
        "http-server",
        "--root",
        root.toString(),
        "--address",
        "127.0.0.1",
        "--http-port",
        "" + port,
        "--max-upload",
        "1",
        "--trusted-proxies",
        "127.0.78.0/24");
    services.forEach(Service::awaitReady);
    meet();
  }

  private void service(String name, String... options) throws IOException {
    Path password =
        Files.writeString(folder.resolve(name + ".password"), BusUser.password(name) + "\n");
    Map<String, String> environment =
        Map.of(
            "BOOTBUS_NATS_URL",
            nats.url(),
            "BOOTBUS_NATS_USER",
            name,
            "BOOTBUS_NATS_PASSWORD_FILE",
            password.toString(),
            "BOOTBUS_LOG_LEVEL",
            "DEBUG");
    services.add(Service.start(folder, name, environment, options));
  }

  /// The backend makes a node of each machine when it hears it, and a token for it.
  private void meet() throws Exception {
    try (Bus bus =
        Bus.connect(
            BusSettings.of("dhcp-server")
                .withServers(
                    nats.url()
                        .replace("://", "://dhcp-server:" + BusUser.password("dhcp-server") + "@")),
            _ -> {})) {
      for (String mac : List.of("52:54:00:00:77:01", "52:54:00:00:77:02")) {
        await()
            .atMost(Duration.ofSeconds(20))
            .ignoreExceptions()
            .until(() -> bus.ask(discover(MacAddress.parse(mac))) != null);
      }
    }
    for (String machine : List.of(ONE, TWO)) {
      await().atMost(Duration.ofSeconds(20)).until(() -> status(machine, "/boot.ipxe") == 200);
    }
  }

  private static DhcpRequest discover(MacAddress mac) {
    return new DhcpRequest(mac, "", DhcpRequest.Facts.NONE);
  }

  @AfterEach
  void stop() throws Exception {
    services.forEach(Service::close);
    if (nats != null) {
      nats.close();
    }
  }

  private String curl(String from, String path, String... options) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("curl", "-s", "--max-time", "20", "--interface", from));
    command.addAll(List.of(options));
    command.add("http://127.0.0.1:" + port + path);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return output;
  }

  private int status(String from, String path, String... options) throws Exception {
    List<String> all = new ArrayList<>(List.of("-o", "/dev/null", "-w", "%{http_code}"));
    all.addAll(List.of(options));
    return Integer.parseInt(curl(from, path, all.toArray(String[]::new)));
  }

  private String token(String machine) throws Exception {
    Matcher url =
        Pattern.compile("/t/([0-9a-f]{12}-[0-9a-f]{32})/").matcher(curl(machine, "/boot.ipxe"));
    assertThat(url.find()).isTrue();
    return url.group(1);
  }

  @Test
  void aMachineReadsAndKeepsItsOwnAndNobodyElseDoes() throws Exception {
    String token = token(ONE);
    String other = token(TWO);
    Path overlay = folder.resolve("overlay");
    Files.write(overlay, new byte[500_000]);
    assertThat(curl(ONE, "/apkovl")).isEqualTo("of the kernel");
    assertThat(status(ONE, "/apkovl", "-T", overlay.toString())).isEqualTo(201);
    assertThat(status(ONE, "/apkovl", "--data-binary", "@" + overlay)).isEqualTo(201);
    Files.write(overlay, new byte[(1 << 20) + 1]);
    assertThat(status(ONE, "/apkovl", "-T", overlay.toString())).isEqualTo(413);
    assertThat(status(STRANGER, "/apkovl", "--data-binary", "x")).isEqualTo(404);
    assertThat(curl(TWO, "/apkovl")).isEqualTo("of the kernel");
    assertThat(curl(ONE, "/apkovl/one.apkovl.tar.gz", "-o", folder.resolve("back").toString()))
        .isEmpty();
    assertThat(folder.resolve("back")).hasBinaryContent(new byte[500_000]);

    for (List<String> names : List.of(NAMES, MORE)) {
      for (String name : names) {
        nobodyElseReads("/" + name, token, other);
      }
    }
    services.forEach(Service::close);
    for (Service service : services) {
      assertThat(service.log()).doesNotContain(token, other, "Violation", "Exception");
    }
    assertThat(services.getFirst().log()).contains(" online mac=52:54:00:00:77:01 ");
    assertThat(nats.log()).doesNotContain("Violation");
  }

  private void nobodyElseReads(String path, String token, String other) throws Exception {
    String mine = curl(ONE, path);
    assertThat(status(ONE, path)).as(path).isEqualTo(200);
    assertThat(curl(STRANGER, "/t/" + token + path)).isEqualTo(mine);
    assertThat(curl(PROXY, path, "-H", "X-Forwarded-For: 9.9.9.9, " + ONE)).isEqualTo(mine);
    assertThat(curl(PROXY, path, "-H", "Forwarded: for=" + ONE)).isEqualTo(mine);

    String forged = token.substring(0, 13) + other.substring(13);
    for (String wrong : List.of(forged, "x", token + "0")) {
      assertThat(status(ONE, "/t/" + wrong + path)).as(path).isEqualTo(403);
    }
    List<String> lies =
        List.of("X-Forwarded-For: " + ONE, "Forwarded: for=" + ONE, "X-Real-IP: " + ONE);
    for (String lie : lies) {
      assertThat(status(STRANGER, path, "-H", lie)).as(path + lie).isEqualTo(404);
      assertThat(curl(TWO, path, "-H", lie)).isNotEqualTo(mine);
    }
    assertThat(status(STRANGER, path + "?mac=52:54:00:00:77:01")).isEqualTo(404);
    assertThat(status(TWO, path + "?mac=52:54:00:00:77:01")).isEqualTo(403);
    assertThat(status(PROXY, path)).isEqualTo(404);
    assertThat(status(PROXY, path, "-H", "X-Forwarded-For: " + ONE + ", " + STRANGER))
        .isEqualTo(404);
    assertThat(
            status(
                PROXY, path, "-H", "X-Forwarded-For: " + STRANGER, "-H", "Forwarded: for=" + ONE))
        .isEqualTo(404);
    for (String elsewhere : List.of(TWO, STRANGER)) {
      assertThat(curl(elsewhere, "/boot.ipxe?mac=52:54:00:00:77:01")).doesNotContain(token);
      assertThat(curl(elsewhere, "/pxelinux.cfg/01-52-54-00-00-77-01")).doesNotContain(token);
    }
  }
}
