package dev.bootbus.tftp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bootbus.tftp.ContentSource.Answer;
import dev.bootbus.tftp.ContentSource.Answer.Denied;
import dev.bootbus.tftp.ContentSource.Answer.Found;
import dev.bootbus.tftp.ContentSource.Answer.Missing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiskRootTest {
  private static final Call CALL =
      Call.of("file", new InetSocketAddress(InetAddress.getLoopbackAddress(), 1234));

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
    return disk.open(BootPath.of(name), CALL);
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
      assertThat(new String(content.bytes().readAllBytes(), UTF_8)).isEqualTo(text);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nope", "boot/nope", "nope/x.cfg", "%2e%2e%2fsecret", "IPXE.EFI"})
  void missing(String name) throws Exception {
    assertThat(open(name)).isEqualTo(new Missing("file not found: " + name));
  }

  @Test
  void aFileIsNoDirectory() throws Exception {
    assertThat(open("ipxe.efi/x"))
        .isEqualTo(new Missing("file not found: ipxe.efi/x (Not a directory)"));
  }

  @Test
  void namesThatAreTooLongAreMissing() throws Exception {
    assertThat(open("n".repeat(400))).isInstanceOf(Missing.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "boot", "boot/"})
  void directoriesAreDenied(String name) throws Exception {
    assertThat(open(name)).isInstanceOf(Denied.class);
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

    assertThat(open("link")).isEqualTo(new Denied("symbolic link leads out of the root: link"));
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
  void aFifoIsDeniedAndNotWaitedFor() throws Exception {
    run("mkfifo", root.resolve("fifo").toString());

    assertThat(open("fifo")).isEqualTo(new Denied("not a regular file: fifo"));
  }

  @Test
  void aDeviceIsDenied() throws Exception {
    assumeTrue(
        run("mknod", root.resolve("null").toString(), "c", "1", "3") == 0,
        "making a device file needs root");

    assertThat(open("null")).isEqualTo(new Denied("not a regular file: null"));
  }

  @Test
  void aFileThatMayNotBeReadIsDenied() throws Exception {
    Path file = root.resolve("ipxe.efi");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    assumeTrue(!Files.isReadable(file), "root reads every file");

    assertThat(open("ipxe.efi")).isEqualTo(new Denied("permission denied: ipxe.efi"));
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
