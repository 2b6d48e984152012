package dev.bootbus.packaging.watched;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.runtime.testing.Scraped;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/// nats-server and the four services as `deploy` starts them, on loopback ports that are free.
final class Stack implements AutoCloseable {
  static final List<String> SERVICES =
      List.of("dhcp-server", "tftp-server", "http-server", "kernel-backend");

  /// What a machine with UEFI is given, and how large it is.
  static final int LOADER = 4000;

  private static final int KERNEL = 1024;

  private static final Path BIN = Path.of("../target/bootbus/bin").toAbsolutePath().normalize();
  private static final Duration START_TIME = Duration.ofSeconds(60);
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final Path folder;
  private final Map<String, Process> processes = new LinkedHashMap<>();
  private final Map<String, Integer> ports;

  private Stack(Path folder) throws IOException {
    this.folder = folder;
    this.ports =
        free(
            Stream.concat(
                    SERVICES.stream(),
                    Stream.of("nats", "dhcp", "client", "tftp", "http", "prometheus"))
                .toList());
  }

  /// Waits until all is ready.
  static Stack start(Path folder) throws Exception {
    Stack stack = new Stack(folder);
    try {
      stack.startAll();
    } catch (Exception | AssertionError e) {
      stack.close();
      throw e;
    }
    return stack;
  }

  private void startAll() throws Exception {
    assertThat(BIN).describedAs("built by: mvn package -pl deploy -am").isDirectory();
    makeFiles();
    start(
        "nats-server",
        words(
            executable("nats-server") + " -a 127.0.0.1 -p %d -js -sd %s",
            port("nats"),
            folder.resolve("nats")));
    String files = "--address 127.0.0.1 --root " + folder.resolve("root");
    service(
        "kernel-backend",
        words(
            "--api off --pool 192.0.2.10-192.0.2.250 --subnet-mask 255.255.255.0 --catalogue %s"
                + " --boot-url http://127.0.0.1:%d/",
            folder.resolve("catalogue.yaml"), port("http")));
    service("tftp-server", words(files + " --max-rate 0 --port %d", port("tftp")));
    service("http-server", words(files + " --http-port %d", port("http")));
    service(
        "dhcp-server",
        words(
            "--address 127.0.0.1 --port %d --client-port %d --proxy-port 0 --http-port %d",
            port("dhcp"), port("client"), port("http")));
    for (String service : SERVICES) {
      await("%s is ready".formatted(service))
          .atMost(START_TIME)
          .until(() -> isAnswered(service, management(service).resolve("/readyz")));
    }
  }

  private void makeFiles() throws IOException {
    Path root = Files.createDirectory(folder.resolve("root"));
    Files.write(root.resolve("ipxe.efi"), loader());
    Files.write(root.resolve("vmlinuz"), kernel());
    try (OutputStream initrd =
        new GZIPOutputStream(Files.newOutputStream(root.resolve("initrd.img")))) {
      initrd.write("an initramfs".getBytes(US_ASCII));
    }
    Files.writeString(
        folder.resolve("catalogue.yaml"),
        """
        kernels: [ { name: k, arch: any, kernel: vmlinuz, initrd: initrd.img, cmdline: quiet } ]
        default: k
        """);
  }

  /// A program for UEFI on x86-64, as far as its headers tell, with words of iPXE.
  private static byte[] loader() {
    ByteBuffer loader = ByteBuffer.allocate(LOADER).order(ByteOrder.LITTLE_ENDIAN);
    loader.put(0, "MZ".getBytes(US_ASCII)).putInt(0x3c, 0x80);
    loader.put(0x80, "PE".getBytes(US_ASCII)).putShort(0x84, (short) 0x8664);
    loader.putShort(0x94, (short) 0xf0).putShort(0x98, (short) 0x20b).putShort(0xdc, (short) 10);
    loader.put(0x400, "http://ipxe.org/".getBytes(US_ASCII));
    return loader.array();
  }

  /// A bzImage that UEFI starts, too, as far as its headers tell.
  private static byte[] kernel() {
    ByteBuffer kernel = ByteBuffer.allocate(KERNEL).order(ByteOrder.LITTLE_ENDIAN);
    kernel.put(0, "MZ".getBytes(US_ASCII)).putInt(0x3c, 0x280);
    kernel.put(0x1f1, (byte) 1).putShort(0x1fe, (short) 0xaa55);
    kernel.put(0x202, "HdrS".getBytes(US_ASCII)).putShort(0x206, (short) 0x20f);
    kernel.put(0x211, (byte) 1).putShort(0x236, (short) 3);
    kernel.put(0x280, "PE".getBytes(US_ASCII)).putShort(0x284, (short) 0x8664);
    kernel.putShort(0x294, (short) 0xf0).putShort(0x298, (short) 0x20b);
    kernel.putShort(0x2dc, (short) 10);
    return kernel.array();
  }

