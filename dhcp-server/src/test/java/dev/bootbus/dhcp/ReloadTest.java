package dev.bootbus.dhcp;

import static dev.bootbus.dhcp.wire.MessageType.DISCOVER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.testing.NatsServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.DatagramSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// A real process is sent real signals.
@DisabledOnOs(OS.WINDOWS)
class ReloadTest {
  @TempDir private Path folder;

  @Test
  void sighup_has_the_file_read_again_and_a_bad_one_changes_nothing() throws Exception {
    int port = freePort();
    Path file = folder.resolve("dhcp.yaml");
    try (NatsServer nats = NatsServer.start();
        Bus backend = Bus.connect(BusSettings.of("backend").withServers(nats.url()), state -> {});
        TestClient client = new TestClient(port)) {
      backend.answerDhcp("test", request -> Machines.ANSWER);
      String always = "address: 127.0.0.1\nnats: %s\nport: %d\n".formatted(nats.url(), port);
      Files.writeString(file, always + "proxy-port: 0\nboot-file: {efi-x64: one.efi}\n");
      Process process = start(file);
      try (BufferedReader log = process.inputReader()) {
        await(log, "bus connected");
        assertThat(loader(client)).isEqualTo("one.efi");

        Files.writeString(file, always + "proxy-port: 0\nboot-file: {efi-x64: two.efi}\n");
        hangUp(process);
        assertThat(await(log, "configuration read again")).endsWith("changed=[boot-file]");
        assertThat(loader(client)).isEqualTo("two.efi");

        Files.writeString(file, always + "boot-flie: {efi-x64: three.efi}\n");
        hangUp(process);
        assertThat(await(log, "configuration kept"))
            .contains(file + ":4: unknown key boot-flie; did you mean boot-file?");
        assertThat(loader(client)).isEqualTo("two.efi");

        // a port that cannot be had, and nothing of the rest is taken over either
        try (DatagramSocket taken = new DatagramSocket()) {
          Files.writeString(
              file,
              always
                  + "boot-file: {efi-x64: four.efi}\nproxy-port: %d\n"
                      .formatted(taken.getLocalPort()));
          hangUp(process);
          assertThat(await(log, "configuration kept"))
              .contains(file + ":5: proxy-port: ", "cannot bind UDP port " + taken.getLocalPort());
        }
        assertThat(loader(client)).isEqualTo("two.efi");

        Files.writeString(
            file,
            always + "proxy-port: 0\ndeadline-ms: 700\ndeny: [\"%s\"]\n".formatted(TestPacket.MAC));
        hangUp(process);
        assertThat(await(log, "configuration read again")).endsWith("changed=[boot-file, deny]");
        assertThat(await(log, "needs a restart")).endsWith("for [deadline-ms]");
        client.send(TestPacket.pxe(DISCOVER, 7));
        await(log, "silence reason=denied-mac");
        assertThat(client.answer(Duration.ofMillis(1))).isEmpty();

        int other = freePort();
        Files.writeString(
            file,
            always.replace("port: " + port, "port: " + other) + "proxy-port: 0\nmode: dhcp\n");
        hangUp(process);
        assertThat(await(log, "configuration read again")).endsWith("changed=[deny, port]");
        try (TestClient there = new TestClient(other)) {
          assertThat(loader(there)).isEqualTo("ipxe.efi");
        }

        process.toHandle().destroy();
        List<String> rest = log.lines().toList();
        assertThat(rest).anyMatch(line -> line.contains("stopped offer=5 "));
        assertThat(process.waitFor(5, TimeUnit.SECONDS)).isTrue();
      } finally {
        process.destroyForcibly();
      }
    }
  }

  private static String loader(TestClient client) throws IOException {
    return client.ask(TestPacket.pxe(DISCOVER, 7)).options().get(Option.BOOT_FILE_NAME).orElse("");
  }

  private static void hangUp(Process process) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-HUP", String.valueOf(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  private static String await(BufferedReader log, String text) {
    return log.lines()
        .filter(line -> line.contains(text))
        .findFirst()
        .orElseThrow(() -> new AssertionError("the process ended without: " + text));
  }

  private static Process start(Path file) throws IOException {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(":"))
            .filter(entry -> !entry.endsWith("test-classes"))
            .collect(Collectors.joining(":"));
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    List<String> command =
        List.of(
            java.toString(),
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classPath,
            Main.class.getName());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("BOOTBUS_CONFIG", file.toString());
    return builder.start();
  }

  private static int freePort() throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      return socket.getLocalPort();
    }
  }
}
