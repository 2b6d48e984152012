package dev.bootbus.http.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.bootbus.content.Content;
import dev.bootbus.content.ContentSource.Answer;
import dev.bootbus.content.ContentSource.Fault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class PinsTest {
  private static final byte[] FILE = Mirrored.random((1 << 20) + 7);
  private static final byte[] SMALL = Mirrored.random(1000);

  @TempDir Path directory;
  @TempDir Path elsewhere;
  private final Map<String, String> pinned = new ConcurrentHashMap<>();
  private FakeUpstream upstream;
  private Mirrored mirrored;

  @BeforeEach
  void start() throws Exception {
    upstream = FakeUpstream.start();
    mirrored =
        Mirrored.of(
            upstream,
            directory,
            64 * Mirrored.MIB,
            path -> Optional.ofNullable(pinned.get("/" + path)));
  }

  @AfterEach
  void stop() throws Exception {
    mirrored.close();
    upstream.close();
  }

  private static String sha256(byte[] content) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }

  @Test
  void aSmallFileWithAnotherChecksumIsNeverSent() throws Exception {
    upstream.put("/a", SMALL);
    pinned.put("/a", sha256(FILE));
    Answer answer = mirrored.ask("/a");
    assertThat(answer).isInstanceOf(Answer.Unavailable.class);
    assertThat(((Answer.Unavailable) answer).fault()).isEqualTo(Fault.UPSTREAM);
    assertThat(((Answer.Unavailable) answer).reason())
        .contains(sha256(SMALL))
        .contains(sha256(FILE));
    assertThat(mirrored.ends("/a")).containsExactly(Note.End.MISMATCHED);
    assertThat(Mirrored.names(directory)).containsExactly("lock");

    upstream.put("/a", FILE);
    assertThat(mirrored.read("/a")).isEqualTo(FILE);
  }

  @Test
  void ofALargeOneNobodyGetsTheEnd() throws Exception {
    CountDownLatch gate = upstream.put("/a", FILE).stoppingAt(1 << 19);
    pinned.put("/a", sha256(SMALL));
    ByteArrayOutputStream got = new ByteArrayOutputStream();
    try (Content content = mirrored.open("/a");
        InputStream in = content.from(0)) {
      gate.countDown();
      assertThatThrownBy(() -> in.transferTo(got)).hasMessageContaining("SHA-256");
    }
    assertThat(got.size()).isBetween(1, FILE.length - Arrival.HELD_BACK);
    assertThat(Mirrored.names(directory)).containsExactly("lock");
  }

  @Test
  void whatIsPinnedIsNeverAskedForAgain() throws Exception {
    upstream.put("/a", FILE);
    pinned.put("/a", sha256(FILE));
    assertThat(mirrored.read("/a")).isEqualTo(FILE);
    await().untilAsserted(() -> assertThat(mirrored.ends("/a")).containsExactly(Note.End.KEPT));
    mirrored.pass(Mirrored.FRESH.multipliedBy(10));
    assertThat(mirrored.read("/a")).isEqualTo(FILE);
    assertThat(upstream.requests).containsExactly("GET /a");
  }

  @Test
  void aPinThatChangesTakesTheOldFileAway() throws Exception {
    upstream.put("/a", FILE);
    assertThat(mirrored.read("/a")).isEqualTo(FILE);
    await().untilAsserted(() -> assertThat(mirrored.ends("/a")).hasSize(1));
    upstream.put("/a", SMALL).version("\"2\"");
    pinned.put("/a", sha256(SMALL));
    assertThat(mirrored.read("/a")).isEqualTo(SMALL);
    assertThat(mirrored.losses()).containsExactly("unpinned a");
  }

  @Test
  void aResumedFileIsVerifiedAsAWhole() throws Exception {
    upstream.put("/a", FILE).breakingAt(500_000, 600_000);
    pinned.put("/a", sha256(FILE));
    assertThat(mirrored.read("/a")).isEqualTo(FILE);
    await().untilAsserted(() -> assertThat(mirrored.ends("/a")).containsExactly(Note.End.KEPT));
  }

  @Test
  void thereIsNoWayPastAPin() throws Exception {
    upstream.put("/a", Mirrored.random(65 << 20));
    pinned.put("/a", sha256(FILE));
    Answer answer = mirrored.ask("/a");
    assertThat(answer).isInstanceOf(Answer.Unavailable.class);
    assertThat(((Answer.Unavailable) answer).reason()).contains("no room");
  }

  @Test
  void aRangeFarAheadOfAPinnedFileWaitsForAll() throws Exception {
    byte[] large = Mirrored.random(20 << 20);
    upstream.put("/a", large);
    pinned.put("/a", sha256(large));
    assertThat(mirrored.read("/a", 19 << 20)).hasSize(1 << 20);
    assertThat(upstream.requests).containsExactly("GET /a");
  }

  @Test
  void pinsAreReadAgainWhenTheyChange() throws Exception {
    Path file = elsewhere.resolve("sums");
    List<String> complaints = new ArrayList<>();
    Files.writeString(file, "# pins\n\n" + sha256(FILE).toUpperCase() + " *./x/a\n");
    PinFile pins = PinFile.read(file, complaints::add);
    assertThat(pins.of(Mirrored.path("/x/a"))).contains(sha256(FILE));
    assertThat(pins.of(Mirrored.path("/a"))).isEmpty();

    Files.writeString(file, "nonsense\n");
    assertThat(pins.of(Mirrored.path("/x/a"))).contains(sha256(FILE));
    pins.of(Mirrored.path("/x/a"));
    assertThat(complaints).hasSize(1);

    Path fresh = Files.writeString(elsewhere.resolve("new"), sha256(SMALL) + "  a\n");
    Files.move(fresh, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThat(pins.of(Mirrored.path("/a"))).contains(sha256(SMALL));
    assertThat(pins.of(Mirrored.path("/x/a"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc  a\n", "%s a\n", "%s  ../../a\n"})
  void whatIsNoPinIsRefused(String line) throws Exception {
    Path file = Files.writeString(elsewhere.resolve("sums"), line.formatted(sha256(FILE)));
    assertThatThrownBy(() -> PinFile.read(file, complaint -> {})).isInstanceOf(IOException.class);
  }
}
