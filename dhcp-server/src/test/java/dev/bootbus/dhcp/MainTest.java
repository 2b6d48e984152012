package dev.bootbus.dhcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.schema.EventKind;
import dev.bootbus.schema.testing.EventTap;
import dev.bootbus.schema.testing.NatsServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.DatagramSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class MainTest {
  private static final String LOOPBACK = "--address 127.0.0.1 ";

  static Stream<Arguments> mistakes() {
    return Stream.of(
        arguments("", "say --interface"),
        arguments("--interface nope0", "no interface nope0; there are "),
        arguments("--address 10.1", "not the IPv4 address of a machine: 10.1"),
        arguments("--address 0.0.0.0", "not the IPv4 address of a machine: 0.0.0.0"),
        arguments("--address node.example", "not the IPv4 address of a machine: node.example"),
        arguments(LOOPBACK + "--port 70000", "--port: not a port: 70000"),
        arguments(LOOPBACK + "--port x", "'x' is not an int"),
        arguments(
            LOOPBACK + "--mode both", "not a mode: both; there are dhcp (or reservation), proxy"),
        arguments(LOOPBACK + "--deadline-ms 0", "--deadline-ms: not a time to wait: 0"),
        arguments(
            LOOPBACK + "--port 0 --proxy-port 0 --nats nats://x:y:z",
            "--nats: not a server URL: nats://x:y:z"),
        arguments(
            LOOPBACK + "--boot-file efi=x",
            "--boot-file: no class efi; there are alpha, arc-x86, bios, "),
        arguments(LOOPBACK + "--boot-file bios", "--boot-file: no = in bios"),
        arguments(LOOPBACK + "--boot-file efi-x64=a.kpxe", "wrong for this firmware: a.kpxe"),
        arguments(LOOPBACK + "--boot-url efi-x64=http://h/x", "only classes with -http"),
        arguments(LOOPBACK + "--boot-url efi-x64-http=x.efi", "not an absolute URL: x.efi"),
        arguments(LOOPBACK + "--ipxe-script http://h/ipxe.efi", "would load iPXE for ever"),
        arguments(LOOPBACK + "--option 53=1", "--option 53: the server sets this one itself"),
        arguments(LOOPBACK + "--option 255=1", "--option: not a code from 1 to 254: 255"),
        arguments(LOOPBACK + "--bogus", "Unknown option: '--bogus'"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mistakes")
  void a_mistake_is_told_in_one_line(String args, String message) {
    assertMistake(args, message);
  }

  @Test
  void a_port_in_use_is_told_in_one_line() throws Exception {
    try (DatagramSocket socket = new DatagramSocket()) {
      int port = socket.getLocalPort();
      assertMistake(LOOPBACK + "--port " + port, "cannot bind UDP port " + port);
    }
  }

  private static void assertMistake(String args, String message) {
    StringWriter err = new StringWriter();
    CommandLine commandLine = Main.commandLine().setErr(new PrintWriter(err));
    assertThat(commandLine.execute(args.isEmpty() ? new String[0] : args.split(" "))).isEqualTo(2);
    assertThat(err.toString().strip())
        .startsWith("dhcp-server: ")
        .contains(message)
        .hasLineCount(1);
  }

  @Test
  void without_flags_everything_comes_from_this_machine() {
    BootSettings settings = settings();
    assertThat(settings.nextServer()).isEqualTo(Machines.SERVER);
    assertThat(settings.ipxeScript()).isEqualTo("http://192.168.77.1/boot.ipxe");
    assertThat(settings.loaders())
        .containsEntry("bios", "undionly.kpxe")
        .containsEntry("efi-x64", "ipxe.efi")
        .containsEntry("efi-x64-http", "http://192.168.77.1/ipxe.efi")
        .containsEntry("efi-arm64", "ipxe-arm64.efi")
        .containsEntry("efi-arm64-http", "http://192.168.77.1/ipxe-arm64.efi")
        .doesNotContainKey("bios-http");
  }

  @Test
  void boot_flags_become_settings() {
    BootSettings settings =
        settings(
            "--http-port=8080",
            "--ipxe-script=",
            "--boot-file=bios=",
            "--boot-file=efi-x64=snponly.efi",
            "--boot-file=uboot-arm64=boot.scr.uimg",
            "--boot-url=efi-arm64-http=",
            "--boot-url=efi-ia32-http=https://boot.example/a?b=c",
            "--option=209=pxelinux.cfg/default",
            "--option=210=http://192.168.77.1/",
            "--option=128=a b",
            "--option=129=c");
    assertThat(settings.ipxeScript()).isEmpty();
    assertThat(settings.loaders())
        .doesNotContainKeys("bios", "efi-arm64-http")
        .containsEntry("efi-x64", "snponly.efi")
        .containsEntry("efi-x64-http", "http://192.168.77.1:8080/snponly.efi")
        .containsEntry("efi-ia32-http", "https://boot.example/a?b=c")
        .containsEntry("uboot-arm64", "boot.scr.uimg");
    assertThat(settings.options())
        .containsOnlyKeys(128, 129, 209, 210)
        .containsEntry(128, Bytes.of("a b".getBytes()));
  }

  @Test
  void ipxe_s_own_variables_are_left_alone() {
    String script = "http://192.168.77.1/boot.ipxe?mac=${net0/mac}";
    assertThat(settings("--ipxe-script=" + script).ipxeScript()).isEqualTo(script);
  }

  private static BootSettings settings(String... args) {
    return flags(args).settings(Machines.SERVER);
  }

  private static BootFlags flags(String... args) {
    CommandLine commandLine = Main.reading(new BootFlags());
    commandLine.parseArgs(args);
    return commandLine.getCommand();
  }

  @Test
  void the_readme_names_every_flag() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    Main.commandLine().getCommandSpec().options().stream()
        .filter(option -> !option.usageHelp() && !option.versionHelp())
        .forEach(option -> assertThat(readme).contains("`" + option.longestName() + "`"));
  }

  @Test
  void the_process_gets_ready_without_a_bus_and_stops_at_once() throws Exception {
    Process process = start("--nats=nats://127.0.0.1:1", "--port=" + freePort());
    try (BufferedReader log = process.inputReader()) {
      String ready = log.lines().filter(line -> line.contains("ready ")).findFirst().orElseThrow();
      assertThat(ready).contains("mode=proxy interface=any address=127.0.0.1");
      long asked = System.nanoTime();
      process.toHandle().destroy(); // unlike Process.destroy, leaves the log readable
      List<String> rest = log.lines().toList();
      assertThat(process.waitFor(5, TimeUnit.SECONDS)).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(2));
      assertThat(rest).anyMatch(line -> line.contains("stopped offer=0 ack=0 nak=0"));
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void events_go_where_the_flags_say() throws Exception {
    int port = freePort();
    try (NatsServer nats = NatsServer.start();
        EventTap tap = new EventTap(nats, "lab.event");
        TestClient client = new TestClient(port)) {
      Process process =
          start("--port=" + port, "--nats=" + nats.url(), "--event-subject=lab.event");
      try (BufferedReader log = process.inputReader()) {
        log.lines().filter(line -> line.contains("bus connected")).findFirst().orElseThrow();
        client.send(TestPacket.pxe(MessageType.DISCOVER, 7));
        tap.await(EventKind.DHCP_DISCOVER, EventKind.BACKEND_SILENT);
        process.toHandle().destroy();
        assertThat(log.lines().toList())
            .anyMatch(line -> line.contains("stopped offer=0 ack=0 nak=0 backend-no-responders=1"));
      } finally {
        process.destroyForcibly();
      }
    }
  }

  private static Process start(String... options) throws IOException {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(":"))
            .filter(entry -> !entry.endsWith("test-classes"))
            .collect(Collectors.joining(":"));
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    List<String> command = new ArrayList<>();
    command.addAll(List.of(java.toString(), "-XX:+UseSerialGC"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", classPath));
    command.addAll(List.of(Main.class.getName(), "--mode=proxy", "--address=127.0.0.1"));
    command.add("--proxy-port=" + freePort());
    command.addAll(List.of(options));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static int freePort() throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      return socket.getLocalPort();
    }
  }
}
