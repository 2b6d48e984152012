package dev.bootbus.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bootbus.content.Asker;
import dev.bootbus.content.BootPath;
import dev.bootbus.content.Content;
import dev.bootbus.content.ContentSource;
import dev.bootbus.schema.testing.Authority;
import dev.bootbus.schema.testing.Authority.Issued;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients that we did not write.
class ForeignClientsTest {
  @TempDir private Path folder;
  private Path root;
  private Path target;
  private Served served;
  private byte[] content;

  @BeforeEach
  void serve() throws Exception {
    root = Files.createDirectory(folder.resolve("root"));
    target = folder.resolve("target");
    content = new byte[5_000_000];
    new Random(2).nextBytes(content);
    served = Served.from(root, this::open);
    served.put("initrd", content);
  }

  @AfterEach
  void stop() {
    served.close();
  }

  /// Of unknown length; `torn` breaks off.
  private ContentSource.Answer open(BootPath path, Asker asker) {
    return switch (path.toString()) {
      case "stream" -> new ContentSource.Answer.Found(new Endless(content, false));
      case "torn" -> new ContentSource.Answer.Found(new Endless(content, true));
      default -> ContentSource.missing(path);
    };
  }

  private record Endless(byte[] bytes, boolean torn) implements Content.Streamed {
    @Override
    public OptionalLong size() {
      return OptionalLong.empty();
    }

    @Override
    public String mediaType() {
      return BYTES;
    }

    @Override
    public String version() {
      return "";
    }

    @Override
    public InputStream from(long offset) {
      return new ByteArrayInputStream(bytes) {
        @Override
        public int read(byte[] into, int at, int length) {
          int count = super.read(into, at, length);
          if (count < 0 && torn) {
            throw new UncheckedIOException(new IOException("torn"));
          }
          return count;
        }
      };
    }

    @Override
    public void close() {}
  }

  private static void needs(String program, String debianPackage) {
    boolean found =
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    assumeTrue(found, "needs " + program + ": apt-get install " + debianPackage);
  }

  private record Ended(int code, String output) {}

