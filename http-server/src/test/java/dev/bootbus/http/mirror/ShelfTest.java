package dev.bootbus.http.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.content.Content;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What happens on the disk: bounds, restarts, crashes, and no room.
@Timeout(60)
class ShelfTest {
  private static final int MIB = 1 << 20;
  private static final byte[] FILE = Mirrored.random(3 * MIB + 7);

  @TempDir Path directory;
  private FakeUpstream upstream;

  @BeforeEach
  void start() throws Exception {
    upstream = FakeUpstream.start();
  }

  @AfterEach
  void stop() throws Exception {
    upstream.close();
  }

  private void fetch(Mirrored mirrored, String name) throws Exception {
    assertThat(mirrored.read(name)).isEqualTo(FILE);
    await().untilAsserted(() -> assertThat(mirrored.ends(name)).contains(Note.End.KEPT));
  }

  private Mirrored small(int mib) throws Exception {
    return Mirrored.of(upstream, directory, mib * Mirrored.MIB, Pins.NONE);
  }

  @Test
  void whatWasNotUsedForLongestGoesFirst() throws Exception {
    try (Mirrored mirrored = small(7)) {
      for (String name : List.of("/a", "/b", "/c")) {
        upstream.put(name, FILE);
      }
      fetch(mirrored, "/a");
      mirrored.pass(Duration.ofSeconds(1));
      fetch(mirrored, "/b");
      mirrored.pass(Duration.ofSeconds(1));
      mirrored.read("/a");
      fetch(mirrored, "/c");
      assertThat(mirrored.losses()).containsExactly("size b");
      assertThat(mirrored.mirror.list(9).bytes()).isLessThanOrEqualTo(7 * MIB);
    }
  }

  @Test
  void whatIsReadStays() throws Exception {
    try (Mirrored mirrored = small(7)) {
      for (String name : List.of("/a", "/b", "/c", "/d")) {
        upstream.put(name, FILE);
      }
      fetch(mirrored, "/a");
      fetch(mirrored, "/b");
      try (Content a = mirrored.open("/a")) {
        try (Content b = mirrored.open("/b")) {
          // no room that could be made: served, and not kept
          assertThat(mirrored.read("/c")).isEqualTo(FILE);
          assertThat(mirrored.ends("/c")).containsExactly(Note.End.UNKEPT);
          assertThat(b.from(0).readAllBytes()).isEqualTo(FILE);
        }
        fetch(mirrored, "/d");
        assertThat(a.from(0).readAllBytes()).isEqualTo(FILE);
      }
      assertThat(mirrored.losses()).containsExactly("size b");
    }
  }

  @Test
  void whatIsLargerThanTheCacheIsServedThrough() throws Exception {
    upstream.put("/a", FILE);
    try (Mirrored mirrored = small(2)) {
      assertThat(mirrored.read("/a")).isEqualTo(FILE);
      assertThat(mirrored.read("/a", MIB)).hasSize(FILE.length - MIB);
      assertThat(Mirrored.names(directory)).containsExactly("lock");
    }
  }

  @Test
  void aFileOfUnknownSizeThatOutgrowsTheCacheIsServedThrough() throws Exception {
    byte[] large = Mirrored.random(40 * MIB);
    CountDownLatch gate = upstream.put("/a", large).withoutLength().stoppingAt(MIB);
    try (Mirrored mirrored = small(20)) {
      try (Content content = mirrored.open("/a");
          InputStream in = content.from(0)) {
        gate.countDown();
        assertThat(in.readAllBytes()).isEqualTo(large);
      }
      assertThat(mirrored.ends("/a")).containsExactly(Note.End.UNKEPT);
      assertThat(upstream.requests)
          .hasSize(2)
          .last()
          .asString()
          .matches("GET /a range=bytes=16[0-9]{6}- if-range=\"1\"");
      assertThat(Mirrored.names(directory)).containsExactly("lock");
    }
  }

  @Test
  void whatNobodyUsesGoes() throws Exception {
    upstream.put("/a", FILE);
    upstream.put("/b", FILE);
    try (Mirrored mirrored = small(64)) {
      fetch(mirrored, "/a");
      mirrored.pass(Mirrored.MAX_AGE.minusHours(1));
      fetch(mirrored, "/b");
      mirrored.pass(Duration.ofHours(2));
      mirrored.mirror.evict();
      assertThat(mirrored.losses()).containsExactly("age a");
    }
  }

  @Test
  void aRestartKeepsWhatIsThere() throws Exception {
    upstream.put("/a", FILE);
    try (Mirrored mirrored = small(64)) {
      fetch(mirrored, "/a");
    }
    try (Mirrored mirrored = small(64)) {
      assertThat(mirrored.read("/a")).isEqualTo(FILE);
      assertThat(mirrored.mirror.list(1).bytes()).isEqualTo(FILE.length + Shelf.OVERHEAD);
    }
    assertThat(upstream.requests).hasSize(1);
  }

