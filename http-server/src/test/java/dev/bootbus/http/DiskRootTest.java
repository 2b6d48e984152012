package dev.bootbus.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.bootbus.http.DiskRoot.Lookup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiskRootTest {
  @TempDir private Path folder;

  private Lookup open(String path) throws Exception {
    return DiskRoot.at(folder).open(BootPath.of(path));
  }

  @Test
  void theRootMustBeADirectory() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));

    assertThatThrownBy(() -> DiskRoot.at(file)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> DiskRoot.at(folder.resolve("none"))).isInstanceOf(IOException.class);
  }

  @Test
  void aFileIsFoundAsItIs() throws Exception {
    Files.writeString(folder.resolve("a"), "here");

    try (OpenFile file = ((Lookup.Found) open("/a")).file()) {
      assertThat(file.version().size()).isEqualTo(4);
      assertThat(file.channel().size()).isEqualTo(4);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/none", "/a/none", "/a/b/none", "/loop", "/loop/x", "/dangling", "/a/"})
  void whatIsNotThereIsMissing(String path) throws Exception {
    Files.writeString(folder.resolve("a"), "here");
    Files.createSymbolicLink(folder.resolve("loop"), Path.of("loop"));
    Files.createSymbolicLink(folder.resolve("dangling"), Path.of("nowhere"));

    assertThat(open(path)).isInstanceOf(Lookup.Missing.class);
  }

  @Test
  void namesThatNoFileCanHaveAreMissing() throws Exception {
    assertThat(open("/" + "a".repeat(256))).isInstanceOf(Lookup.Missing.class);
    assertThat(open("/a".repeat(3000))).isInstanceOf(Lookup.Missing.class);
  }

  @Test
  void aFileThatMayNotBeReadIsDenied() throws Exception {
    assumeFalse(System.getProperty("user.name").equals("root"), "root may read everything");
    Path file = Files.createFile(folder.resolve("a"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));

    assertThat(open("/a")).isInstanceOf(Lookup.Denied.class);
  }

  @Test
  void aRootThatVanishesHasNoFiles() throws Exception {
    Path root = Files.createDirectory(folder.resolve("root"));
    DiskRoot disk = DiskRoot.at(root);
    Files.delete(root);

    assertThat(disk.open(BootPath.of("/a"))).isInstanceOf(Lookup.Missing.class);
  }
}