  private Ended run(String... command) throws Exception {
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(30, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertThat(ended).as("%s ended", command[0]).isTrue();
    return new Ended(process.exitValue(), Files.readString(output));
  }

  private String curl(String... options) throws Exception {
    return curlOf(served.url("/initrd"), options).output;
  }

  private Ended curlOf(String url, String... options) throws Exception {
    needs("curl", "curl");
    String[] command = {"curl", "-sS", "--max-time", "20"};
    return run(
        Stream.of(command, options, new String[] {url}).flatMap(Stream::of).toArray(String[]::new));
  }

  @Test
  void aWholeFile() throws Exception {
    assertThat(curl("-o", target.toString(), "-w", "%{http_code} %{size_download}"))
        .isEqualTo("200 5000000");
    assertThat(target).hasBinaryContent(content);
  }

  @Test
  void withHttp10() throws Exception {
    assertThat(curl("-0", "-o", target.toString(), "-w", "%{http_code}")).isEqualTo("200");
    assertThat(target).hasBinaryContent(content);
  }

  @Test
  void aDownloadThatWasInterruptedGoesOn() throws Exception {
    Files.write(target, Arrays.copyOf(content, 1_234_567));

    assertThat(curl("-C", "-", "-o", target.toString(), "-w", "%{http_code} %{size_download}"))
        .isEqualTo("206 3765433");
    assertThat(target).hasBinaryContent(content);
  }

  @Test
  void aRange() throws Exception {
    curl("-r", "-1000", "-o", target.toString());

    assertThat(target).hasBinaryContent(Arrays.copyOfRange(content, 4_999_000, 5_000_000));
  }

  @Test
  void onlyIfItIsNewer() throws Exception {
    curl("-R", "-o", target.toString());

    assertThat(curl("-z", target.toString(), "-o", "/dev/null", "-w", "%{http_code}"))
        .isEqualTo("304");
  }

  @Test
  void onlyIfItIsAnother() throws Exception {
    String tag = folder.resolve("tag").toString();
    curl("--etag-save", tag, "-o", target.toString());

    assertThat(curl("--etag-compare", tag, "-o", "/dev/null", "-w", "%{http_code}"))
        .isEqualTo("304");
  }

  @Test
  void headsLengthIsGets() throws Exception {
    assertThat(curl("-I")).contains("Content-Length: 5000000");
  }

  @Test
  void manyOnOneConnection() throws Exception {
    String url = served.url("/initrd");
    List<String> options = new ArrayList<>(List.of("-w", "%{num_connects}"));
    for (int i = 0; i < 5; i++) {
      options.addAll(List.of("-o", "/dev/null", url));
    }
    options.addAll(List.of("-o", "/dev/null"));

    assertThat(curl(options.toArray(String[]::new))).isEqualTo("100000");
  }

  @Test
  void thePackedFormIsUnpacked() throws Exception {
    byte[] text = "boot me ".repeat(100_000).getBytes(UTF_8);
    served.put("text", text);
    Path packed = root.resolve("text.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write(text);
    }
    String size = "%{size_download}";
    Ended ended = curlOf(served.url("/text"), "--compressed", "-o", target.toString(), "-w", size);

    assertThat(ended.output).isEqualTo(String.valueOf(Files.size(packed)));
    assertThat(target).hasBinaryContent(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--http1.1", "--http1.0"})
  void aStreamOfUnknownLength(String version) throws Exception {
    assertThat(curlOf(served.url("/stream"), version, "-o", target.toString()).code).isZero();
    assertThat(target).hasBinaryContent(content);
  }

  /// What it has is all that came; it must not think that it is all there is.
  @ParameterizedTest
  @ValueSource(strings = {"--http1.1", "--http1.0"})
  void aStreamThatBreaksOffIsNoSuccess(String version) throws Exception {
    assertThat(curlOf(served.url("/torn"), version, "-o", target.toString()).code)
        .isIn(18, 56); // partial file, failure in receiving
  }

  @Test
  void aRedirectToADirectoryIsFollowed() throws Exception {
    served.put("boot/vmlinuz", content);

    assertThat(curlOf(served.url("/boot"), "-L").output)
        .contains("<a href=\"vmlinuz\">vmlinuz</a>");
  }

  @Test
  void overTlsWithACaOfOnesOwn() throws Exception {
    Authority ca = new Authority("the CA");
    Issued server =
        ca.issue(Authority.elliptic(), new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
    Path certificate = Path.of(Authority.write(folder, "tls.crt", server.certificate()));
    Path key = Path.of(Authority.write(folder, "tls.key", server.traditional()));
    String trusted = Authority.write(folder, "ca.pem", ca.pem());
    Tls.Settings tls = new Tls.Settings(0, certificate, key, Duration.ofMinutes(1));
    try (Served secure = Served.secure(root, tls, Served.patient(100))) {
      String url = "https://127.0.0.1:" + secure.tlsPort() + "/initrd";
      String version = "%{http_version}";
      assertThat(curlOf(url, "--cacert", trusted, "-o", target.toString(), "-w", version).output)
          .isEqualTo("1.1");
      assertThat(target).hasBinaryContent(content);
      assertThat(curlOf(url, "-o", "/dev/null").code).isEqualTo(60); // who signed that?
      String logged = "handshake failed peer=127.0.0.1 reason=";
      await().until(() -> secure.log().stream().anyMatch(line -> line.startsWith(logged)));
      assertThat(curlOf(url, "--cacert", trusted, "--tls-max", "1.1").code).isEqualTo(35);
    }
  }

  private Ended busyboxWget(String... options) throws Exception {
    needs("busybox", "busybox");
    String[] command = {"busybox", "wget", "-q"}; // its -T crashes;
    return run(Stream.of(command, options).flatMap(Stream::of).toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/initrd", "/stream"})
  void busyboxGetsAFile(String path) throws Exception {
    assertThat(busyboxWget("-O", target.toString(), served.url(path)).code).isZero();
    assertThat(target).hasBinaryContent(content);
  }

  @Test
  void busyboxGoesOnWithADownload() throws Exception {
    Files.write(folder.resolve("initrd"), Arrays.copyOf(content, 1_234_567));

    assertThat(busyboxWget("-c", served.url("/initrd")).code).isZero();
    assertThat(folder.resolve("initrd")).hasBinaryContent(content);
    await().until(() -> served.log().stream().anyMatch(line -> line.contains("range=1234567-")));
  }

  @Test
  void busyboxHearsOfWhatIsMissing() throws Exception {
    assertThat(busyboxWget("-O", target.toString(), served.url("/nothing")).code).isNotZero();
  }

  /// By the links of the listings alone.
  @Test
  void wgetTakesAWholeTree() throws Exception {
    needs("wget", "wget");
    served.put("tree/boot/a b&c.cfg", "one".getBytes(UTF_8));
    served.put("tree/boot/kernel/kernel", content);
    String directory = folder.resolve("copy").toString();
    Ended ended = run("wget", "-q", "-r", "-np", "-nH", "-P", directory, served.url("/tree/"));

    assertThat(ended.code).as(ended.output).isZero();
    assertThat(Path.of(directory, "tree/boot/a b&c.cfg")).hasContent("one");
    assertThat(Path.of(directory, "tree/boot/kernel/kernel")).hasBinaryContent(content);
  }
}