  /// How large kernel and initrd are together.
  long system() throws IOException {
    Path root = folder.resolve("root");
    return Files.size(root.resolve("vmlinuz")) + Files.size(root.resolve("initrd.img"));
  }

  /// On the `PATH`, or where Debian puts daemons.
  static Optional<Path> program(String name) {
    return Stream.of((System.getenv("PATH") + ":/usr/sbin").split(":"))
        .map(place -> Path.of(place, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static String executable(String name) {
    return program(name).orElseThrow(() -> new AssertionError("no " + name)).toString();
  }

  private static List<String> words(String format, Object... values) {
    return List.of(format.formatted(values).split(" "));
  }

  private void service(String name, List<String> options) throws IOException {
    List<String> command = new ArrayList<>(List.of(BIN.resolve("bootbus").toString(), name));
    command.add("--management-port=" + port(name));
    command.addAll(options);
    start(name, command);
  }

  private void start(String name, List<String> command) throws IOException {
    processes.put(name, builder(command).redirectOutput(log(name).toFile()).start());
  }

  private ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(variable -> variable.startsWith("BOOTBUS_"));
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("BOOTBUS_NATS_URL", "nats://127.0.0.1:" + port("nats"));
    return builder;
  }

  private Path log(String name) {
    return folder.resolve(name + ".log");
  }

  private String said(String name) throws IOException {
    return name + " said: " + Files.readString(log(name));
  }

  private int port(String name) {
    return ports.get(name);
  }

  private URI management(String service) {
    return URI.create("http://127.0.0.1:" + port(service));
  }

  private boolean isAnswered(String process, URI at) throws Exception {
    assertThat(processes.get(process).isAlive()).as(said(process)).isTrue();
    try {
      HttpRequest request = HttpRequest.newBuilder(at).timeout(Duration.ofSeconds(5)).build();
      return CLIENT.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false; // not yet
    }
  }

  /// Has machines walk from DISCOVER to a kernel.
  ///
  /// @return the exit code
  int probe(String command, String... options) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(BIN.resolve("bootbus-probe").toString(), command));
    words.addAll(
        words(
            "--as uefi --relay 127.0.0.1 --server 127.0.0.1 --dhcp-port %d --client-port %d"
                + " --tftp-port %d",
            port("dhcp"), port("client"), port("tftp")));
    words.addAll(Arrays.asList(options));
    Path output = Files.createTempFile(folder, "probe", ".log");
    Process process = builder(words).redirectOutput(output.toFile()).start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(Files.readString(output)).isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  /// A Prometheus that looks at all four each second, and at the alerts.
  Prometheus prometheus(Path alerts) throws Exception {
    StringBuilder scraped = new StringBuilder("global: {scrape_interval: 1s, ");
    scraped.append("scrape_timeout: 1s, evaluation_interval: 1s}\n");
    scraped.append("rule_files: [%s]\nscrape_configs:\n".formatted(alerts.toRealPath()));
    for (String service : SERVICES) {
      scraped.append(
          "- {job_name: %s, static_configs: [{targets: ['127.0.0.1:%d']}]}\n"
              .formatted(service, port(service)));
    }
    Path settings = Files.writeString(folder.resolve("prometheus.yml"), scraped);
    start(
        "prometheus",
        words(
            executable("prometheus")
                + " --config.file=%s --storage.tsdb.path=%s --web.listen-address=127.0.0.1:%d",
            settings,
            folder.resolve("tsdb"),
            port("prometheus")));
    URI at = URI.create("http://127.0.0.1:" + port("prometheus"));
    await().atMost(START_TIME).until(() -> isAnswered("prometheus", at.resolve("/-/ready")));
    return new Prometheus(at);
  }

  /// What `/metrics` of a service says now.
  Scraped scrape(String service) throws IOException, InterruptedException {
    URI at = management(service).resolve("/metrics");
    HttpRequest request = HttpRequest.newBuilder(at).timeout(Duration.ofSeconds(5)).build();
    return Scraped.of(CLIENT.send(request, BodyHandlers.ofString()).body());
  }

  /// As when its machine loses power.
  void kill(String process) {
    processes.get(process).destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    processes.values().forEach(Process::destroyForcibly);
    processes.values().forEach(process -> process.onExit().join());
  }

  /// Each for UDP and TCP, when they were looked for.
  private static Map<String, Integer> free(List<String> names) throws IOException {
    List<AutoCloseable> held = new ArrayList<>();
    Map<String, Integer> ports = new LinkedHashMap<>();
    try {
      for (String name : names) {
        ServerSocket tcp = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        held.add(tcp);
        held.add(
            new DatagramSocket(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), tcp.getLocalPort())));
        ports.put(name, tcp.getLocalPort());
      }
    } finally {
      for (AutoCloseable socket : held) {
        try {
          socket.close();
        } catch (Exception e) {
          throw new AssertionError(e);
        }
      }
    }
    return ports;
  }
}
