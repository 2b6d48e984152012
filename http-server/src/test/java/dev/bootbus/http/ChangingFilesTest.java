package dev.bootbus.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An operator changes files while they are served.
class ChangingFilesTest {
  @TempDir private Path folder;

  private static String get(Served served, String path) throws IOException {
    return RawClient.once(served.port(), "GET " + path + " HTTP/1.0\r\n\r\n").text();
  }

  @Test
  void aFileWrittenAnewAtOnceIsSeenAtOnce() throws Exception {
    try (Served served = Served.inRealTime(folder)) {
      Path file = folder.resolve("boot.cfg");
      for (int i = 0; i < 200; i++) {
        String text = "version " + (1000 + i);
        Files.writeString(file, text);

        assertThat(get(served, "/boot.cfg")).isEqualTo(text);
      }
    }
  }

  @Test
  void aFileInMemoryIsDroppedWhenItChangesInPlace() throws Exception {
    try (Served served = Served.from(folder)) {
      Path file = served.put("a", "one".getBytes(UTF_8));
      FileTime time = Files.getLastModifiedTime(file);
      assertThat(get(served, "/a")).isEqualTo("one");
      assertThat(get(served, "/a")).isEqualTo("one");
      Files.writeString(file, "two");
      Files.setLastModifiedTime(file, time); // as `cp -p` does

      assertThat(get(served, "/a")).isEqualTo("two");
    }
  }

  @Test
  void aFileInMemoryIsDroppedWhenAnotherTakesItsName() throws Exception {
    try (Served served = Served.from(folder)) {
      served.put("a", "one".getBytes(UTF_8));
      Path next = served.put("a.new", "two".getBytes(UTF_8));
      assertThat(get(served, "/a")).isEqualTo("one");
      Files.move(next, folder.resolve("a"), StandardCopyOption.ATOMIC_MOVE);

      assertThat(get(served, "/a")).isEqualTo("two");
    }
  }

  @Test
  void aFileInMemoryIsDroppedWhenItIsRemoved() throws Exception {
    try (Served served = Served.from(folder)) {
      Path file = served.put("a", "one".getBytes(UTF_8));
      assertThat(get(served, "/a")).isEqualTo("one");
      Files.delete(file);

      assertThat(get(served, "/a")).startsWith("/a is not here");
    }
  }

  @Test
  void aFileInMemoryIsDroppedWhenALinkOnTheWayIsSwitched() throws Exception {
    Path root = Files.createDirectory(folder.resolve("root"));
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Files.writeString(outside.resolve("a"), "secret");
    try (Served served = Served.from(root)) {
      served.put("v1/a", "one".getBytes(UTF_8));
      served.put("v2/a", "two".getBytes(UTF_8));
      Path current = Files.createSymbolicLink(root.resolve("current"), Path.of("v1"));
      assertThat(get(served, "/current/a")).isEqualTo("one");
      Files.delete(current);
      Files.createSymbolicLink(current, Path.of("v2"));
      assertThat(get(served, "/current/a")).isEqualTo("two");
      Files.delete(current);
      Files.createSymbolicLink(current, outside);

      assertThat(get(served, "/current/a")).contains("leads out of the root");
    }
  }

  @Test
  void theRootItselfMayBeALinkThatIsSwitched() throws Exception {
    Files.createDirectories(folder.resolve("r1"));
    Files.createDirectories(folder.resolve("r2"));
    Files.writeString(folder.resolve("r1/a"), "one");
    Files.writeString(folder.resolve("r2/a"), "two");
    Path root = Files.createSymbolicLink(folder.resolve("root"), Path.of("r1"));
    try (Served served = Served.from(root)) {
      assertThat(get(served, "/a")).isEqualTo("one");
      Files.delete(root);
      Files.createSymbolicLink(root, Path.of("r2"));

      assertThat(get(served, "/a")).isEqualTo("two");
    }
  }

  @Test
  void aFileThatShrinksUnderWayEndsTheConnection() throws Exception {
    try (Served served = Served.from(folder)) {
      Path file = served.put("big", new byte[64 << 20]);
      try (RawClient client = new RawClient(served.port())) {
        client.get("/big");
        assertThat(client.socket().getInputStream().readNBytes(1000)).hasSize(1000);
        try (RandomAccessFile change = new RandomAccessFile(file.toFile(), "rw")) {
          change.setLength(1000);
        }
        assertThatThrownBy(client::answer).isInstanceOf(IOException.class);
      }
      await().until(() -> served.totals().contains("cut-short=1"));
      assertThat(served.log().getFirst())
          .contains("status=200", "the file cannot be read on: it became shorter");
      assertThat(get(served, "/big")).hasSize(1000);
    }
  }

  @Test
  void aFileThatGrowsUnderWayIsSentAsLongAsItWas() throws Exception {
    try (Served served = Served.from(folder)) {
      Path file = served.put("big", new byte[32 << 20]);
      try (RawClient client = new RawClient(served.port())) {
        client.get("/big");
        client.socket().getInputStream().read();
        try (RandomAccessFile change = new RandomAccessFile(file.toFile(), "rw")) {
          change.setLength(33 << 20);
        }
        long rest = client.socket().getInputStream().skip(32 << 20);
        assertThat(rest).isPositive();
      }
      assertThat(get(served, "/big")).hasSize(33 << 20);
    }
  }
}
