package dev.bootbus.tftp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.schema.EventKind;
import dev.bootbus.schema.testing.EventTap;
import dev.bootbus.schema.testing.NatsServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class MainTest {
  @TempDir Path root;

  private record Ended(int exitCode, String err) {}

  private Ended run(String... options) {
    List<String> all = new ArrayList<>(List.of(options));
    for (String needed : List.of("--root=" + root, "--address=127.0.0.1")) {
      String name = needed.substring(0, needed.indexOf('='));
      if (all.stream().noneMatch(option -> option.startsWith(name))) {
        all.add(needed);
      }
    }
    StringWriter err = new StringWriter();
    CommandLine main = Main.commandLine().setErr(new PrintWriter(err, true));
    return new Ended(main.execute(all.toArray(String[]::new)), err.toString());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --port=abc                     | Invalid value for option '--port': 'abc' is not an int
          --port=70000                   | --port must be 0 to 65535
          --address=localhost            | --address must be an IP address, not localhost
          --root=/nowhere                | cannot serve from /nowhere: not a directory that can be read; name one with --root
          --max-blksize=7                | --max-blksize must be 8 to 65464 (RFC 2348)
          --max-blksize=65465            | --max-blksize must be 8 to 65464 (RFC 2348)
          --max-window=0                 | --max-window must be 1 to 32767
          --max-window=32768             | --max-window must be 1 to 32767
          --max-window=32767             | --max-blksize times --max-window must be at most 16 MiB, the memory of one transfer
          --max-transfers=0              | --max-transfers must be 1 or more
          --max-per-peer=0               | --max-per-peer must be 1 or more
          --max-rate=-1                  | --max-rate must be 0 to 1000000
          --rollover=2                   | --rollover must be 0 or 1
          --single-port=yes              | --single-port must be on or off
          --engine=uring                 | --engine must be auto, gso, mmsg or nio
          --retries=-1                   | --retries must be 0 to 20
          --timeout=256                  | --timeout must be 1 to 255
          --file-subject=a.*             | --file-subject must be a subject without wildcards
          --generated=main.ipxe,../x     | --generated ../x: the path leads out of the root
          --address=192.0.2.1            | cannot bind UDP port 69 on 192.0.2.1: Cannot assign requested address; take an address of this machine, or choose another with --port
          --blksize=7                    | Unknown option: '--blksize=7'
          """)
  void aMistakeIsOneLineAndExitCode2(String option, String line) {
    Ended ended = run(option);

    assertThat(ended.err()).isEqualTo("tftp-server: " + line + "\n");
    assertThat(ended.exitCode()).isEqualTo(2);
  }

  @Test
  void aPortThatIsTakenIsOneLineAndExitCode2() throws IOException {
    try (DatagramSocket other =
        new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0))) {
      Ended ended = run("--port=" + other.getLocalPort());

      assertThat(ended.err())
          .isEqualTo(
              "tftp-server: cannot bind UDP port %1$d on 127.0.0.1: Address already in use; ss -lunp 'sport = :%1$d' says who has it; stop that, or choose another with --port\n"
                  .formatted(other.getLocalPort()));
      assertThat(ended.exitCode()).isEqualTo(2);
    }
  }

  /// The process as it is deployed, configured by its environment.
  @Test
  void servesUntilItIsTerminated() throws Exception {
    Files.writeString(root.resolve("hello"), "hello");
    String classPath =
        Objects.requireNonNullElse(
            System.getProperty("surefire.test.class.path"), System.getProperty("java.class.path"));
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-DTEST_LOG_LEVEL=INFO",
            "-cp",
            classPath,
            Main.class.getName(),
            "--address=127.0.0.1");
    builder.environment().put("BOOTBUS_ROOT", root.toString());
    builder.environment().put("BOOTBUS_PORT", "0");
    NatsServer nats = NatsServer.start();
    builder.environment().put("BOOTBUS_NATS_URL", nats.url());
    builder.environment().put("BOOTBUS_EVENT_SUBJECT", "lab.event");
    EventTap tap = new EventTap(nats, "lab.event");
    Process process = builder.redirectErrorStream(true).start();
    try (nats;
        tap;
        BufferedReader log = process.inputReader(UTF_8)) {
      Matcher ready = awaitLine(log, "ready port=(\\d+) address=127\\.0\\.0\\.1 root=.*");
      try (TestClient client = new TestClient(Integer.parseInt(ready.group(1)))) {
        assertThat(client.read("hello")).isEqualTo("hello".getBytes(UTF_8));
      }
      awaitLine(log, "sent file=hello peer=127.0.0.1:.*");
      tap.await(EventKind.TFTP_STARTED, EventKind.TFTP_FINISHED);

      process.toHandle().destroy(); // Process#destroy would close the log, too

      assertThat(process.waitFor(Duration.ofSeconds(10))).isTrue();
      assertThat(log.lines()).last().asString().endsWith("stopped sent=1");
    } finally {
      process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
  }

  private static Matcher awaitLine(BufferedReader log, String message) throws IOException {
    Pattern pattern = Pattern.compile(" - " + message);
    for (String line = log.readLine(); line != null; line = log.readLine()) {
      Matcher matcher = pattern.matcher(line);
      if (matcher.find()) {
        return matcher;
      }
    }
    throw new AssertionError("the process ended without saying " + message);
  }

  @Test
  void theReadmeNamesEveryFlag() throws IOException {
    String readme = Files.readString(Path.of("README.md"));

    for (OptionSpec option : Main.commandLine().getCommandSpec().options()) {
      if (!option.usageHelp() && !option.versionHelp()) {
        assertThat(readme).contains("`" + option.longestName() + "`");
      }
    }
  }

  @Test
  void theReadmeNamesEachOptionItsVariableAndItsDefault() throws IOException {
    String readme = Files.readString(Path.of("README.md"));

    for (OptionSpec option : Main.commandLine().getCommandSpec().options()) {
      String name = option.longestName();
      String declared = option.defaultValue();
      if (declared == null || !declared.startsWith("${env:")) {
        continue;
      }
      Matcher matcher = Pattern.compile("\\$\\{env:(\\w+):-(.*)}").matcher(declared);
      assertThat(matcher.matches()).as(name).isTrue();
      String variable = "BOOTBUS_" + name.substring(2).toUpperCase().replace('-', '_');
      assertThat(matcher.group(1)).isEqualTo(variable);
      assertThat(readme)
          .contains("| `%s` | `%s` | `%s` |".formatted(name, matcher.group(1), matcher.group(2)));
    }
  }
}
