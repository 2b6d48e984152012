package dev.bootbus.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PacingTest {
  private static final InetAddress A = InetAddress.ofLiteral("10.0.0.1");
  private static final InetAddress B = InetAddress.ofLiteral("10.0.0.2");
  private static final long SECOND = 1_000_000_000;

  @TempDir private Path root;

  private static Duration millis(long millis) {
    return Duration.ofMillis(millis);
  }

  /// Times of [System#nanoTime] may be negative, and wrap around.
  @Test
  void whatWasSentMustHaveHadItsTime() {
    for (long start : List.of(0L, -5 * SECOND, Long.MAX_VALUE - SECOND / 10)) {
      Pacing pacing = new Pacing(1000);

      assertThat(pacing.delay(A, 100, start)).isEqualTo(millis(0));
      assertThat(pacing.delay(A, 100, start)).isEqualTo(millis(100));
      assertThat(pacing.delay(B, 100, start)).isEqualTo(millis(0));
      assertThat(pacing.delay(A, 50, start + SECOND / 20)).isEqualTo(millis(150));
      assertThat(pacing.delay(A, 100, start + 10 * SECOND)).isEqualTo(millis(0));
      assertThat(pacing.delay(A, 100, start + 10 * SECOND)).isEqualTo(millis(100));
    }
  }

  @Test
  void aTenthOfASecondIsSentAtOnce() {
    assertThat(new Pacing(0).portion(300_000)).isEqualTo(300_000);
    assertThat(new Pacing(1_000_000).portion(300_000)).isEqualTo(100_000);
    assertThat(new Pacing(10_000_000).portion(300_000)).isEqualTo(300_000);
    assertThat(new Pacing(100_000_000_000L).portion(300_000)).isEqualTo(300_000);
  }

  @Test
  void clientsAreForgottenWhenThereAreTooMany() throws Exception {
    Pacing pacing = new Pacing(1000);
    for (int i = 0; i < 100_000; i++) {
      byte[] address = {10, (byte) (i >> 16), (byte) (i >> 8), (byte) i};
      pacing.delay(InetAddress.getByAddress(address), 1000, i);
      assertThat(pacing.clients()).isLessThanOrEqualTo(Pacing.MAX_CLIENTS);
    }
    // all of those have had their time
    assertThat(pacing.delay(B, 100, 10 * SECOND)).isEqualTo(millis(0));
    assertThat(pacing.delay(B, 100, 10 * SECOND)).isEqualTo(millis(100));
  }

  @Test
  void allConnectionsOfAClientShareItsRate() throws Exception {
    try (Served served = Served.paced(root, 1 << 20);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      served.put("small", new byte[40_000]);
      served.put("large", new byte[200_000]);
      long begin = System.nanoTime();
      List<Callable<Integer>> downloads = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        downloads.add(() -> get(served, "/large"));
        downloads.add(() -> get(served, "/small"));
      }
      for (Future<Integer> download : threads.invokeAll(downloads)) {
        assertThat(download.get()).isIn(40_000, 200_000);
      }
      // 720,000 bytes, but for the portion of each that is sent last
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(millis(550));
    }
  }

  private static int get(Served served, String path) throws Exception {
    try (RawClient client = new RawClient(served.port())) {
      return client.get(path).answer().body().length;
    }
  }
}
