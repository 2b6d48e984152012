package dev.bootbus.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A run of one of this folder's scripts.
///
/// @param output stdout and stderr
record Script(int status, String output) {
  private static final int DEADLINE_MINUTES = 10; // with images to make first

  static Script run(String name, String... arguments) throws IOException, InterruptedException {
    return run(Map.of(), name, arguments);
  }

  static Script run(Map<String, String> environment, String name, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(Path.of(name).toAbsolutePath().toString()));
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile("bootbus-script", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(DEADLINE_MINUTES, TimeUnit.MINUTES))
          .describedAs("%s ended in time; it printed: %s", command, Files.readString(output))
          .isTrue();
      return new Script(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      Files.delete(output);
    }
  }
}
