package dev.bootbus.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A run of a program to its end.
///
/// @param output stdout and stderr
record Command(int status, String output) {
  private static final int DEADLINE_MINUTES = 10;

  static Command run(List<String> words) throws IOException, InterruptedException {
    return run(Map.of(), words);
  }

  static Command run(Map<String, String> environment, List<String> words)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("bootbus-command", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().put("BOOTBUS_BUILT", "1");
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(DEADLINE_MINUTES, TimeUnit.MINUTES))
          .describedAs("%s ended in time; it printed: %s", words, Files.readString(output))
          .isTrue();
      return new Command(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      Files.delete(output);
    }
  }

  /// What it prints; fails where it does.
  static String output(String... words) throws IOException, InterruptedException {
    Command run = run(List.of(words));
    assertThat(run.status()).describedAs("%s: %s", List.of(words), run.output()).isZero();
    return run.output();
  }
}
