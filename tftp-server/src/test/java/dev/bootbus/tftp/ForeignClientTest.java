package dev.bootbus.tftp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bootbus.content.DiskRoot;
import dev.bootbus.tftp.Outcome.Ending;
import dev.bootbus.tftp.TestServer.Setup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients that others have written read what lies on the disk.
@ParameterizedClass(name = "single port {0}")
@ValueSource(booleans = {false, true})
class ForeignClientTest {
  private static final int LARGE = 40 << 20;

  @TempDir Path directory;
  private Path root;
  private Path target;
  private TestServer server;

  private final boolean singlePort;

  ForeignClientTest(boolean singlePort) {
    this.singlePort = singlePort;
  }

  @BeforeEach
  void start() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    target = directory.resolve("got");
    Setup usual = Setup.USUAL;
    server = new TestServer(DiskRoot.at(root), singlePort ? usual.onSinglePort() : usual);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  /// How each client is called.
  private enum Tool {
    HPA("tftp", "tftp-hpa"),
    HPA_NETASCII("tftp", "tftp-hpa"),
    ATFTP("atftp", "atftp"),
    ATFTP_WINDOW("atftp", "atftp"),
    ATFTP_BLKSIZE("atftp", "atftp"),
    CURL("curl", "curl"),
    CURL_BLKSIZE("curl", "curl"),
    CURL_NETASCII("curl", "curl"),
    BUSYBOX("busybox", "busybox"),
    BUSYBOX_BLKSIZE("busybox", "busybox");

    private final String program;
    private final String debianPackage;

    Tool(String program, String debianPackage) {
      this.program = program;
      this.debianPackage = debianPackage;
    }

    List<String> command(int port, String file, Path target) {
      String p = Integer.toString(port);
      String to = target.toString();
      String url = "tftp://127.0.0.1:" + p + "/" + file;
      return switch (this) {
        case HPA -> List.of("tftp", "-m", "octet", "127.0.0.1", p, "-c", "get", file, to);
        case HPA_NETASCII ->
            List.of("tftp", "-m", "netascii", "127.0.0.1", p, "-c", "get", file, to);
        case ATFTP -> List.of("atftp", "-g", "-r", file, "-l", to, "127.0.0.1", p);
        case ATFTP_WINDOW ->
            List.of(
                "atftp",
                "--option",
                "blksize 1428",
                "--option",
                "windowsize 16",
                "-g",
                "-r",
                file,
                "-l",
                to,
                "127.0.0.1",
                p);
        case ATFTP_BLKSIZE ->
            List.of(
                "atftp", "--option", "blksize 1000", "-g", "-r", file, "-l", to, "127.0.0.1", p);
        case CURL -> List.of("curl", "-sS", "--tftp-no-options", "-o", to, url);
        case CURL_BLKSIZE -> List.of("curl", "-sS", "--tftp-blksize", "1468", "-o", to, url);
        case CURL_NETASCII -> List.of("curl", "-sS", "-o", to, url + ";mode=netascii");
        case BUSYBOX -> List.of("busybox", "tftp", "-g", "-r", file, "-l", to, "127.0.0.1", p);
        case BUSYBOX_BLKSIZE ->
            List.of("busybox", "tftp", "-b", "1468", "-g", "-r", file, "-l", to, "127.0.0.1", p);
      };
    }
  }

  private String run(Tool tool, String file) throws Exception {
    assumeTrue(onPath(tool.program), "apt-get install " + tool.debianPackage);
    Path log = directory.resolve("log");
    Process process =
        new ProcessBuilder(tool.command(server.server.port(), file, target))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    boolean ended = process.waitFor(60, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertThat(ended).as("%s ends", tool).isTrue();
    return Files.readString(log);
  }

  private static boolean onPath(String program) {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  private byte[] write(String name, int length) throws IOException {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    Files.write(root.resolve(name), bytes);
    return bytes;
  }

  static Stream<Arguments> transfers() {
    return Stream.of(Tool.values())
        .filter(tool -> tool != Tool.HPA_NETASCII && tool != Tool.CURL_NETASCII)
        .flatMap(
            tool ->
                Stream.of(1, 511, 512, 1428, 1468 * 3, 850_528)
                    .map(length -> Arguments.of(tool, length)));
  }

  @ParameterizedTest
  @MethodSource("transfers")
  void readsAFile(Tool tool, int length) throws Exception {
    byte[] bytes = write("file", length);

    String said = run(tool, "file");

    assertThat(target).as(said).hasBinaryContent(bytes);
  }

  /// 81921 blocks of 512 bytes, so that block numbers roll over.
  @ParameterizedTest
  @MethodSource("large")
  void readsAFileOf40MiB(Tool tool) throws Exception {
    byte[] bytes = write("large", LARGE);

    String said = run(tool, "large");

    assertThat(Files.mismatch(target, root.resolve("large"))).as(said).isEqualTo(-1);
    assertThat(bytes).hasSize(LARGE);
  }

  static Stream<Tool> large() {
    return Stream.of(Tool.ATFTP, Tool.ATFTP_WINDOW, Tool.CURL);
  }

  @ParameterizedTest
  @MethodSource("clientsThatTakeEmptyFiles")
  void readsAnEmptyFile(Tool tool) throws Exception {
    write("empty", 0);

    String said = run(tool, "empty");

    assertThat(target).as(said).isEmptyFile();
  }

  /// curl refuses an OACK with tsize 0, and makes no file where nothing came.
  static Stream<Tool> clientsThatTakeEmptyFiles() {
    return Stream.of(Tool.HPA, Tool.ATFTP, Tool.ATFTP_WINDOW, Tool.BUSYBOX, Tool.BUSYBOX_BLKSIZE);
  }

  @Test
  void readsTextAsNetascii() throws Exception {
    Files.writeString(root.resolve("text"), "one\ntwo\r\nthree\r");

    String said = run(Tool.HPA_NETASCII, "text");

    assertThat(target).as(said).hasContent("one\ntwo\r\nthree\r");
  }

  /// curl leaves netascii as it comes.
  @Test
  void sendsTextAsNetascii() throws Exception {
    Files.writeString(root.resolve("text"), "one\ntwo\r");

    String said = run(Tool.CURL_NETASCII, "text");

    assertThat(target).as(said).hasBinaryContent("one\r\ntwo\r\0".getBytes(US_ASCII));
  }

  @Test
  void sayWhatIsMissing() throws Exception {
    assertThat(run(Tool.HPA, "nope")).contains("/nope is not here");
    assertThat(run(Tool.ATFTP, "nope")).contains("/nope is not here");
    assertThat(run(Tool.BUSYBOX, "nope")).contains("/nope is not here");
    await().until(() -> server.journal.count(Ending.NOT_FOUND) == 3);
  }
}
