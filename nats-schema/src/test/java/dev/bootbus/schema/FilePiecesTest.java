package dev.bootbus.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bootbus.schema.FileAnswer.Content;
import dev.bootbus.schema.FileRequest.Protocol;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Files that do not fit into one message.
class FilePiecesTest {
  private static final FileRequest REQUEST =
      new FileRequest("f", Protocol.HTTP, InetAddress.ofLiteral("10.0.0.1"), MacAddress.NONE, "");

  private static String written(FileRequest request) {
    return new String(FileJson.write(Envelope.of("/t", "t"), request), UTF_8);
  }

  private static FileAnswer read(String data) throws MalformedMessageException {
    return FileJson.readAnswer(("{\"data\":" + data.replace('\'', '"') + "}").getBytes(UTF_8));
  }

  @Test
  void aRequestForTheWholeFileIsTheSameAsBeforeThereWerePieces() {
    assertThat(written(REQUEST)).contains("\"Peer\":\"10.0.0.1\"}").doesNotContain("Offset");
  }

  @Test
  void aRequestForAPieceComesBack() throws Exception {
    FileRequest piece = REQUEST.withToken("s3cret").from(524_288, "v1");

    String json = written(piece);

    assertThat(json).contains("\"Token\":\"s3cret\",\"Offset\":524288,\"Version\":\"v1\"}");
    assertThat(FileJson.readRequest(json.getBytes(UTF_8))).isEqualTo(piece);
  }

  @Test
  void aTokenIsNotShown() {
    assertThat(REQUEST.withToken("s3cret").toString()).contains("(secret)").doesNotContain("s3c");
  }

  @Test
  void aFileInMemoryIsGivenPieceByPiece() throws Exception {
    byte[] all = new byte[2 * FileAnswer.PIECE + 7];
    new Random(1).nextBytes(all);
    ByteArrayOutputStream came = new ByteArrayOutputStream();
    int pieces = 0;
    boolean more = true;
    while (more) {
      FileAnswer answer = Content.piece(REQUEST.from(came.size(), "v"), all, "a/b", "v");
      byte[] message = FileJson.write(Envelope.of("/t", "t"), answer);
      assertThat(message).hasSizeLessThan(1 << 20);
      Content piece = (Content) FileJson.readAnswer(message);
      assertThat(piece).isEqualTo(answer);
      assertThat(piece.size()).hasValue(all.length);
      came.writeBytes(piece.bytes());
      more = piece.more();
      pieces++;
    }

    assertThat(came.toByteArray()).isEqualTo(all);
    assertThat(pieces).isEqualTo(3);
    assertThatThrownBy(() -> Content.piece(REQUEST.from(all.length + 1, ""), all, "a/b", ""))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void bytesMayBeAnyBytes() throws Exception {
    byte[] bytes = {0, -1, (byte) 0xc3, 10};

    Content read =
        (Content)
            FileJson.readAnswer(
                FileJson.write(Envelope.of("/t", "t"), new Content(bytes, "application/gzip")));

    assertThat(read.bytes()).isEqualTo(bytes);
    assertThat(read).isEqualTo(new Content(bytes, "application/gzip"));
    assertThat(read.size()).isEqualTo(OptionalLong.empty());
  }

  @Test
  void notReadyIsError503ForOlderPeers() throws Exception {
    FileAnswer answer = new FileAnswer.NotReady("being packed", Duration.ofMillis(4100));

    String json = new String(FileJson.write(Envelope.of("/t", "t"), answer), UTF_8);

    assertThat(json)
        .contains("{\"Error\":{\"Code\":503,\"Message\":\"being packed\"},\"RetryAfter\":5}");
    assertThat(FileJson.readAnswer(json.getBytes(UTF_8)))
        .isEqualTo(new FileAnswer.NotReady("being packed", Duration.ofSeconds(5)));
    assertThat(read("{'Error':{'Code':503,'Message':'no'}}"))
        .isEqualTo(new FileAnswer.Failed(503, "no"));
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "PT-1S, 1", "PT0.5S, 1", "PT1S, 1", "PT100H, 86400"})
  void aTimeToWaitIsWholeSecondsUpToADay(String asked, long seconds) {
    Duration after = asked.equals("0") ? Duration.ZERO : Duration.parse(asked);

    assertThat(new FileAnswer.NotReady("", after).retryAfter()).hasSeconds(seconds);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'MediaType':'a/b'}",
        "{'Base64':'a','MediaType':'a/b'}",
        "{'Base64':7,'MediaType':'a/b'}",
        "{'Content':'x','Size':-1}",
        "{'Content':'x','Size':9007199254740992}",
        "{'Content':'x','Size':1.5}",
        "{'Content':'x','Version':'a b'}",
        "{'Content':'x','Version':'é'}",
        "{'Error':{'Code':503,'Message':'no'},'RetryAfter':-1}",
      })
  void whatCannotBeReadIsMalformed(String data) {
    assertThatThrownBy(() -> read(data)).isInstanceOf(MalformedMessageException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'content':'x','size':null,'more':false,'version':''}",
        "{'Content':'x','More':null}",
        "{'BASE64':'eA=='}",
      })
  void readersAreTolerant(String data) throws Exception {
    Content content = (Content) read(data);

    assertThat(content.bytes()).containsExactly('x');
    assertThat(content.more()).isFalse();
    assertThat(content.size()).isEmpty();
  }
}
