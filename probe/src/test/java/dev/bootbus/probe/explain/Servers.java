package dev.bootbus.probe.explain;

import dev.bootbus.schema.testing.NatsServer;
import dev.bootbus.schema.testing.lab.Program;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// dhcp-server and kernel-backend as processes of this machine, on ports of their own.
public final class Servers implements AutoCloseable {
  private final NatsServer nats;
  private final Path logs;
  private final List<Program> programs = new ArrayList<>();

  private Servers(NatsServer nats, Path logs) {
    this.nats = nats;
    this.logs = logs;
  }

  public static Servers on(NatsServer nats, Path logs) {
    return new Servers(nats, logs);
  }

  public Program start(String main, String... options) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "--enable-native-access=ALL-UNNAMED",
                "-Dlogback.configurationFile=../deploy/src/bootbus/etc/logback.xml",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                main,
                "--nats=" + nats.url()));
    command.addAll(Arrays.asList(options));
    Path log = Files.createTempDirectory(logs, "program-").resolve("log");
    Program program = Program.start(log, Map.of(), command);
    programs.add(program);
    return program.awaitSaid(" ready ");
  }

  public Program backend(Path catalogue, String... options) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--catalogue=" + catalogue,
                "--pool=192.168.77.100-192.168.77.150",
                "--subnet=192.168.77.0/24",
                "--boot-url=http://127.0.0.1/",
                "--api=off"));
    all.addAll(Arrays.asList(options));
    return start("dev.bootbus.kernel.Main", all.toArray(String[]::new));
  }

  /// @param port of DHCP on the loopback interface
  public Program frontEnd(int port, int proxyPort, String... options) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--address=127.0.0.1",
                "--port=" + port,
                "--client-port=" + freePort(),
                "--proxy-port=" + proxyPort));
    all.addAll(Arrays.asList(options));
    return start("dev.bootbus.dhcp.Main", all.toArray(String[]::new));
  }

  public static int freePort() throws IOException {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  public void stop(Program program) {
    programs.remove(program);
    program.close();
  }

  @Override
  public void close() {
    programs.reversed().forEach(Program::close);
  }
}
