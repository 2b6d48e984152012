package dev.bootbus.tftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.bootbus.content.Content;
import dev.bootbus.content.FileVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BytesTest {
  @TempDir Path directory;

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static byte[] read(Bytes from, long offset, int length) throws Exception {
    ByteBuffer target = ByteBuffer.allocate(length);
    from.read(offset, target);
    assertThat(target.hasRemaining()).isFalse();
    return target.array();
  }

  private Bytes.OfFile file(Path path) throws IOException {
    FileVersion version = FileVersion.of(path);
    return new Bytes.OfFile(
        new Content.OpenFile(FileChannel.open(path, StandardOpenOption.READ), version));
  }

  private static Pump pump(OptionalLong size, int capacity, InputStream in) {
    Content content = TestServer.streamed(size.orElse(-1), in);
    Pump pump = new Pump(content, () -> in, size, capacity, () -> {});
    pump.start();
    return pump;
  }

  @Test
  void aFileIsReadInAnyOrderAndInPiecesOfAnySize() throws Exception {
    byte[] bytes = random(100_000);
    Bytes.OfFile file = file(Files.write(directory.resolve("file"), bytes));
    Random random = new Random(7);

    assertThat(file.arrived()).isEqualTo(bytes.length);
    for (int i = 0; i < 2000; i++) {
      int from = random.nextInt(bytes.length);
      int length = random.nextInt(Math.min(40_000, bytes.length - from) + 1);
      assertThat(read(file, from, length))
          .isEqualTo(Arrays.copyOfRange(bytes, from, from + length));
    }
    file.close();
  }

  @Test
  void aFileThatShrinksIsNotTakenForAWholeOne() throws Exception {
    Path path = Files.write(directory.resolve("file"), random(100_000));
    Bytes.OfFile file = file(path);
    Files.write(path, random(50_000));

    assertThat(read(file, 0, 1000)).isEqualTo(Arrays.copyOf(random(50_000), 1000));
    for (int length : new int[] {1000, 30_000}) {
      assertThatThrownBy(() -> read(file, 49_500, length))
          .isInstanceOf(Bytes.UnreadableException.class)
          .hasMessage("it became shorter while it was sent");
    }
  }

  @Test
  void aStreamWaitsUntilWhatItGaveIsForgotten() throws Exception {
    byte[] bytes = random(10_000);
    Pump pump = pump(OptionalLong.empty(), 1000, new ByteArrayInputStream(bytes));
    await().until(() -> pump.arrived() == 1000);

    for (int at = 0; at < bytes.length; at += 250) {
      int from = at;
      await().until(() -> pump.arrived() >= Math.min(bytes.length, from + 1000));
      assertThat(pump.arrived()).isLessThanOrEqualTo(at + 1000);
      assertThat(read(pump, at, 250)).isEqualTo(Arrays.copyOfRange(bytes, at, at + 250));
      pump.forget(at + 250);
    }
    await().until(pump::hasEnded);
    assertThat(pump.arrived()).isEqualTo(bytes.length);
    assertThat(pump.failure()).isEmpty();
  }

  @Test
  void aStreamThatGrowsEndsWhereTsizeSaidItWould() {
    Pump pump = pump(OptionalLong.of(4), 1000, new ByteArrayInputStream(random(8)));

    await().until(pump::hasEnded);
    assertThat(pump.arrived()).isEqualTo(4);
  }

  @Test
  void aStreamThatEndsEarlyIsNotTakenForAWholeOne() {
    Pump pump = pump(OptionalLong.of(8), 1000, new ByteArrayInputStream(random(4)));

    await().until(() -> !pump.failure().isEmpty());
    assertThat(pump.hasEnded()).isFalse();
    assertThat(pump.failure()).isEqualTo("it became shorter while it was sent");
  }

  @Test
  void anEmptyStreamHasEnded() {
    await().until(pump(OptionalLong.of(0), 10, new ByteArrayInputStream(random(0)))::hasEnded);
    await().until(pump(OptionalLong.empty(), 10, new ByteArrayInputStream(random(0)))::hasEnded);
  }

  @Test
  void whoeverClosesBreaksOffAReadThatWaitsAndTheStreamIsClosed() {
    AtomicBoolean reading = new AtomicBoolean();
    AtomicBoolean closed = new AtomicBoolean();
    InputStream endless =
        new InputStream() {
          @Override
          public int read() throws IOException {
            reading.set(true);
            try {
              Thread.sleep(60_000);
              return 'x';
            } catch (InterruptedException e) {
              throw new IOException("interrupted");
            }
          }

          @Override
          public void close() {
            closed.set(true);
          }
        };
    Pump pump = pump(OptionalLong.empty(), 10, endless);
    await().untilTrue(reading);

    pump.close();

    await().untilTrue(closed);
  }
}
