package dev.bootbus.schema.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The nats-server on the PATH, in a folder of its own.
final class NatsProcess implements NatsServer.Host {
  private final int port;
  private final boolean jetStream;
  private final Map<String, String> environment;
  private final List<String> options;
  private final Path folder = Files.createTempDirectory("bootbus-nats");
  private Optional<Process> process = Optional.empty();

  /// @param options beyond port and storage
  NatsProcess(int port, boolean jetStream, NatsConfig config, List<String> options)
      throws IOException {
    this.port = port;
    this.jetStream = jetStream;
    this.environment = config.environment();
    this.options = options;
    onPath();
    write(config);
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop)); // for a run that is broken off
  }

  static boolean isOnPath() {
    return found().isPresent();
  }

  private static String onPath() {
    return found()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "no nats-server: apt-get install nats-server, or start a Docker engine"));
  }

  private static Optional<String> found() {
    return Stream.concat(
            Arrays.stream(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin"))
        .map(folder -> folder + "/nats-server")
        .filter(file -> Files.isExecutable(Path.of(file)))
        .findFirst();
  }

  @Override
  public void start() throws IOException {
    var command = new ProcessBuilder(onPath(), "-a", "127.0.0.1", "-p", String.valueOf(port));
    command.command().addAll(List.of("-c", NatsConfig.NAME));
    if (jetStream) {
      command.command().addAll(List.of("-js", "-sd", folder.resolve("data").toString()));
    }
    command.command().addAll(options);
    command.environment().putAll(environment);
    command.directory(folder.toFile());
    command.redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile());
    process = Optional.of(command.start());
  }

  @Override
  public void write(NatsConfig config) throws IOException {
    for (Map.Entry<String, byte[]> file : config.contents().entrySet()) {
      Files.write(folder.resolve(file.getKey()), file.getValue());
    }
  }

  @Override
  public void stop() {
    process.ifPresent(running -> running.destroyForcibly().onExit().join());
  }

  @Override
  public void pause() throws IOException {
    signal("STOP");
  }

  @Override
  public void resume() throws IOException {
    signal("CONT");
  }

  private void signal(String name) throws IOException {
    String pid = String.valueOf(process.orElseThrow().pid());
    new ProcessBuilder("kill", "-" + name, pid).inheritIO().start().onExit().join();
  }

  @Override
  public String log() {
    try {
      return Files.readString(folder.resolve("log"));
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Override
  public void close() throws IOException {
    stop();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
