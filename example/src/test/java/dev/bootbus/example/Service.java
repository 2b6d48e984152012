package dev.bootbus.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.schema.testing.lab.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// One of the four services as a process, as `deploy` starts it.
final class Service implements AutoCloseable {
  private static final Path LAUNCHER = Path.of("../deploy/target/bootbus/bin/bootbus");

  /// As the hosts of a lab start them.
  static final Lab.Services DEPLOYED = name -> List.of(LAUNCHER.toRealPath().toString(), name);

  private static final Duration START_TIME = Duration.ofSeconds(60);

  private final Process process;
  private final Path log;

  private Service(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /// Only with this environment, and what a JVM needs.
  static Service start(Path logs, String name, Map<String, String> environment, String... arguments)
      throws IOException {
    assertThat(LAUNCHER).describedAs("built by: mvn package -pl deploy -am").isExecutable();
    List<String> command = new ArrayList<>(List.of(LAUNCHER.toRealPath().toString(), name));
    command.addAll(Arrays.asList(arguments));
    Path log = Files.createTempFile(logs, name, ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().keySet().removeIf(variable -> variable.startsWith("BOOTBUS_"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    return new Service(builder.start(), log);
  }

  Service awaitReady() {
    await()
        .atMost(START_TIME)
        .conditionEvaluationListener(condition -> assertThat(process.isAlive()).as(log()).isTrue())
        .until(() -> log().contains(" ready "));
    return this;
  }

  /// Waits until it has ended by itself.
  int status() throws InterruptedException {
    assertThat(process.waitFor(START_TIME.toSeconds(), TimeUnit.SECONDS)).as(log()).isTrue();
    return process.exitValue();
  }

  /// All that it has printed.
  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /// What `ps` shows of it.
  String commandLine() throws IOException {
    return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
  }

  /// Asks it to stop, and waits until it has.
  @Override
  public void close() {
    process.destroy();
    if (process.onExit().completeOnTimeout(null, 10, TimeUnit.SECONDS).join() == null) {
      process.destroyForcibly();
    }
  }
}
