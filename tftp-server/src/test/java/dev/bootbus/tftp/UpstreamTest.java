package dev.bootbus.tftp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The process as it is deployed, on a box without a disk: files come from an HTTP server, and go
/// to clients of others.
@Timeout(120)
class UpstreamTest {
  private static final byte[] LOADER = bytes(300_007);
  private static final int LARGE = 96 << 20; // twice the memory of the process
  private static final CountDownLatch END = new CountDownLatch(1);

  @TempDir private static Path folder;
  private static ServerSocket mirror;
  private static Process process;
  private static int port;

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  @BeforeAll
  static void start() throws Exception {
    mirror = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(UpstreamTest::serve);
    String classPath =
        Objects.requireNonNullElse(
            System.getProperty("surefire.test.class.path"), System.getProperty("java.class.path"));
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-Xmx48m",
            "-DTEST_LOG_LEVEL=INFO",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classPath,
            Main.class.getName(),
            "--address=127.0.0.1",
            "--port=0",
            "--nats=nats://127.0.0.1:1",
            "--sources=generated=/boot/,upstream",
            "--upstream=/debian/=http://localhost:" + mirror.getLocalPort() + "/debian%20stable",
            "--upstream-timeout=1");
    builder.environment().keySet().removeIf(name -> name.toUpperCase().endsWith("_PROXY"));
    process = builder.directory(folder.toFile()).redirectErrorStream(true).start();
    BufferedReader log = process.inputReader(UTF_8);
    Pattern ready = Pattern.compile("ready port=(\\d+) .*root=none .*upstream");
    while (port == 0) {
      String line = log.readLine();
      assertThat(line).as("the process is ready").isNotNull();
      Matcher matcher = ready.matcher(line);
      port = matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }
    Thread.ofVirtual().start(() -> log.lines().forEach(_ -> {})); // or it would block
  }

  @AfterAll
  static void stop() throws Exception {
    END.countDown();
    process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    mirror.close();
  }

  private static void serve() {
    while (!mirror.isClosed()) {
      try {
        Socket client = mirror.accept();
        Thread.ofVirtual().start(() -> answer(client));
      } catch (IOException e) {
        // the end of the test
      }
    }
  }

  private static void answer(Socket client) {
    try (client;
        var in = new BufferedReader(new InputStreamReader(client.getInputStream(), ISO_8859_1))) {
      String target = in.readLine().split(" ")[1];
      while (!in.readLine().isEmpty()) {
        // headers
      }
      answer(target.substring("/debian%20stable/".length()), client.getOutputStream());
    } catch (IOException | InterruptedException e) {
      // a client that went away
    }
  }

  private static void answer(String name, OutputStream out)
      throws IOException, InterruptedException {
    switch (name) {
      case "dists/stable/linux" -> say(out, "200 OK", LOADER.length, LOADER);
      case "moved" -> {
        String to = "Location: /debian%20stable/dists/stable/linux\r\nContent-Length: 0\r\n";
        out.write(("HTTP/1.1 302 Found\r\nConnection: close\r\n" + to + "\r\n").getBytes(UTF_8));
      }
      case "large" -> {
        byte[] some = bytes(1 << 20);
        say(out, "200 OK", LARGE, new byte[0]);
        for (int i = 0; i < LARGE >> 20; i++) {
          out.write(some);
        }
      }
      case "unsized" ->
          out.write(
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
                  .getBytes(UTF_8));
      case "secret" -> say(out, "403 Forbidden", 0, new byte[0]);
      case "broken" -> say(out, "500 Oops", 0, new byte[0]);
      case "silent" -> END.await();
      case "stalled" -> {
        say(out, "200 OK", LOADER.length, bytes(10_000));
        END.await();
      }
      case "cut" -> say(out, "200 OK", LOADER.length, bytes(10_000));
      default -> say(out, "404 Not Found", 0, new byte[0]);
    }
  }

  private static void say(OutputStream out, String status, int length, byte[] body)
      throws IOException {
    String head = "HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: %d\r\n\r\n";
    out.write(head.formatted(status, length).getBytes(UTF_8));
    out.write(body);
    out.flush();
  }

  private record Ran(int exitCode, String said, Path got) {}

  private static Ran run(Stream<String> command, Path got) throws Exception {
    List<String> words = command.toList();
    assumeTrue(
        Stream.of(System.getenv("PATH").split(":"))
            .anyMatch(on -> Files.isExecutable(Path.of(on, words.getFirst()))),
        "apt-get install " + words.getFirst());
    Files.deleteIfExists(got);
    Path said = folder.resolve("said");
    Process client =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    boolean ended = client.waitFor(60, TimeUnit.SECONDS);
    client.destroyForcibly();
    assertThat(ended).as("%s ends", words).isTrue();
    return new Ran(client.exitValue(), Files.readString(said), got);
  }

  private static Ran curl(String file) throws Exception {
    Path got = folder.resolve("got");
    return run(
        Stream.of("curl", "-sS", "-o", got.toString(), "tftp://127.0.0.1:" + port + "/" + file),
        got);
  }

  private static Ran atftp(String file) throws Exception {
    Path got = folder.resolve("got");
    String blksize = "blksize 1428";
    String windowsize = "windowsize 16";
    return run(
        Stream.of(
            ("atftp|--option|"
                    + blksize
                    + "|--option|"
                    + windowsize
                    + "|-g|-r|"
                    + file
                    + "|-l|"
                    + got
                    + "|127.0.0.1|"
                    + port)
                .split("\\|")),
        got);
  }

  @ParameterizedTest
  @CsvSource({
    "debian/dists/stable/linux",
    "//debian//dists/stable/linux",
    "debian/moved",
    "debian/dists/stable/linux-00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  })
  void aFileOfTheUpstreamIsSent(String file) throws Exception {
    assertThat(Files.readAllBytes(curl(file).got())).isEqualTo(LOADER);
    assertThat(Files.readAllBytes(atftp(file).got())).isEqualTo(LOADER);
  }

  @Test
  void oneOfUnknownSizeToo() throws Exception {
    assertThat(curl("debian/unsized").got()).hasContent("hello");
  }

  @Test
  void oneThatDoesNotFitIntoMemoryIsStreamed() throws Exception {
    assertThat(atftp("debian/large").got()).hasSize(LARGE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "debian/nothing | 68 | /debian/nothing is not here: no such file.",
        "elsewhere | 68 | /elsewhere is not here: no such file.",
        "debian/secret | 69 | answers 403 for /secret.",
        "debian/broken | 71 | answers 500 for /broken.",
        "debian/silent | 71 | did not answer in 1000 ms for /silent.",
        "debian/cut | 71 | The upstream broke off /cut after 10000 of 300007 bytes.",
        "debian/stalled | 71 | The upstream stopped sending /stalled: nothing came for 1000 ms.",
      })
  void whatGoesWrongIsSaid(String file, int curlCode, String sentence) throws Exception {
    long begun = System.nanoTime();
    Ran byCurl = curl(file);

    assertThat(byCurl.exitCode()).as(byCurl.said()).isEqualTo(curlCode);
    assertThat(atftp(file).said()).contains(sentence);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
  }
}
