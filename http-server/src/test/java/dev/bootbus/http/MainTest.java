package dev.bootbus.http;

import static dev.bootbus.schema.EventKind.HTTP_FAILED;
import static dev.bootbus.schema.EventKind.HTTP_SERVED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.schema.testing.Authority;
import dev.bootbus.schema.testing.Authority.Issued;
import dev.bootbus.schema.testing.EventTap;
import dev.bootbus.schema.testing.NatsServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The process, as an operator starts it. No nats-server runs.
class MainTest {
  private static final Pattern READY = Pattern.compile(".* ready port=(\\d+) .*");
  private static final long MIB = 1 << 20;

  @TempDir private Path root;

  /// A server in a JVM of its own, with little memory.
  private static final class Running implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;
    private final List<String> beforeReady = new ArrayList<>();

    Running(String... options) throws IOException {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-XX:+UseSerialGC", "-Xmx48m", "-XX:MaxDirectMemorySize=48m"));
      command.addAll(List.of("-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
      command.add("-Dlogback.configurationFile=logback-info.xml");
      command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
      if (!List.of(options).contains("--nats")) {
        command.addAll(List.of("--nats", "nats://127.0.0.1:1"));
      }
      command.addAll(List.of(options));
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
      output = process.inputReader();
    }

    int port() throws IOException {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        beforeReady.add(line);
        Matcher ready = READY.matcher(line);
        if (ready.matches()) {
          return Integer.parseInt(ready.group(1));
        }
      }
      throw new IOException("the server ended before it was ready");
    }

    /// @return milliseconds until it ended
    long terminate() throws InterruptedException {
      long before = System.nanoTime();
      process.toHandle().destroy(); // unlike Process.destroy leaves the output readable
      assertThat(exitCode()).isEqualTo(143);
      return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before);
    }

    int exitCode() throws InterruptedException {
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("the process ended").isTrue();
      return process.exitValue();
    }

