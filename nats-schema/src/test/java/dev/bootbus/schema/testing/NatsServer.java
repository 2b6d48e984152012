package dev.bootbus.schema.testing;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/// A real nats-server on a loopback port of its own: in a container where there is a Docker engine,
/// else the one on the PATH. `BOOTBUS_TEST_NATS=container|path` insists on one of the two, and
/// `BOOTBUS_TEST_NATS_IMAGE` names the image.
public final class NatsServer implements AutoCloseable {
  private static final Duration START_TIME = Duration.ofSeconds(20);

  /// Where the server runs; the port stays the same over restarts, and so does what it stored.
  interface Host extends AutoCloseable {
    void start() throws IOException;

    void stop();

    String log();

    @Override
    void close() throws IOException;
  }

  private final int port;
  private final Host host;

  private NatsServer(int port, Host host) {
    this.port = port;
    this.host = host;
  }

  /// Starts one without JetStream.
  public static NatsServer start() throws IOException {
    return start(false);
  }

  public static NatsServer start(boolean jetStream) throws IOException {
    int port = freePort();
    NatsServer server = new NatsServer(port, host(port, jetStream));
    try {
      server.restart();
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
    return server;
  }

  private static Host host(int port, boolean jetStream) throws IOException {
    String wish = System.getenv().getOrDefault("BOOTBUS_TEST_NATS", "auto");
    boolean engine =
        System.getenv("DOCKER_HOST") != null || Files.exists(Path.of("/var/run/docker.sock"));
    return switch (wish) {
      case "container" -> new NatsContainer(port, jetStream);
      case "path" -> new NatsProcess(port, jetStream);
      case "auto" -> engine ? new NatsContainer(port, jetStream) : new NatsProcess(port, jetStream);
      default -> throw new IllegalStateException("BOOTBUS_TEST_NATS is container or path");
    };
  }

  public String url() {
    return "nats://127.0.0.1:" + port;
  }

  public int port() {
    return port;
  }

  /// Ends the server at once; what it stored stays.
  public void stop() {
    host.stop();
  }

  /// Starts the server again on the same port, and waits until it answers.
  public void restart() throws IOException {
    host.start();
    Instant end = Instant.now().plus(START_TIME);
    while (!answers()) {
      if (Instant.now().isAfter(end)) {
        throw new IllegalStateException("nats-server did not start: " + host.log());
      }
      Thread.onSpinWait();
    }
  }

  /// A nats-server greets with `INFO {…}`.
  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 200);
      socket.setSoTimeout(1000);
      return new String(socket.getInputStream().readNBytes(4)).equals("INFO");
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() throws IOException {
    host.close();
  }

  private static final class NatsProcess implements Host {
    private final int port;
    private final boolean jetStream;
    private final Path folder = Files.createTempDirectory("bootbus-nats");
    private Optional<Process> process = Optional.empty();

    NatsProcess(int port, boolean jetStream) throws IOException {
      this.port = port;
      this.jetStream = jetStream;
      onPath();
      Runtime.getRuntime().addShutdownHook(new Thread(this::stop)); // for a run that is broken off
    }

    private static String onPath() {
      return Stream.concat(
              Arrays.stream(System.getenv("PATH").split(File.pathSeparator)),
              Stream.of("/usr/sbin"))
          .map(folder -> folder + "/nats-server")
          .filter(file -> Files.isExecutable(Path.of(file)))
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalStateException(
                      "no nats-server: apt-get install nats-server, or start a Docker engine"));
    }

    @Override
    public void start() throws IOException {
      var command = new ProcessBuilder(onPath(), "-a", "127.0.0.1", "-p", String.valueOf(port));
      if (jetStream) {
        command.command().addAll(java.util.List.of("-js", "-sd", folder.toString()));
      }
      command.redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile());
      process = Optional.of(command.start());
    }

    @Override
    public void stop() {
      process.ifPresent(running -> running.destroyForcibly().onExit().join());
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
}
