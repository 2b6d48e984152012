package dev.bootbus.probe.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.probe.Main;
import dev.bootbus.probe.fetch.Fetcher.Fetched;
import dev.bootbus.schema.testing.lab.Program;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Against TFTP and web servers of others, and our own, on loopback.
class ForeignServersTest {
  private static final Fetcher.Limits LIMITS =
      new Fetcher.Limits(Duration.ofSeconds(30), 1 << 30, 0);
  private static final List<Integer> SIZES = List.of(0, 1, 512, 1468, 5872, 300_000);

  @TempDir private Path folder;
  private Path root;

  @BeforeEach
  void files() throws IOException {
    root = Files.createDirectory(folder.resolve("root"));
    for (int size : SIZES) {
      byte[] file = new byte[size];
      new Random(size).nextBytes(file);
      Files.write(root.resolve("f" + size), file);
    }
    Files.createDirectories(root.resolve("boot/kernel"));
    Files.writeString(root.resolve("boot/kernel/kernel"), "ELF");
    Files.writeString(root.resolve("boot/loader.conf"), "x=y");
    // those of others serve as somebody else
    for (Path path : List.of(folder, root)) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  private static void need(String program) {
    boolean here =
        Stream.of("/usr/sbin", "/usr/bin", "/usr/local/bin", "/usr/local/sbin")
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    Assumptions.assumeTrue(here, () -> program + " is not installed");
  }

  private static int freeUdpPort() throws IOException {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static int freeTcpPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private Program start(List<String> command) throws IOException {
    return Program.start(Files.createTempFile(folder, "log", ""), Map.of(), command);
  }

  private Program startOurs(String main, String... arguments) throws IOException {
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
                System.getProperty("java.class.path"),
                main));
    command.addAll(Arrays.asList(arguments));
    return start(command).awaitSaid(" ready ");
  }

  private Program tftpServer(String which, int port) throws IOException {
    return switch (which) {
      case "bootbus" ->
          startOurs(
              "dev.bootbus.tftp.Main",
              "--root",
              root.toString(),
              "--address",
              "127.0.0.1",
              "--port",
              "" + port);
      case "atftpd" -> {
        need("atftpd");
        yield start(
            List.of(
                "atftpd",
                "--daemon",
                "--no-fork",
                "--bind-address",
                "127.0.0.1",
                "--port",
                "" + port,
                "--user",
                "root.root",
                "--logfile",
                "-",
                root.toString()));
      }
      case "in.tftpd" -> {
        Path program = Path.of(System.getProperty("bootbus.tftpd-hpa", "/usr/sbin/in.tftpd"));
        // atftpd installs a link of that name to itself
        Assumptions.assumeTrue(
            Files.isExecutable(program) && !Files.isSymbolicLink(program),
            "tftpd-hpa is not installed");
        yield start(
            List.of(
                program.toString(),
                "--foreground",
                "--address",
                "127.0.0.1:" + port,
                "--user",
                "root",
                "--secure",
                root.toString()));
      }
      case "dnsmasq" -> {
        need("dnsmasq");
        // its TFTP is on port 69 alone
        Assumptions.assumeTrue(isFree69(), "UDP port 69 of 127.0.0.9 is not to be had");
        yield start(
                List.of(
                    "dnsmasq",
                    "--keep-in-foreground",
                    "--conf-file=/dev/null",
                    "--port=0",
                    "--user=root",
                    "--enable-tftp",
                    "--tftp-root=" + root,
                    "--log-facility=-",
                    "--listen-address=127.0.0.9",
                    "--bind-interfaces",
                    "--pid-file"))
            .awaitSaid("TFTP root");
      }
      default -> throw new IllegalArgumentException(which);
    };
  }

  private static boolean isFree69() {
    try (DatagramSocket _ = new DatagramSocket(new InetSocketAddress("127.0.0.9", 69))) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bootbus", "atftpd", "in.tftpd", "dnsmasq"})
  void TFTP_servers_that_are_well_have_no_findings(String which) throws Exception {
    boolean dnsmasq = which.equals("dnsmasq");
    int port = dnsmasq ? 69 : freeUdpPort();
    String host = dnsmasq ? "127.0.0.9" : "127.0.0.1";
    try (Program _ = tftpServer(which, port)) {
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () ->
                  new TftpFetcher(TftpProfile.PLAIN)
                          .fetch(TftpFetcher.uri(host, port, "f1"), LIMITS, _ -> {})
                      instanceof Fetched.Whole);
      for (TftpProfile profile :
          List.of(
              TftpProfile.PLAIN,
              TftpProfile.EDK2,
              TftpProfile.IPXE,
              TftpProfile.PXELINUX,
              TftpProfile.GRUB,
              TftpProfile.SHIM,
              new TftpProfile(Optional.of(1400), Optional.of(16), Optional.of(3), true, false))) {
        for (int size : SIZES) {
          Fetched fetched =
              new TftpFetcher(profile)
                  .fetch(TftpFetcher.uri(host, port, "f" + size), LIMITS, _ -> {});
          assertThat(fetched)
              .as("%s with %s", which, profile)
              .isInstanceOfSatisfying(
                  Fetched.Whole.class,
                  whole -> {
                    assertThat(whole.size()).isEqualTo(size);
                    assertThat(whole.sha256()).isEqualTo(sha256(size));
                    assertThat(whole.findings()).isEmpty();
                  });
        }
      }
      Fetched missing =
          new TftpFetcher(TftpProfile.EDK2)
              .fetch(TftpFetcher.uri(host, port, "none"), LIMITS, _ -> {});
      assertThat(((Fetched.Broken) missing).finding().cause().code())
          .isEqualTo("tftp-file-not-found");
    }
  }