    @Override
    public void close() {
      process.destroyForcibly().onExit().join();
    }
  }

  @Test
  void itServesUntilItIsTerminated() throws Exception {
    Files.writeString(root.resolve("a"), "here");
    String folder = root.toString();
    try (Running server =
            new Running("--root", folder, "--http-port", "0", "--address", "127.0.0.1");
        RawClient client = new RawClient(server.port())) {
      assertThat(client.get("/a").answer().text()).isEqualTo("here");
      assertThat(client.get("/main.ipxe").answer().status()).isEqualTo(503);
      assertThat(server.terminate()).isLessThan(2000);
      assertThat(server.output.readAllLines().getLast())
          .matches(
              ".* stopped sent=1 stored=0 online=0 listed=0 redirected=0 unchanged=0 not-found=0 denied=0 refused=0"
                  + " unavailable=1 broken=0 cut-short=0 failed=0 bytes=\\d+");
    }
  }

  @Test
  void httpsIsServedBesideHttp() throws Exception {
    Files.writeString(root.resolve("a"), "here");
    Authority ca = new Authority("the CA");
    GeneralName host = new GeneralName(GeneralName.dNSName, "boot.example");
    Instant end = Instant.parse("2036-01-02T03:04:05Z");
    Issued issued = ca.issue(Authority.elliptic(), host, end);
    String certificate = Authority.write(root, "tls.crt", issued.certificate());
    String key = Authority.write(root, "tls.key", issued.pkcs8());
    String[] flags = {"--http-port", "0", "--https-port", "0", "--address", "127.0.0.1"};
    String[] files = {"--root", root.toString(), "--tls-cert", certificate, "--tls-key", key};
    try (Running server = new Running(with(flags, files));
        RawClient client = new RawClient(server.port())) {
      assertThat(client.get("/a").answer().text()).isEqualTo("here");
      assertThat(server.beforeReady)
          .anyMatch(line -> line.endsWith(" certificate subject=\"CN=somebody\" end=" + end));
      String ready = server.beforeReady.getLast();
      int securePort = Integer.parseInt(ready.replaceFirst(".* https-port=(\\d+) .*", "$1"));
      try (RawClient plain = new RawClient(securePort)) {
        // an alert: TLS is spoken there, and nothing else
        assertThat(plain.get("/a").in().read()).isEqualTo(21);
      }
    }
  }

  @Test
  void eventsGoWhereTheFlagsSay() throws Exception {
    Files.writeString(root.resolve("a"), "here");
    try (NatsServer nats = NatsServer.start();
        EventTap tap = new EventTap(nats, "lab.event")) {
      String folder = root.toString();
      String[] flags = {
        "--root", folder, "--http-port", "0", "--nats", nats.url(), "--event-subject", "lab.event"
      };
      try (Running server = new Running(with(flags, "--events", "off"));
          RawClient client = new RawClient(server.port())) {
        awaitBus(client);
        assertThat(client.get("/a").answer().text()).isEqualTo("here");
        server.terminate();
      }
      try (Running server = new Running(flags);
          RawClient client = new RawClient(server.port())) {
        assertThat(client.get("/a").answer().text()).isEqualTo("here");
        client.get("/nowhere").answer();
        tap.await(HTTP_SERVED, HTTP_FAILED);
      }
    }
  }

  private static String[] with(String[] flags, String... more) {
    return Stream.of(flags, more).flatMap(Stream::of).toArray(String[]::new);
  }

  /// Until the process is connected.
  private static void awaitBus(RawClient client) {
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> client.get("/main.ipxe").answer().text().contains("nobody answers on"));
  }

  @Test
  void aDownloadThatTakesTooLongDoesNotHoldUpTheEnd() throws Exception {
    sparseFile("big");
    String folder = root.toString();
    try (Running server =
            new Running("--root", folder, "--http-port", "0", "--drain-seconds", "0");
        RawClient client = new RawClient(server.port())) {
      assertThat(client.get("/big").head().status()).isEqualTo(200);

      assertThat(server.terminate()).isLessThan(2000);
      List<String> lines = server.output.readAllLines();
      assertThat(lines.get(lines.size() - 2)).contains("reason=\"this server was stopped\"");
      assertThat(lines.getLast()).contains(" broken=1 ");
    }
  }

  @Test
  void largeFilesNeedLittleMemory() throws Exception {
    sparseFile("big");
    String folder = root.toString();
    try (Running server = new Running("--root", folder, "--http-port", "0");
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      int port = server.port();
      List<Callable<Long>> downloads = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        downloads.add(() -> lengthOf(port, "/big"));
      }
      for (Future<Long> download : threads.invokeAll(downloads)) {
        assertThat(download.get()).isEqualTo(256 * MIB);
      }
      assertThat(residentKib(server.process)).isLessThan(192 * 1024);
    }
  }

  private void sparseFile(String name) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(root.resolve(name).toFile(), "rw")) {
      file.setLength(256 * MIB);
    }
  }

  private static long lengthOf(int port, String path) throws IOException {
    try (RawClient client = new RawClient(port)) {
      client.send("GET " + path + " HTTP/1.0\r\n\r\n");
      assertThat(client.head().header("Content-Length")).isEqualTo(String.valueOf(256 * MIB));
      byte[] buffer = new byte[64 * 1024];
      long length = 0;
      for (int n = 0; n >= 0; n = client.in().read(buffer)) {
        length += n;
      }
      return length;
    }
  }

  private static long residentKib(Process process) throws IOException {
    Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "--http-port x           | http-server: Invalid value for option '--http-port'",
        "--http-port 70000       | http-server: --http-port must be 0 to 65535",
        "--max-connections 0     | http-server: --max-connections must be 1 or more",
        "--idle-timeout 0        | http-server: --idle-timeout must be 1 to 3600",
        "--rate-per-client 1000  | http-server: --rate-per-client must be 0, or 65536 or more",
        "--rate-per-client -1    | http-server: --rate-per-client must be 0, or 65536 or more",
        "--https-port 70000      | http-server: --https-port must be 0 to 65535",
        "--tls-cert x.pem        | http-server: --tls-cert and --tls-key go together",
        "--tls-key x.pem         | http-server: --tls-cert and --tls-key go together",
        "--tls-cert x --tls-key y | http-server: --tls-cert: there is no file x",
        "--listings maybe        | http-server: Invalid value for option '--listings'",
        "--address nowhere       | http-server: --address must be an IP address, not nowhere",
        "--file-subject a.*      | http-server: --file-subject must be a subject without",
        "--generated ../x        | http-server: --generated ../x: the path leads out of the root",
        "--root /no/such/folder  | http-server: cannot serve from /no/such/folder: not a directory",
        "--cache /tmp/x          | http-server: --cache needs an --upstream",
        "--mirror-pins /tmp/x    | http-server: --mirror-pins needs a --cache",
        "--cache-size 0          | http-server: --cache-size must be 1 or more",
        "--cache-age 0           | http-server: --cache-age must be 1 or more",
        "--cache-check -1        | http-server: --cache-check must be 0 or more",
        "--cache-admin x         | http-server: --cache-admin: x is no address, and no network",
        "--upstream http://a --cache /dev/null/x | http-server: --cache: /dev/null",
        "--max-upload 0          | http-server: --max-upload must be 1 to 1024",
        "--trusted-proxies 10/8  | http-server: --trusted-proxies: 10/8 is no address",
        "--generated @x          | http-server: --generated @x: there are @grub, @ipxe, @machine",
        "--hhtp-port 1           | http-server: Unknown options: '--hhtp-port'",
      })
  void aMistakeIsOneLineAndExitCode2(String options, String message) throws Exception {
    String[] all = ("--root " + root + " --http-port 0 " + options).split(" ");
    StringWriter error = new StringWriter();
    int code =
        Main.commandLine()
            .setOverwrittenOptionsAllowed(true)
            .setErr(new PrintWriter(error, true))
            .execute(all);

    assertThat(code).isEqualTo(2);
    assertThat(error.toString()).startsWith(message);
    assertThat(error.toString().lines()).hasSize(1);
  }

  @Test
  void aPortThatIsTakenIsOneLineAndExitCode2() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      int port = taken.getLocalPort();
      try (Running server = new Running("--root", root.toString(), "--http-port", "" + port)) {
        assertThat(server.exitCode()).isEqualTo(2);
        assertThat(server.output.readAllLines())
            .contains(
                "http-server: cannot bind TCP port "
                    + port
                    + " on 0.0.0.0: Address already in use; ss -ltnp 'sport = :"
                    + port
                    + "' says who has it; stop that, or choose another with --http-port")
            .noneMatch(line -> line.startsWith("\tat "));
      }
    }
  }
}
