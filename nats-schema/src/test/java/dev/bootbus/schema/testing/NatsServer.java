package dev.bootbus.schema.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;

/// A real nats-server on a loopback port of its own: in a container where there is a Docker engine,
/// else the one on the PATH. `BOOTBUS_TEST_NATS=container|path` insists on one of the two, and
/// `BOOTBUS_TEST_NATS_IMAGE` names the image.
public final class NatsServer implements AutoCloseable {
  private static final Duration START_TIME = Duration.ofSeconds(20);

  /// Where the server runs; the port stays the same over restarts, and so does what it stored.
  interface Host extends AutoCloseable {
    void start() throws IOException;

    /// Takes the place of the configuration from the next start on; the environment stays.
    void write(NatsConfig config) throws IOException;

    void stop();

    /// Lets it answer nothing, and keep its connections.
    void pause() throws IOException;

    void resume() throws IOException;

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
    return start(jetStream, NatsConfig.of(""));
  }

  /// Starts one that goes by a configuration file of this text.
  public static NatsServer withConfig(String text) throws IOException {
    return withConfig(NatsConfig.of(text));
  }

  /// The same with files and variables. JetStream is on where the text says so.
  public static NatsServer withConfig(NatsConfig config) throws IOException {
    return start(false, config);
  }

  private static NatsServer start(boolean jetStream, NatsConfig config) throws IOException {
    int port = freePort();
    NatsServer server = new NatsServer(port, host(port, jetStream, config));
    try {
      server.restart();
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
    return server;
  }

  private static Host host(int port, boolean jetStream, NatsConfig config) throws IOException {
    String wish = System.getenv().getOrDefault("BOOTBUS_TEST_NATS", "auto");
    boolean engine =
        System.getenv("DOCKER_HOST") != null || Files.exists(Path.of("/var/run/docker.sock"));
    return switch (wish) {
      case "container" -> new NatsContainer(port, jetStream, config);
      case "path" -> new NatsProcess(port, jetStream, config, List.of());
      case "auto" ->
          engine
              ? new NatsContainer(port, jetStream, config)
              : new NatsProcess(port, jetStream, config, List.of());
      default -> throw new IllegalStateException("BOOTBUS_TEST_NATS is container or path");
    };
  }

  public String url() {
    return "nats://127.0.0.1:" + port;
  }

  public int port() {
    return port;
  }

  /// Takes the place of the configuration when the server is next restarted.
  public void configure(NatsConfig config) throws IOException {
    host.write(config);
  }

  /// What the server has printed.
  public String log() {
    return host.log();
  }

  /// Ends the server at once; what it stored stays.
  public void stop() {
    host.stop();
  }

  /// It answers nothing any more, and keeps its connections: a machine that hangs.
  public void pause() throws IOException {
    host.pause();
  }

  public void resume() throws IOException {
    host.resume();
  }

  /// Starts the server again on the same port, and waits until it answers.
  public void restart() throws IOException {
    host.start();
    await("nats-server did not start", () -> greeting(port).startsWith("INFO"), host);
  }

  static void await(String otherwise, BooleanSupplier condition, Host host) {
    Instant end = Instant.now().plus(START_TIME);
    while (!condition.getAsBoolean()) {
      if (Instant.now().isAfter(end)) {
        throw new IllegalStateException(otherwise + ": " + host.log());
      }
      Thread.onSpinWait();
    }
  }

  /// What a nats-server says first, `INFO {…}`; nothing where none is.
  static String greeting(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 200);
      socket.setSoTimeout(1000);
      return String.valueOf(
          new BufferedReader(new InputStreamReader(socket.getInputStream())).readLine());
    } catch (IOException e) {
      return "";
    }
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() throws IOException {
    host.close();
  }
}
