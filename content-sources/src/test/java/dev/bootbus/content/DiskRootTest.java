package dev.bootbus.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bootbus.content.ContentSource.Answer;
import dev.bootbus.content.ContentSource.Answer.Denied;
import dev.bootbus.content.ContentSource.Answer.Found;
import dev.bootbus.content.ContentSource.Answer.Missing;
import dev.bootbus.schema.FileRequest;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.Traceparent;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiskRootTest {
  private static final Asker ASKER =
      new Asker(
          FileRequest.Protocol.TFTP,
          InetAddress.getLoopbackAddress(),
          MacAddress.NONE,
          Traceparent.fresh());

  @TempDir Path directory;
  private Path root;
  private DiskRoot disk;

  @BeforeEach
  void fill() throws IOException {
    root = Files.createDirectory(directory.resolve("data"));
    write(root.resolve("ipxe.efi"), "loader");
    write(root.resolve("empty"), "");
    write(root.resolve("boot/x.cfg"), "config");
    write(root.resolve("%2e%2e"), "percent");
    write(directory.resolve("secret"), "secret");
    write(directory.resolve("data-private/secret"), "secret");
    disk = DiskRoot.at(root);
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private Answer open(String name) throws Exception {
    return disk.open(BootPath.ofTftp(name), ASKER);
  }

  @ParameterizedTest
  @CsvSource({
    "ipxe.efi, loader",
    "/ipxe.efi, loader",
    "\\ipxe.efi, loader",
    "boot/x.cfg, config",
    "boot//x.cfg, config",
    "\\boot\\x.cfg, config",
    "%2e%2e, percent",
    "empty, ''"
  })
  void finds(String name, String text) throws Exception {
    assertFound(name, text);
  }

  private void assertFound(String name, String text) throws Exception {
    assertThat(open(name)).isInstanceOf(Found.class);
    try (Content content = ((Found) open(name)).content()) {
      assertThat(content.size()).hasValue(text.length());
      assertThat(new String(content.from(0).readAllBytes(), UTF_8)).isEqualTo(text);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nope", "boot/nope", "nope/x.cfg", "%2e%2e%2fsecret", "IPXE.EFI"})
  void missing(String name) throws Exception {
    assertThat(open(name)).isEqualTo(ContentSource.missing(BootPath.ofTftp(name)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ipxe.efi/x", "ipxe.efi/", "boot/x.cfg/"})
  void aFileIsNoDirectory(String name) throws Exception {
    assertThat(open(name)).isInstanceOf(Missing.class);
  }

  @Test
  void namesThatAreTooLongAreMissing() throws Exception {
    assertThat(open("n".repeat(400))).isInstanceOf(Missing.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "boot", "boot/"})
  void directoriesAreNotOpened(String name) throws Exception {
    assertThat(open(name)).isInstanceOf(Answer.Directory.class);
  }

  @Test
  void linksInsideTheRootAreFollowed() throws Exception {
    Files.createSymbolicLink(root.resolve("relative"), Path.of("boot/x.cfg"));
    Files.createSymbolicLink(root.resolve("absolute"), root.resolve("ipxe.efi"));
    Files.createSymbolicLink(root.resolve("directory"), Path.of("boot"));
    Files.createSymbolicLink(root.resolve("boot/up"), Path.of("../ipxe.efi"));

    assertFound("relative", "config");
    assertFound("absolute", "loader");
    assertFound("directory/x.cfg", "config");
    assertFound("boot/up", "loader");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../secret", "../data-private/secret", "/etc/passwd", "/dev/null"})
  void linksThatLeadOutAreDenied(String target) throws Exception {
    Files.createSymbolicLink(root.resolve("link"), Path.of(target));

    assertThat(open("link"))
        .isEqualTo(new Denied("/link is a symbolic link that leads out of the root."));
  }

  @Test
  void directoriesLinkedFromOutsideAreDenied() throws Exception {
    Files.createSymbolicLink(root.resolve("private"), Path.of("../data-private"));

    assertThat(open("private/secret")).isInstanceOf(Denied.class);
  }

  @Test
  void linksToNowhereAndInCirclesAreMissing() throws Exception {
    Files.createSymbolicLink(root.resolve("nowhere"), Path.of("gone"));
    Files.createSymbolicLink(root.resolve("circle"), Path.of("circle"));

    assertThat(open("nowhere")).isInstanceOf(Missing.class);
    assertThat(open("circle")).isInstanceOf(Missing.class);
  }

  @Test
  void theRootMayBeALinkItself() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("current"), root);
    disk = DiskRoot.at(link);

    assertFound("ipxe.efi", "loader");
  }

  @Test
  void aRootThatIsSwitchedServesTheNewOne() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("current"), root);
    disk = DiskRoot.at(link);
    Path next = Files.createDirectory(directory.resolve("next"));
    write(next.resolve("ipxe.efi"), "newer");
    Files.delete(link);
    Files.createSymbolicLink(link, next);

    assertFound("ipxe.efi", "newer");
  }

  @Test
  void aRootThatVanishesHasNoFiles() throws Exception {
    Path gone = Files.createDirectory(directory.resolve("gone"));
    disk = DiskRoot.at(gone);
    Files.delete(gone);

    assertThat(open("a")).isInstanceOf(Missing.class);
  }

  /// Whoever may write below the root puts a link out in the place of a folder while it is opened.
  @Test
  void aFolderThatIsSwappedForALinkDoesNotLeadOut() throws Exception {
    write(Files.createDirectories(root.resolve("a/b")).resolve("f"), "inside");
    Path outside = Files.createDirectories(directory.resolve("outside/b"));
    write(outside.resolve("f"), "secret");
    Path folder = root.resolve("a");
    Path aside = root.resolve("aside");
    Path link = root.resolve("link");
    AtomicBoolean done = new AtomicBoolean();
    Thread swapping =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!done.get()) {
                    try {
                      Files.createSymbolicLink(link, outside.getParent());
                      Files.move(folder, aside);
                      Files.move(link, folder);
                      Files.delete(folder);
                      Files.move(aside, folder);
                    } catch (IOException e) {
                      throw new java.io.UncheckedIOException(e);
                    }
                  }
                });
    Set<String> seen = new TreeSet<>();
    try {
      for (int i = 0; i < 5_000; i++) {
        if (open("a/b/f") instanceof Found(Content content)) {
          try (content) {
            seen.add(new String(content.from(0).readAllBytes(), UTF_8));
          }
        }
      }
    } finally {
      done.set(true);
      swapping.join();
    }
    assertThat(seen).containsExactly("inside");
  }

  @Test
  void withoutADiskThereAreNoFiles() throws Exception {
    BootPath path = BootPath.ofTftp("ipxe.efi");

    assertThat(DiskRoot.none().open(path, ASKER)).isEqualTo(ContentSource.missing(path));
    assertThat(DiskRoot.none().path()).isEmpty();
    assertThatThrownBy(() -> DiskRoot.none().locate(path))
        .isInstanceOf(java.nio.file.InvalidPathException.class);
  }

  @Test
  void aFifoIsDeniedAndNotWaitedFor() throws Exception {
    run("mkfifo", root.resolve("fifo").toString());

    assertThat(open("fifo")).isEqualTo(new Denied("/fifo is not a regular file."));
  }

  @Test
  void aDeviceIsDenied() throws Exception {
    assumeTrue(
        run("mknod", root.resolve("null").toString(), "c", "1", "3") == 0,
        "making a device file needs root");

    assertThat(open("null")).isEqualTo(new Denied("/null is not a regular file."));
  }

  @Test
  void aFileThatMayNotBeReadIsDenied() throws Exception {
    Path file = root.resolve("ipxe.efi");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    assumeTrue(!Files.isReadable(file), "root reads every file");

    assertThat(open("ipxe.efi"))
        .isEqualTo(new Denied("/ipxe.efi may not be read by this server: permission denied."));
  }

  @Test
  void theRootMustBeADirectory() {
    assertThatThrownBy(() -> DiskRoot.at(root.resolve("gone")))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> DiskRoot.at(root.resolve("ipxe.efi"))).isInstanceOf(IOException.class);
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
  }
}
