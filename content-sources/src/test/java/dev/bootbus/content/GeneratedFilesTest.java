package dev.bootbus.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.bootbus.content.ContentSource.Answer;
import dev.bootbus.content.ContentSource.Fault;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.FileAnswer;
import dev.bootbus.schema.FileRequest;
import dev.bootbus.schema.FileRequest.Protocol;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.Traceparent;
import dev.bootbus.schema.testing.NatsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GeneratedFilesTest {
  private static final Duration DEADLINE = Duration.ofMillis(400);
  private static final byte[] BYTES = new byte[2 * FileAnswer.PIECE + 1000];
  private static final Asker ASKER =
      new Asker(
          Protocol.HTTP, InetAddress.getLoopbackAddress(), MacAddress.NONE, Traceparent.fresh());

  private static NatsServer nats;
  private static Bus asking;

  private final List<FileRequest> asked = new CopyOnWriteArrayList<>();
  private Bus backend;
  private Bus.FileHandler handler = _ -> new FileAnswer.NotFound("not set");

  @BeforeAll
  static void start() throws Exception {
    new Random(3).nextBytes(BYTES);
    nats = NatsServer.start();
    asking = bus("asking");
  }

  @AfterAll
  static void stop() throws Exception {
    asking.close();
    nats.close();
  }

  @BeforeEach
  void answer() throws Exception {
    backend = bus("backend");
    backend.answerFiles(
        "test",
        request -> {
          asked.add(request);
          return handler.answer(request);
        });
    GeneratedFiles files = files(1 << 20);
    await().until(() -> !(files.open(path("any"), ASKER) instanceof Answer.Unavailable));
    asked.clear();
  }

  @AfterEach
  void close() {
    backend.close();
  }

  private static Bus bus(String name) {
    return Bus.connect(
        BusSettings.of(name).withServers(nats.url()).withDeadline(DEADLINE), _ -> {});
  }

  private static BootPath path(String name) throws Exception {
    return BootPath.ofTftp(name);
  }

  private static GeneratedFiles files(long most) throws Exception {
    return new GeneratedFiles(asking, GeneratedNames.of(List.of("any", "overlay/")), most);
  }

  private Content open() throws Exception {
    Answer answer = files(1L << 30).open(path("any"), ASKER);
    assertThat(answer).isInstanceOf(Answer.Found.class);
    return ((Answer.Found) answer).content();
  }

  private static byte[] read(Content content, long offset) throws IOException {
    try (content;
        InputStream in = content.from(offset)) {
      return in.readAllBytes();
    }
  }

  private static FileAnswer.Content text(String text) {
    return new FileAnswer.Content(text, "text/plain");
  }

  @ParameterizedTest
  @CsvSource({
    "any, true",
    "any/, false",
    "x/any, false",
    "overlay, false",
    "overlay/, false",
    "overlay/a, true",
    "overlay/a/b, true",
    "overlayx/a, false",
    "'', false",
  })
  void onlyTheNamesGivenAreAskedFor(String name, boolean found) throws Exception {
    handler = _ -> text("x");

    assertThat(files(100).open(path(name), ASKER) instanceof Answer.Found).isEqualTo(found);
    assertThat(asked).hasSize(found ? 1 : 0);
  }

  @Test
  void bytesThatAreNoTextAreServed() throws Exception {
    byte[] bytes = {0, -1, (byte) 0xc3};
    handler = _ -> new FileAnswer.Content(bytes, "application/gzip").ofSize(3);

    assertThat(read(open(), 0)).isEqualTo(bytes);
  }

  @Test
  void piecesBecomeOneFile() throws Exception {
    handler = request -> FileAnswer.Content.piece(request, BYTES, "a/b", "v1");

    Content.Streamed content = (Content.Streamed) open();

    assertThat(content.size()).hasValue(BYTES.length);
    assertThat(content.version()).isEqualTo("v1");
    assertThat(content.mediaType()).isEqualTo("a/b");
    assertThat(read(content, 0)).isEqualTo(BYTES);
    assertThat(asked)
        .extracting(FileRequest::offset)
        .containsExactly(0L, (long) FileAnswer.PIECE, 2L * FileAnswer.PIECE);
    assertThat(asked).extracting(FileRequest::version).containsExactly("", "v1", "v1");
  }

  @ParameterizedTest
  @CsvSource({"5", "524287", "524288", "600000", "1049575", "1049576"})
  void aFileInPiecesCanBeReadFromAnywhere(int offset) throws Exception {
    handler = request -> FileAnswer.Content.piece(request, BYTES, "a/b", "");

    assertThat(read(open(), offset)).isEqualTo(Arrays.copyOfRange(BYTES, offset, BYTES.length));
  }

  /// The idea of a generator: nobody knows how long it will be.
  @Test
  void theSizeNeedNotBeKnown() throws Exception {
    handler =
        request ->
            request.offset() < 30 ? text("%010d".formatted(request.offset())).andMore() : text("");

    Content content = open();

    assertThat(content.size()).isEmpty();
    assertThat(read(content, 0)).isEqualTo("000000000000000000100000000020".getBytes(UTF_8));
  }

  @Test
  void onePieceIsAskedForAhead() throws Exception {
    handler = _ -> text("0123456789").andMore();
    try (InputStream in = open().from(0)) {
      in.readNBytes(5);
      await().until(() -> asked.size() == 2);
      in.readNBytes(5);
      assertThat(asked).hasSize(2);
      in.readNBytes(1);
      await().until(() -> asked.size() == 3);
    }
    assertThat(asked).hasSize(3);
  }

  @Test
  void aBackendThatNeverEndsIsBrokenOff() throws Exception {
    handler = _ -> text("0123456789".repeat(100)).andMore();

    Content content = ((Answer.Found) files(5_500).open(path("any"), ASKER)).content();

    assertThatThrownBy(() -> read(content, 0))
        .hasMessage("The backend broke off /any after 5000 bytes: it has more than 5500 bytes.");
  }

  @Test
  void oneThatSaysSoAtOnceIsNotBegun() throws Exception {
    handler = _ -> text("0123456789").andMore().ofSize(5_501);

    assertThat(files(5_500).open(path("any"), ASKER))
        .isEqualTo(
            new Answer.Unavailable(Fault.BACKEND, "The backend's /any has more than 5500 bytes."));
  }

  /// Of the file "abcdefgh" in pieces of 3.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "version | after 3 bytes: the file has changed.",
        "size | after 3 bytes: its size has changed.",
        "short | after 6 bytes: it should have 9 bytes, and has 8.",
        "long | after 3 bytes: it should have 5 bytes, and has more than 6.",
        "empty | after 6 bytes: a piece has no bytes, and is not the last.",
        "missing | after 6 bytes: gone.",
        "denied | after 6 bytes: gone.",
        "not-ready | after 6 bytes: gone.",
        "failed | after 6 bytes: gone.",
        "silent | after 6 bytes: bootbus.v1.file",
      })
  void aFileThatDoesNotFitTogetherBreaksOff(String how, String why) throws Exception {
    handler =
        request -> {
          long offset = request.offset();
          String rest = "abcdefgh".substring((int) offset);
          FileAnswer.Content whole = text(rest.substring(0, Math.min(3, rest.length())));
          FileAnswer.Content piece = rest.length() > 3 ? whole.andMore() : whole;
          boolean last = offset == 6;
          return switch (how) {
            case "version" -> piece.ofVersion("v" + offset);
            case "size" -> piece.ofSize(8 + offset);
            case "short" -> piece.ofSize(9);
            case "long" -> piece.ofSize(5);
            case "empty" -> last ? text("").andMore() : piece;
            case "missing" -> last ? new FileAnswer.NotFound("gone") : piece;
            case "denied" -> last ? new FileAnswer.Denied("gone") : piece;
            case "not-ready" -> last ? new FileAnswer.NotReady("gone", Duration.ofHours(1)) : piece;
            case "failed" -> last ? new FileAnswer.Failed(500, "gone") : piece;
            case "silent" -> {
              if (last) {
                Thread.sleep(DEADLINE.multipliedBy(3));
              }
              yield piece;
            }
            default -> throw new IllegalArgumentException(how);
          };
        };

    assertThatThrownBy(() -> read(open(), 0))
        .isInstanceOfSatisfying(
            SourceFailedException.class, e -> assertThat(e.fault()).isEqualTo(Fault.BACKEND))
        .message()
        .startsWith("The backend broke off /any ")
        .contains(why.replaceAll("bootbus.*", ""));
  }

  @Test
  void aPieceThatNobodyAnsweredIsAskedForOnceMore() throws Exception {
    AtomicInteger times = new AtomicInteger();
    handler =
        request -> {
          if (request.offset() == FileAnswer.PIECE && times.incrementAndGet() == 1) {
            Thread.sleep(DEADLINE.multipliedBy(3));
          }
          return FileAnswer.Content.piece(request, BYTES, "a/b", "");
        };

    assertThat(read(open(), 0)).isEqualTo(BYTES);
    assertThat(times).hasValue(2);
  }

  @Test
  void aPieceThatIsNotReadyIsWaitedFor() throws Exception {
    AtomicInteger times = new AtomicInteger();
    handler =
        request ->
            request.offset() == FileAnswer.PIECE && times.incrementAndGet() == 1
                ? new FileAnswer.NotReady("being packed", Duration.ofSeconds(1))
                : FileAnswer.Content.piece(request, BYTES, "a/b", "");

    assertThat(read(open(), 0)).isEqualTo(BYTES);
    assertThat(times).hasValue(2);
  }

  @Test
  void anAnswerThatContradictsItselfIsNone() throws Exception {
    for (FileAnswer wrong :
        List.of(
            text("abc").ofSize(4),
            text("").andMore(),
            text("abc").ofSize(3).andMore(),
            text("abc").ofSize(2).andMore())) {
      handler = _ -> wrong;

      assertThat(files(1000).open(path("any"), ASKER))
          .as("%s", wrong)
          .isInstanceOfSatisfying(
              Answer.Unavailable.class, no -> assertThat(no.fault()).isEqualTo(Fault.BACKEND));
    }
  }

  @Test
  void notReadyAndTheTokenGoThrough() throws Exception {
    handler = _ -> new FileAnswer.NotReady("being packed", Duration.ofSeconds(7));

    assertThat(files(10).open(path("any"), ASKER.withToken("s3cret")))
        .isEqualTo(new Answer.NotReady("being packed", Duration.ofSeconds(7)));
    assertThat(asked.getFirst().token()).isEqualTo("s3cret");
    assertThat(ASKER.withToken("s3cret").toString()).doesNotContain("s3cret");
  }
}
