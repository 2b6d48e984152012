package dev.bootbus.http.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.bootbus.content.Asker;
import dev.bootbus.content.Content;
import dev.bootbus.content.ContentSource.Answer;
import dev.bootbus.content.ContentSource.Fault;
import dev.bootbus.content.SourceFailedException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class MirrorTest {
  private static final int MIB = 1 << 20;
  private static final byte[] FILE = Mirrored.random(3 * MIB + 7);

  @TempDir Path directory;
  private FakeUpstream upstream;
  private Mirrored mirrored;

  @BeforeEach
  void start() throws Exception {
    upstream = FakeUpstream.start();
    mirrored = Mirrored.of(upstream, directory);
  }

  @AfterEach
  void stop() throws Exception {
    mirrored.close();
    upstream.close();
  }

  private void awaitEnd(String name, Note.End... ends) {
    await().untilAsserted(() -> assertThat(mirrored.ends(name)).containsExactly(ends));
  }

  @Test
  void theFirstRequestGetsBytesBeforeAllHaveArrived() throws Exception {
    CountDownLatch gate = upstream.put("/a", FILE).stoppingAt(MIB);
    try (Content content = mirrored.open("/a");
        InputStream in = content.from(0)) {
      byte[] half = in.readNBytes(MIB);
      gate.countDown();
      byte[] rest = in.readAllBytes();

      assertThat(content).isInstanceOf(Content.Streamed.class);
      assertThat(content.size()).hasValue(FILE.length);
      assertThat(half).isEqualTo(java.util.Arrays.copyOf(FILE, MIB));
      assertThat(rest).hasSize(FILE.length - MIB);
    }
  }

  @Test
  void fiftyColdRequestsCostOneDownload() throws Exception {
    CountDownLatch gate = upstream.put("/a", FILE).stoppingAt(MIB);
    CountDownLatch begun = new CountDownLatch(50);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<byte[]> reader =
          () -> {
            try (Content content = mirrored.open("/a");
                InputStream in = content.from(0)) {
              byte[] first = in.readNBytes(1);
              begun.countDown();
              byte[] rest = in.readAllBytes();
              return java.nio.ByteBuffer.allocate(FILE.length).put(first).put(rest).array();
            }
          };
      List<Future<byte[]>> readers = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        readers.add(threads.submit(reader));
      }
      begun.await();
      assertThat(mirrored.mirror.list(10).shown().getFirst().readers()).isEqualTo(50);
      gate.countDown();
      for (Future<byte[]> read : readers) {
        assertThat(read.get()).isEqualTo(FILE);
      }
    }
    assertThat(upstream.requests).containsExactly("GET /a");
  }

  @Test
  void theSecondRequestIsServedFromDisk() throws Exception {
    CountDownLatch gate = upstream.put("/dir/a%20b%25", FILE).stoppingAt(MIB);
    String streamed;
    try (Content content = mirrored.open("/dir/a%20b%25");
        InputStream in = content.from(0)) {
      streamed = ((Content.Streamed) content).version();
      gate.countDown();
      assertThat(in.readAllBytes()).isEqualTo(FILE);
    } catch (AssertionError e) {
      throw new AssertionError(upstream.requests.toString(), e);
    }
    awaitEnd("/dir/a%20b%25", Note.End.KEPT);

    try (Content content = mirrored.open("/dir/a%20b%25")) {
      assertThat(content).isInstanceOf(Content.OpenFile.class);
      var version = ((Content.OpenFile) content).version();
      long nanos = version.modified().to(java.util.concurrent.TimeUnit.NANOSECONDS);
      // the ETag that http-server makes of it
      assertThat(Long.toHexString(version.size()) + "-" + Long.toHexString(nanos))
          .isEqualTo(streamed);
      assertThat(content.from(0).readAllBytes()).isEqualTo(FILE);
    }
    assertThat(upstream.requests).hasSize(1);
  }

  @Test
  void aDownloadGoesOnWhenItsReaderLeaves() throws Exception {
    CountDownLatch gate = upstream.put("/a", FILE).stoppingAt(MIB);
    try (Content content = mirrored.open("/a");
        InputStream in = content.from(0)) {
      in.readNBytes(10);
    }
    gate.countDown();
    awaitEnd("/a", Note.End.KEPT);
    assertThat(mirrored.read("/a")).isEqualTo(FILE);
  }

  @Test
  void aRangeWaitsForItsBytesToArrive() throws Exception {
    CountDownLatch gate = upstream.put("/a", FILE).stoppingAt(MIB);
    try (Content content = mirrored.open("/a");
        InputStream in = content.from(2 * MIB)) {
      Thread.ofVirtual().start(gate::countDown);
      assertThat(in.readNBytes(100))
          .isEqualTo(java.util.Arrays.copyOfRange(FILE, 2 * MIB, 2 * MIB + 100));
    }
    assertThat(upstream.requests).containsExactly("GET /a");
  }

  @Test
  void aRangeFarAheadIsFetchedByItself() throws Exception {
    byte[] large = Mirrored.random(20 * MIB);
    CountDownLatch gate = upstream.put("/a", large).stoppingAt(MIB);
    int far = 19 * MIB;
    try (Content content = mirrored.open("/a")) {
      upstream.put("/a", large);
      try (InputStream in = content.from(far)) {
        assertThat(in.readAllBytes())
            .isEqualTo(java.util.Arrays.copyOfRange(large, far, large.length));
      }
    }
    assertThat(upstream.requests)
        .containsExactly("GET /a", "GET /a range=bytes=" + far + "- if-range=\"1\"");
    gate.countDown();
    awaitEnd("/a", Note.End.KEPT);
  }

  @Test
  void aRangeOfAStalledDownloadEndsInTime() throws Exception {
    mirrored.close();
    mirrored = Mirrored.impatient(upstream, directory);
    upstream.put("/a", FILE).stoppingAt(MIB);
    try (Content content = mirrored.open("/a");
        InputStream in = content.from(2 * MIB)) {
      assertThatThrownBy(in::read)
          .isInstanceOf(SourceFailedException.class)
          .extracting(e -> ((SourceFailedException) e).fault())
          .isEqualTo(Fault.UPSTREAM_SILENT);
    }
  }

  @ParameterizedTest
  @MethodSource("resumes")
  void aBrokenDownloadIsResumed(
      String version, boolean ranges, Integer[] breaks, List<String> requests) throws Exception {
    FakeUpstream.Resource file = upstream.put("/a", FILE).version(version).breakingAt(breaks);
    if (!ranges) {
      file.withoutRanges();
    }
    assertThat(mirrored.read("/a")).isEqualTo(FILE);
    awaitEnd("/a", Note.End.KEPT);
    assertThat(upstream.requests).isEqualTo(requests);
    assertThat(mirrored.read("/a")).isEqualTo(FILE);
  }

  private static Stream<Arguments> resumes() {
    String date = "Mon, 05 Jan 2026 10:00:00 GMT";
    return Stream.of(
        Arguments.of(
            "\"x\"",
            true,
            new Integer[] {MIB, 2 * MIB},
            List.of(
                "GET /a",
                "GET /a range=bytes=" + MIB + "- if-range=\"x\"",
                "GET /a range=bytes=" + 2 * MIB + "- if-range=\"x\"")),
        Arguments.of(
            date,
            true,
            new Integer[] {MIB},
            List.of("GET /a", "GET /a range=bytes=" + MIB + "- if-range=" + date)),
        // RFC 9110 §14.2: a server may ignore Range
        Arguments.of(
            "\"x\"",
            false,
            new Integer[] {MIB},
            List.of("GET /a", "GET /a range=bytes=" + MIB + "- if-range=\"x\"")));
  }

  @Test
  void anotherVersionIsNeverMixedIn() throws Exception {
    CountDownLatch gate = upstream.put("/a", FILE).breakingAt(2 * MIB).stoppingAt(MIB);
    byte[] other = Mirrored.random(2 * MIB);
    try (Content content = mirrored.open("/a");
        InputStream in = content.from(0)) {
      in.readNBytes(MIB);
      upstream.put("/a", other).version("\"2\"");
      gate.countDown();
      assertThatThrownBy(in::readAllBytes).hasMessageContaining("changed upstream");
    }
    awaitEnd("/a", Note.End.FAILED);
    assertThat(Mirrored.names(directory)).containsExactly("lock");
    assertThat(mirrored.read("/a")).isEqualTo(other);
  }

  @Test
  void whatHasNoVersionIsNotResumedAndLeavesNothingBehind() throws Exception {
    CountDownLatch gate = upstream.put("/a", FILE).version("").breakingAt(2 * MIB).stoppingAt(MIB);
    try (Content content = mirrored.open("/a");
        InputStream in = content.from(0)) {
      gate.countDown();
      assertThatThrownBy(in::readAllBytes)
          .isInstanceOf(SourceFailedException.class)
          .hasMessageContaining("broke off /a");
    }
    awaitEnd("/a", Note.End.FAILED);
    assertThat(Mirrored.names(directory)).containsExactly("lock");

    assertThat(mirrored.read("/a")).isEqualTo(FILE);
    assertThat(upstream.requests).containsExactly("GET /a", "GET /a");
  }

  @Test
  void aFileOfUnknownSizeIsKept() throws Exception {
    CountDownLatch gate = upstream.put("/a", FILE).withoutLength().stoppingAt(MIB);
    try (Content content = mirrored.open("/a");
        InputStream in = content.from(0)) {
      gate.countDown();
      assertThat(content.size()).isEmpty();
      assertThat(((Content.Streamed) content).version()).isEmpty();
      assertThat(in.readAllBytes()).isEqualTo(FILE);
    }
    awaitEnd("/a", Note.End.KEPT);
    assertThat(mirrored.read("/a")).isEqualTo(FILE);
    assertThat(upstream.requests).hasSize(1);
  }

  @Test
  void anEmptyFileIsKept() throws Exception {
    upstream.put("/a", new byte[0]);
    assertThat(mirrored.read("/a")).isEmpty();
    awaitEnd("/a", Note.End.KEPT);
    assertThat(mirrored.read("/a")).isEmpty();
  }

  @Test
  void anUpstreamThatPromisesMoreThanItSendsFails() throws Exception {
    CountDownLatch gate = upstream.put("/a", FILE).version("").lying(5).stoppingAt(MIB);
    try (Content content = mirrored.open("/a");
        InputStream in = content.from(0)) {
      gate.countDown();
      assertThatThrownBy(in::readAllBytes).hasMessageContaining("after 3145735 of 3145740 bytes");
    }
    awaitEnd("/a", Note.End.FAILED);
    assertThat(Mirrored.names(directory)).containsExactly("lock");
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void whatUpstreamSaysIsPassedOn(String response, Answer answer, Note.End end) throws Exception {
    mirrored.close();
    mirrored = Mirrored.impatient(upstream, directory);
    FakeUpstream.Resource file = upstream.put("/a", new byte[0]).always(response);
    if (response.isEmpty()) {
      file.now(FILE, "\"1\"").stoppingAt(0);
    }
    Answer got = mirrored.ask("/a");
    assertThat(got.getClass()).isEqualTo(answer.getClass());
    if (answer instanceof Answer.Unavailable(var fault, _)) {
      assertThat(((Answer.Unavailable) got).fault()).isEqualTo(fault);
    }
    assertThat(mirrored.ends("/a")).allMatch(end::equals);
  }

  private static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of(
            "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n",
            new Answer.Missing(""),
            Note.End.REFUSED),
        Arguments.of(
            "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n",
            new Answer.Denied(""),
            Note.End.REFUSED),
        Arguments.of(
            "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n",
            new Answer.Unavailable(Fault.UPSTREAM, ""),
            Note.End.FAILED),
        Arguments.of(
            "HTTP/1.1 302 No\r\nLocation: /a\r\nContent-Length: 0\r\n\r\n",
            new Answer.Unavailable(Fault.UPSTREAM, ""),
            Note.End.FAILED),
        Arguments.of("SSH-2.0-x\r\n", new Answer.Unavailable(Fault.UPSTREAM, ""), Note.End.FAILED),
        Arguments.of("", new Answer.Unavailable(Fault.UPSTREAM_SILENT, ""), Note.End.FAILED));
  }

  @Test
  void aRedirectIsFollowed() throws Exception {
    upstream.put("/b", FILE);
    upstream
        .put("/a", new byte[0])
        .always("HTTP/1.1 302 There\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n");
    assertThat(mirrored.read("/a")).isEqualTo(FILE);
  }

  @Test
  void theRequestAfterAFailureTriesAgain() throws Exception {
    upstream.put("/a", FILE).always("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n");
    assertThat(mirrored.ask("/a")).isInstanceOf(Answer.Unavailable.class);
    upstream.put("/a", FILE);
    assertThat(mirrored.read("/a")).isEqualTo(FILE);
  }

  @Test
  void aHerdAtADeadUpstreamIsOneRequest() throws Exception {
    mirrored.close();
    mirrored = Mirrored.impatient(upstream, directory);
    upstream.put("/a", FILE).always("HTTP/1.1 103 Wait\r\n\r\n");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> answers = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        answers.add(threads.submit(() -> mirrored.ask("/a")));
      }
      for (Future<Answer> answer : answers) {
        assertThat(answer.get()).isInstanceOf(Answer.Unavailable.class);
      }
    }
    assertThat(upstream.requests).hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void whatIsFreshIsNotAskedForAndWhatIsOldIs() throws Exception {
    upstream.put("/a", FILE);
    mirrored.read("/a");
    awaitEnd("/a", Note.End.KEPT);
    mirrored.pass(Mirrored.FRESH.minusSeconds(5));
    mirrored.read("/a");
    mirrored.pass(Duration.ofSeconds(10));
    assertThat(mirrored.read("/a")).isEqualTo(FILE);
    mirrored.read("/a");
    assertThat(upstream.requests).containsExactly("GET /a", "GET /a if-none-match=\"1\"");
    assertThat(mirrored.ends("/a")).containsExactly(Note.End.KEPT, Note.End.UNCHANGED);
  }

  @Test
  void whatChangedUpstreamTakesThePlaceOfTheOld() throws Exception {
    upstream.put("/a", FILE);
    mirrored.read("/a");
    awaitEnd("/a", Note.End.KEPT);
    byte[] other = Mirrored.random(MIB);
    upstream.put("/a", other).version("\"2\"");
    mirrored.pass(Mirrored.FRESH.plusSeconds(1));
    try (Content old = mirrored.open("/a")) {
      assertThat(old.from(0).readAllBytes()).isEqualTo(other);
    }
    awaitEnd("/a", Note.End.KEPT, Note.End.KEPT);
    assertThat(Mirrored.names(directory)).hasSize(3);
    assertThat(mirrored.read("/a")).isEqualTo(other);
  }

  @Test
  void whatIsGoneUpstreamGoes() throws Exception {
    upstream.put("/a", FILE);
    mirrored.read("/a");
    awaitEnd("/a", Note.End.KEPT);
    upstream.remove("/a");
    mirrored.pass(Mirrored.FRESH.plusSeconds(1));
    assertThat(mirrored.ask("/a")).isInstanceOf(Answer.Missing.class);
    assertThat(mirrored.losses()).containsExactly("changed a");
  }

  @Test
  void theOldIsServedWhileUpstreamIsDead() throws Exception {
    upstream.put("/a", FILE);
    mirrored.read("/a");
    awaitEnd("/a", Note.End.KEPT);
    upstream.close();
    mirrored.pass(Mirrored.FRESH.plusSeconds(1));
    assertThat(mirrored.read("/a")).isEqualTo(FILE);
    assertThat(mirrored.read("/a")).isEqualTo(FILE);
    // asked once, and not again at each request
    assertThat(mirrored.ends("/a")).containsExactly(Note.End.KEPT, Note.End.FAILED);
    assertThat(mirrored.notes).anyMatch(Note.Stale.class::isInstance);
  }

  @Test
  void whoOnlyLooksCausesNoDownload() throws Exception {
    upstream.put("/a", FILE);
    Asker looking = Mirrored.asker().wishing(Asker.Wish.FACTS);
    Answer answer = mirrored.mirror.open(Mirrored.path("/a"), looking);
    try (Content content = ((Answer.Found) answer).content()) {
      assertThat(content.size()).hasValue(FILE.length);
    }
    assertThat(upstream.requests).containsExactly("HEAD /a");
    assertThat(mirrored.notes).isEmpty();
  }

  @Test
  void namesOnDiskAreOurs() throws Exception {
    upstream.put("/..%2Fa", FILE);
    assertThatThrownBy(() -> mirrored.ask("/..%2Fa"));
    upstream.put("/lock", FILE);

    upstream.put("/x/y", FILE);
    upstream.put("/x", FILE);
    for (String name : List.of("/lock", "/x/y", "/x")) {
      assertThat(mirrored.read(name)).isEqualTo(FILE);
      awaitEnd(name, Note.End.KEPT);
    }
    assertThat(Mirrored.names(directory))
        .hasSize(7)
        .allMatch(name -> name.matches("lock|[0-9a-f]{16}\\.(data|label)"));
  }

  @Test
  void whatIsDeletedIsFetchedAgainAndItsReadersReadOn() throws Exception {
    upstream.put("/a", FILE);
    mirrored.read("/a");
    awaitEnd("/a", Note.End.KEPT);
    try (Content reading = mirrored.open("/a")) {
      assertThat(mirrored.mirror.delete(Mirrored.path("/a"))).isTrue();
      assertThat(mirrored.mirror.delete(Mirrored.path("/a"))).isFalse();
      assertThat(reading.from(0).readAllBytes()).isEqualTo(FILE);
    }
    assertThat(Mirrored.names(directory)).containsExactly("lock");
    assertThat(mirrored.read("/a")).isEqualTo(FILE);
    assertThat(upstream.requests).hasSize(2);
    awaitEnd("/a", Note.End.KEPT, Note.End.KEPT);
    assertThat(mirrored.mirror.clear()).isEqualTo(1);
    assertThat(Mirrored.names(directory)).containsExactly("lock");
  }

  @Test
  void whatIsDeletedWhileItArrivesEndsForItsReaders() throws Exception {
    upstream.put("/a", FILE).stoppingAt(MIB);
    try (Content content = mirrored.open("/a");
        InputStream in = content.from(0)) {
      in.readNBytes(MIB);
      assertThat(mirrored.mirror.delete(Mirrored.path("/a"))).isTrue();
      assertThatThrownBy(in::read).hasMessageContaining("was stopped");
    }
    awaitEnd("/a", Note.End.STOPPED);
    assertThat(Mirrored.names(directory)).containsExactly("lock");
  }

  @Test
  void theListTellsWhatIsThereAndWhatIsComing() throws Exception {
    upstream.put("/a", FILE);
    mirrored.read("/a");
    awaitEnd("/a", Note.End.KEPT);
    mirrored.read("/a");
    mirrored.pass(Duration.ofSeconds(60));
    upstream.put("/b", FILE).stoppingAt(MIB);
    try (Content content = mirrored.open("/b");
        InputStream in = content.from(0)) {
      in.readNBytes(MIB);
      Mirror.Listing listing = mirrored.mirror.list(10);

      assertThat(listing.kept()).isEqualTo(1);
      assertThat(listing.bytes()).isGreaterThan(2 * FILE.length);
      Mirror.Entry coming = listing.shown().get(0);
      assertThat(coming.path()).isEqualTo("/b");
      assertThat(coming.state()).isEqualTo("arriving");
      assertThat(coming.arrived()).isEqualTo(MIB);
      assertThat(coming.size()).hasValue(FILE.length);
      assertThat(coming.readers()).isEqualTo(1);
      Mirror.Entry there = listing.shown().get(1);
      assertThat(there.path()).isEqualTo("/a");
      assertThat(there.state()).isEqualTo("kept");
      assertThat(there.hits()).isEqualTo(1);
      assertThat(there.age()).isEqualTo(Duration.ofSeconds(60));
      assertThat(there.sha256()).hasSize(64);
    }
    assertThat(mirrored.mirror.list(1).shown()).hasSize(1);
  }
}
