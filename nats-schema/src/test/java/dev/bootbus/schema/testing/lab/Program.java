package dev.bootbus.schema.testing.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// A program that runs in a lab, and what it prints.
public final class Program implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LOOK_EVERY = Duration.ofMillis(20);
  private static final int GRACE_SECONDS = 5;

  private final Process process;
  private final Path log;

  private Program(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  public static Program start(Path log, Map<String, String> environment, List<String> command)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(log.toFile());
    builder.environment().keySet().removeIf(variable -> variable.startsWith("BOOTBUS_"));
    builder.environment().putAll(environment);
    return new Program(builder.start(), log);
  }

  public String said() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Waits until it has printed this.
  public Program awaitSaid(String regex) {
    Pattern pattern = Pattern.compile(regex);
    await()
        .atMost(PATIENCE)
        .pollInterval(LOOK_EVERY)
        .untilAsserted(() -> assertThat(isSaid(pattern)).as("%s in: %s", regex, said()).isTrue());
    return this;
  }

  private boolean isSaid(Pattern pattern) {
    boolean alive = process.isAlive(); // asked first: the last words count
    boolean found = pattern.matcher(said()).find();
    if (!alive && !found) {
      throw new IllegalStateException("ended without saying " + pattern + ": " + said());
    }
    return found;
  }

  /// How often it has printed this.
  public long count(String regex) {
    return Pattern.compile(regex).matcher(said()).results().count();
  }

  public void signal(String name) throws IOException {
    Lab.run(List.of("kill", "-" + name, String.valueOf(process.pid())));
  }

  /// Waits until it has ended by itself.
  public int status() throws InterruptedException {
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(said()).isTrue();
    return process.exitValue();
  }

  /// Asks it to stop, and waits until it has.
  @Override
  public void close() {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    if (process.onExit().completeOnTimeout(null, GRACE_SECONDS, TimeUnit.SECONDS).join() == null) {
      process.destroyForcibly();
    }
    children.forEach(ProcessHandle::destroyForcibly);
  }
}