  private byte[] sha256(int size) {
    try {
      return MessageDigest.getInstance("SHA-256")
          .digest(Files.readAllBytes(root.resolve("f" + size)));
    } catch (IOException | NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_tenth_of_the_packets_may_get_lost() throws Exception {
    int port = freeUdpPort();
    var settings =
        new TftpFetcher.Settings(
            TftpProfile.EDK2, Duration.ofMillis(150), 10, 5, Optional.empty(), 1);
    try (Program _ = tftpServer("bootbus", port)) {
      Fetched fetched =
          new TftpFetcher(settings)
              .fetch(TftpFetcher.uri("127.0.0.1", port, "f300000"), LIMITS, _ -> {});
      assertThat(fetched)
          .isInstanceOfSatisfying(
              Fetched.Whole.class, whole -> assertThat(whole.sha256()).isEqualTo(sha256(300_000)));
    }
  }

  private Program nginx(int port, String location) throws IOException {
    need("nginx");
    Path config =
        Files.writeString(
            folder.resolve("nginx.conf"),
            """
            daemon off;
            master_process off;
            pid %1$s/pid;
            error_log stderr notice;
            events {}
            http {
              access_log off;
              client_body_temp_path %1$s/body;
              proxy_temp_path %1$s/proxy;
              fastcgi_temp_path %1$s/fastcgi;
              uwsgi_temp_path %1$s/uwsgi;
              scgi_temp_path %1$s/scgi;
              server { listen 127.0.0.1:%2$d; root %3$s; location / { %4$s } }
            }
            """
                .formatted(folder, port, root, location));
    return start(List.of("nginx", "-p", folder.toString(), "-c", config.toString()))
        .awaitSaid("getrlimit");
  }

  private Program webServer(String which, int port) throws IOException {
    return switch (which) {
      case "bootbus" ->
          startOurs(
              "dev.bootbus.http.Main",
              "--root",
              root.toString(),
              "--address",
              "127.0.0.1",
              "--http-port",
              "" + port);
      case "nginx" -> nginx(port, "autoindex on;");
      case "python3" -> {
        need("python3");
        yield start(
            List.of(
                "/usr/bin/python3",
                "-m",
                "http.server",
                "" + port,
                "--bind",
                "127.0.0.1",
                "--directory",
                root.toString()));
      }
      default -> throw new IllegalArgumentException(which);
    };
  }

  private static void awaitOpen(int port) {
    await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions()
        .until(
            () -> {
              try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
              }
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"bootbus", "nginx", "python3"})
  void web_servers_that_are_well_have_no_findings(String which) throws Exception {
    int port = freeTcpPort();
    boolean ranges = !which.equals("python3"); // which has none
    List<HttpProfile> profiles =
        new ArrayList<>(
            List.of(
                HttpProfile.PLAIN,
                HttpProfile.UEFI,
                HttpProfile.IPXE,
                HttpProfile.PXELINUX,
                HttpProfile.FREEBSD));
    if (ranges) {
      profiles.addAll(List.of(HttpProfile.FREEBSD_PXE, HttpProfile.PLAIN.resuming()));
    }
    try (Program _ = webServer(which, port)) {
      awaitOpen(port);
      for (HttpProfile profile : profiles) {
        try (HttpFetcher fetcher = new HttpFetcher(profile)) {
          for (int size : SIZES) {
            Fetched fetched = fetcher.fetch(uri(port, "/f" + size), LIMITS, _ -> {});
            assertThat(fetched)
                .as("%s with %s", which, profile)
                .isInstanceOfSatisfying(
                    Fetched.Whole.class,
                    whole -> {
                      assertThat(whole.sha256()).isEqualTo(sha256(size));
                      assertThat(whole.findings()).isEmpty();
                    });
          }
          Fetched missing = fetcher.fetch(uri(port, "/none"), LIMITS, _ -> {});
          assertThat(((Fetched.Broken) missing).finding().cause().code())
              .isEqualTo("http-not-found");
        }
      }
      try (HttpFetcher fetcher =
          new HttpFetcher(HttpProfile.PLAIN.with(ByteRange.parse("10-19")))) {
        Fetched part = fetcher.fetch(uri(port, "/f512"), LIMITS, _ -> {});
        if (ranges) {
          assertThat(((Fetched.Whole) part).size()).isEqualTo(10);
        } else {
          assertThat(((Fetched.Broken) part).finding().cause().code())
              .isEqualTo("http-range-ignored");
        }
      }
    }
  }

  private static URI uri(int port, String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  private record Ran(int exitCode, String out) {}

  private static Ran run(String... arguments) {
    StringWriter out = new StringWriter();
    int exitCode = Main.commandLine().setOut(new PrintWriter(out)).execute(arguments);
    return new Ran(exitCode, out.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"bootbus", "nginx", "python3"})
  void listings_are_walked(String which) throws Exception {
    int port = freeTcpPort();
    try (Program _ = webServer(which, port)) {
      awaitOpen(port);
      Ran ran = run("ls", "http://127.0.0.1:" + port + "/boot", "--recursive");
      assertThat(ran.exitCode()).as(ran.out()).isZero();
      assertThat(ran.out().lines().map(String::stripTrailing))
          .contains("2 files, 1 directories")
          .anyMatch(line -> line.endsWith("  kernel/"))
          .anyMatch(line -> line.endsWith("    kernel"))
          .anyMatch(line -> line.endsWith("  loader.conf"));
      // the link upwards of nginx
      assertThat(ran.out().contains("listing-odd")).isEqualTo(which.equals("nginx"));
      // sizes come with JSON
      assertThat(ran.out().contains("           3  loader.conf"))
          .isEqualTo(which.equals("bootbus"));
    }
  }

  @Test
  void nginx_is_a_proxy() throws Exception {
    int port = freeTcpPort();
    int behind = freeTcpPort();
    try (Program _ = nginx(port, "proxy_pass http://$http_host$request_uri;");
        Program _ = webServer("python3", behind)) {
      awaitOpen(port);
      awaitOpen(behind);
      String url = "http://127.0.0.1:" + behind + "/f512";
      Ran ran = run("http", "get", url, "--proxy", "127.0.0.1:" + port);
      assertThat(ran.exitCode()).as(ran.out()).isZero();
      assertThat(ran.out()).contains("512 bytes in ", "HTTP/1.1 requests=1");
    }
  }

  @Test
  void nginx_says_in_clear_text_that_a_port_has_no_TLS() throws Exception {
    int port = freeTcpPort();
    try (Program _ = nginx(port, "autoindex on;")) {
      awaitOpen(port);
      Ran ran = run("http", "get", "https://127.0.0.1:" + port + "/f1");
      assertThat(ran.exitCode()).isEqualTo(1);
      assertThat(ran.out()).contains("tls-failed");
    }
  }

  @Test
  void commands_keep_the_file_and_tell_in_JSON() throws Exception {
    int port = freeUdpPort();
    Path kept = folder.resolve("kept");
    try (Program _ = tftpServer("bootbus", port)) {
      Ran ran =
          run(
              "tftp",
              "get",
              "127.0.0.1:" + port,
              "f1468",
              "--as",
              "edk2",
              "--json",
              "--output",
              kept.toString());
      assertThat(ran.exitCode()).as(ran.out()).isZero();
      assertThat(ran.out())
          .contains(
              "\"bytes\" : 1468",
              "\"agreed\" : \"blksize=1468 windowsize=4 size=1468\"",
              "\"findings\" : [ ]");
      assertThat(kept).hasSameBinaryContentAs(root.resolve("f1468"));
      Ran missing =
          run(
              "tftp",
              "get",
              "tftp://127.0.0.1:" + port + "/none",
              "--output",
              folder.resolve("none").toString());
      assertThat(missing.exitCode()).isEqualTo(1);
      assertThat(missing.out()).contains("tftp-file-not-found");
      try (Stream<Path> left = Files.list(folder)) {
        assertThat(left.map(p -> p.getFileName().toString())).noneMatch(n -> n.startsWith("none"));
      }
    }
    Ran silent = run("tftp", "get", "tftp://127.0.0.1:" + port + "/f1", "--tries", "1");
    assertThat(silent.exitCode()).isEqualTo(3);
    assertThat(run("tftp", "get", "127.0.0.1", "f", "--blksize", "7").exitCode()).isEqualTo(2);
    assertThat(run("http", "get", "ftp://127.0.0.1/f").exitCode()).isEqualTo(2);
    assertThat(run("http", "get", "http://127.0.0.1/f", "--range", "9-1").exitCode()).isEqualTo(2);
  }
}
