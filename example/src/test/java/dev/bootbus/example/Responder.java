package dev.bootbus.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// One of the backends in `responders/`, as a process.
final class Responder implements AutoCloseable {
  /// The first start in a language also builds it, for Node.js with a download.
  private static final Duration START_TIME = Duration.ofMinutes(2);

  private final Process process;
  private final Path log;

  private Responder(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /// Skips the test where the language is not installed, unless `BOOTBUS_TEST_RESPONDERS=required`:
  /// then the script that runs it installs it or says why it cannot.
  static void assumeInstalled(String language) {
    if ("required".equals(System.getenv("BOOTBUS_TEST_RESPONDERS"))) {
      return;
    }
    boolean installed =
        switch (language) {
          case "node" -> onPath("node") && onPath("npm");
          case "python" -> onPath("python3");
          case "go" ->
              onPath("go")
                  && Files.exists(Path.of("/usr/share/gocode/src/github.com/nats-io/nats.go"));
          default -> throw new IllegalArgumentException(language);
        };
    assumeTrue(
        installed,
        "not installed: apt-get install nodejs npm python3 golang-go"
            + " golang-github-nats-io-go-nats-dev");
  }

  private static boolean onPath(String command) {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
  }

  /// Starts one, and waits until it has subscribed.
  static Responder start(String language, Path csv, String natsUrl, String subject)
      throws IOException {
    Path log = Files.createTempFile("bootbus-responder", ".log");
    String script = Path.of("responders", "run").toAbsolutePath().toString();
    List<String> command = List.of(script, language, "--csv", csv.toString(), "--subject", subject);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("NATS_URL", natsUrl);
    var responder = new Responder(builder.redirectOutput(log.toFile()).start(), log);
    try {
      responder.awaitLog(" ready ", START_TIME);
    } catch (RuntimeException | AssertionError e) {
      responder.kill();
      throw e;
    }
    return responder;
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  void awaitLog(String text, Duration atMost) {
    await()
        .atMost(atMost)
        .pollInterval(Duration.ofMillis(20))
        .untilAsserted(
            () -> {
              assertThat(log()).contains(text);
            });
  }

  /// How many lines of its log hold this.
  long logged(String text) throws IOException {
    return log().lines().filter(line -> line.contains(text)).count();
  }

  /// Sends SIGTERM, and waits for its end.
  int stop() throws InterruptedException {
    process.destroy();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private void kill() throws IOException {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().onExit().join();
    Files.delete(log);
  }

  @Override
  public void close() throws IOException {
    kill();
  }
}
