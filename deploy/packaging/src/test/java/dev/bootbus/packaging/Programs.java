package dev.bootbus.packaging;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// Programs that are run to their end.
final class Programs {
  private static final Map<String, String> HELP = new ConcurrentHashMap<>();

  private Programs() {}

  /// What a service prints of itself.
  static String help(Path distribution, String service) {
    return HELP.computeIfAbsent(
        service,
        name -> {
          try {
            return run(Map.of(), distribution.resolve("bin/bootbus").toString(), name, "--help");
          } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  static String natsServer() {
    return List.of("/usr/sbin/nats-server", "/usr/local/bin/nats-server").stream()
        .filter(it -> Files.isExecutable(Path.of(it)))
        .findFirst()
        .orElse("nats-server");
  }

  /// @return all that it has printed
  static String run(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    ProcessBuilder program = new ProcessBuilder(command).redirectErrorStream(true);
    program.environment().putAll(environment);
    Process process = program.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException(String.join(" ", command) + " did not end: " + said);
    }
    return said;
  }
}