  @Test
  void whatIsNotAsItWasLeftIsFetchedAgain() throws Exception {
    upstream.put("/a", FILE);
    upstream.put("/b", FILE);
    try (Mirrored mirrored = small(64)) {
      fetch(mirrored, "/a");
      fetch(mirrored, "/b");
      truncateAll();
      assertThat(mirrored.read("/a")).isEqualTo(FILE);
      assertThat(mirrored.losses()).containsExactly("damaged a");
      await().untilAsserted(() -> assertThat(mirrored.ends("/a")).hasSize(2));
    }
    Files.writeString(directory.resolve("0123456789abcdef.label"), "path=\n\\u");
    Files.writeString(directory.resolve("0123456789abcdef.data"), "x");
    Files.writeString(directory.resolve("0123456789abcde0.part"), "x");
    Files.writeString(directory.resolve("notes.txt"), "of the operator");
    try (Mirrored mirrored = small(64)) {
      assertThat(mirrored.mirror.list(9).shown())
          .extracting(Mirror.Entry::path)
          .containsExactly("/a");
      assertThat(Mirrored.names(directory)).hasSize(4).contains("notes.txt");
    }
  }

  private void truncateAll() throws Exception {
    for (String name : Mirrored.names(directory)) {
      if (name.endsWith(".data")) {
        Files.write(directory.resolve(name), new byte[1], StandardOpenOption.TRUNCATE_EXISTING);
      }
    }
  }

  @Test
  void aSecondServerOnOneDirectoryIsRefused() throws Exception {
    try (Mirrored mirrored = small(64)) {
      assertThat(child().waitFor()).isEqualTo(3);
      assertThatThrownBy(() -> small(64)).isInstanceOf(Shelf.InUseException.class);
      assertThat(mirrored.mirror.list(1).kept()).isZero();
    }
    small(64).close();
  }

  @Test
  void aDownloadCutByKillGoesOnAfterTheRestart() throws Exception {
    CountDownLatch gate = upstream.put("/a", FILE).stoppingAt(MIB);
    Process child = child();
    assertThat(child.inputReader().readLine()).isEqualTo("half");
    child.destroyForcibly().waitFor();
    gate.countDown();

    try (Mirrored mirrored = small(64)) {
      assertThat(mirrored.read("/a")).isEqualTo(FILE);
      await().untilAsserted(() -> assertThat(mirrored.ends("/a")).containsExactly(Note.End.KEPT));
      assertThat(mirrored.read("/a")).isEqualTo(FILE);
    }
    assertThat(upstream.requests)
        .containsExactly("GET /a", "GET /a range=bytes=" + MIB + "- if-range=\"1\"");
  }

  @Test
  void anotherVersionAfterTheRestartIsFetchedAnew() throws Exception {
    upstream.put("/a", FILE).stoppingAt(MIB);
    try (Mirrored mirrored = small(64);
        Content content = mirrored.open("/a");
        InputStream in = content.from(0)) {
      in.readNBytes(MIB);
    }
    assertThat(Mirrored.names(directory)).anyMatch(name -> name.endsWith(".part"));
    byte[] other = Mirrored.random(2 * MIB);
    upstream.put("/a", other).version("\"2\"");
    try (Mirrored mirrored = small(64)) {
      assertThat(mirrored.read("/a")).isEqualTo(other);
      await().untilAsserted(() -> assertThat(mirrored.ends("/a")).containsExactly(Note.End.KEPT));
    }
    assertThat(Mirrored.names(directory)).hasSize(3);
  }

  @Test
  void whatAnotherBootOfTheSystemLeftIsNotTrusted() throws Exception {
    upstream.put("/a", FILE).stoppingAt(MIB);
    try (Mirrored mirrored = small(64);
        Content content = mirrored.open("/a");
        InputStream in = content.from(0)) {
      in.readNBytes(MIB);
    }
    for (String name : Mirrored.names(directory)) {
      if (name.endsWith(".label")) {
        Path label = directory.resolve(name);
        Files.writeString(label, Files.readString(label).replaceAll("boot=.*", "boot=another"));
      }
    }
    small(64).close();
    assertThat(Mirrored.names(directory)).containsExactly("lock");
  }

  @Test
  void aFullDiskIsServedPast() throws Exception {
    assumeThat(run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", directory.toString()))
        .as("may mount")
        .isZero();
    try {
      byte[] large = Mirrored.random(12 * MIB);
      upstream.put("/large", large);
      upstream.put("/a", FILE);
      try (Mirrored mirrored = small(1000)) {
        assertThat(mirrored.read("/large")).isEqualTo(large);
        assertThat(mirrored.ends("/large")).containsExactly(Note.End.UNKEPT);
        assertThat(Mirrored.names(directory)).containsExactly("lock");
        // with something that can make room for others
        fetch(mirrored, "/a");
        upstream.put("/b", FILE);
        fetch(mirrored, "/b");
        upstream.put("/c", FILE);
        fetch(mirrored, "/c");
        assertThat(mirrored.losses()).isNotEmpty();
      }
    } finally {
      run("umount", "-l", directory.toString());
    }
  }

  private static int run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    return process.waitFor(10, TimeUnit.SECONDS) ? process.exitValue() : -1;
  }

  private Process child() throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Child.class.getName(),
            directory.toString(),
            String.valueOf(upstream.port()))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /// Another process: reads half of `/a`, says so, and waits to be killed.
  static final class Child {
    private Child() {}

    public static void main(String... args) throws Exception {
      java.net.URI url = java.net.URI.create("http://127.0.0.1:" + args[1] + "/");
      try (Mirrored mirrored = Mirrored.of(url, Path.of(args[0]));
          Content content = mirrored.open("/a");
          InputStream in = content.from(0)) {
        in.readNBytes(MIB);
        System.out.println("half");
        in.read();
      } catch (Shelf.InUseException e) {
        System.exit(3);
      }
    }
  }
}
