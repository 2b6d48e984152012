package dev.bootbus.schema.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;

/// A file that a backend answers in pieces.
final class FilePieces {
  private static final int MOST_PIECES = 2_000;
  private static final int MOST_BYTES = 64 << 20;
  private static final long LONGEST = Duration.ofSeconds(30).toNanos();

  private static final String ONE_PIECE = "it comes in one piece";

  private FilePieces() {}

  /// What cannot be a piece of the file.
  private static final class BadPieceException extends Exception {
    private static final long serialVersionUID = 1;
    private final transient Verdict verdict;

    BadPieceException(Verdict verdict) {
      super("", null, false, false);
      this.verdict = verdict;
    }

    BadPieceException(String what, String remedy) {
      this(Verdict.failed(what, remedy));
    }
  }

  /// @param size of the whole file; negative if it is not told
  private record Piece(byte[] bytes, boolean more, long size, String version) {}

  static Verdict fitTogether(Session session) throws InterruptedException {
    if (session.plan().file().isEmpty()) {
      return FileChecks.NOT_ASKED_FOR;
    }
    try {
      return walk(session);
    } catch (BadPieceException e) {
      return e.verdict;
    }
  }

  private static Verdict walk(Session session) throws InterruptedException, BadPieceException {
    long end = System.nanoTime() + LONGEST;
    Piece first = first(session);
    Piece piece = first;
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(piece.bytes);
    int pieces = 1;
    while (piece.more) {
      if (pieces == MOST_PIECES || file.size() > MOST_BYTES || System.nanoTime() - end > 0) {
        return Verdict.passed("%,d bytes in %,d pieces, and more".formatted(file.size(), pieces));
      }
      piece = ask(session, file.size(), first.version);
      checkSame(first, piece, file.size());
      file.writeBytes(piece.bytes);
      pieces++;
    }
    if (first.size >= 0 && first.size != file.size()) {
      throw new BadPieceException(
          "the Size is %d, and it ends after %d".formatted(first.size, file.size()),
          "Leave out Size where it is not known, and say More until the last piece.");
    }
    return Verdict.passed(
        pieces == 1 ? ONE_PIECE : "%,d bytes in %,d pieces".formatted(file.size(), pieces));
  }

  private static void checkSame(Piece first, Piece next, long offset) throws BadPieceException {
    if (!next.version.equals(first.version)) {
      throw new BadPieceException(
          "the piece from %d is of Version \"%s\", the first of \"%s\""
              .formatted(offset, Answer.brief(next.version), Answer.brief(first.version)),
          "Give every piece of one state of the file the same Version.");
    }
    if (next.size != first.size) {
      throw new BadPieceException(
          "the piece from %d says Size %d, the first %d".formatted(offset, next.size, first.size),
          "Give every piece of one state of the file the same Size.");
    }
  }

  static Verdict beginAnywhere(Session session) throws InterruptedException {
    if (session.plan().file().isEmpty()) {
      return FileChecks.NOT_ASKED_FOR;
    }
    try {
      Piece first = first(session);
      if (!first.more) {
        return Verdict.passed(ONE_PIECE);
      }
      int middle = first.bytes.length / 2;
      Piece second = ask(session, middle, first.version);
      int both = Math.min(first.bytes.length - middle, second.bytes.length);
      return Arrays.equals(first.bytes, middle, middle + both, second.bytes, 0, both)
          ? Verdict.passed("from %d it is the same file".formatted(middle))
          : Verdict.failed(
              "from %d it is another file".formatted(middle),
              "Begin the answer with the byte at Offset, whatever was asked before.");
    } catch (BadPieceException e) {
      return e.verdict;
    }
  }

  private static Piece first(Session session) throws InterruptedException, BadPieceException {
    Reply reply = ask(session, Question.ofFile(path(session), session.machine()));
    if (Session.readable(reply).filter(answer -> !answer.isError()).isEmpty()) {
      throw new BadPieceException(Verdict.skipped("there is no such file: see file-known"));
    }
    return piece(Session.readable(reply).orElseThrow(), 0);
  }

  private static String path(Session session) {
    return session.plan().file().orElseThrow();
  }

  private static Reply ask(Session session, Question question) throws InterruptedException {
    return session.conversation().ask(session.plan().subjects().file(), question.bytes());
  }

  private static Piece ask(Session session, long offset, String version)
      throws InterruptedException, BadPieceException {
    Question question = Question.ofFile(path(session), session.machine()).with("Offset", offset);
    Reply reply = ask(session, version.isEmpty() ? question : question.with("Version", version));
    Answer answer =
        Session.readable(reply)
            .orElseThrow(
                () ->
                    new BadPieceException(
                        Session.judge(
                            reply, _ -> Verdict.failed("it cannot be read", "Reply in JSON."))));
    if (answer.isError()) {
      throw new BadPieceException(
          "%s from offset %d".formatted(answer.outcome(), offset),
          "Answer with the piece that begins at Offset; with none and without More at the end.");
    }
    return piece(answer, offset);
  }

  private static Piece piece(Answer answer, long offset) throws BadPieceException {
    JsonNode size = Answer.field(answer.data(), "Size");
    boolean more = Answer.field(answer.data(), "More").asBoolean();
    byte[] bytes = bytes(answer);
    if (more && bytes.length == 0) {
      throw new BadPieceException(
          "the piece from %d has no bytes, and says More".formatted(offset),
          "Wait for bytes as long as the deadline allows, and leave More out at the end.");
    }
    return new Piece(
        bytes,
        more,
        Answer.isUnset(size) ? -1 : size.asLong(),
        Answer.field(answer.data(), "Version").asText(""));
  }

  private static byte[] bytes(Answer answer) throws BadPieceException {
    JsonNode content = Answer.field(answer.data(), "Content");
    JsonNode base64 = Answer.field(answer.data(), "Base64");
    if (content.isTextual()) {
      return content.textValue().getBytes(StandardCharsets.UTF_8);
    }
    try {
      if (base64.isTextual()) {
        return Base64.getDecoder().decode(base64.textValue());
      }
    } catch (IllegalArgumentException e) {
      throw new BadPieceException(
          "Base64 cannot be decoded: " + Answer.brief(base64.textValue()),
          "Write standard base64 with padding, without line ends.");
    }
    throw new BadPieceException(
        "a piece has neither Content nor Base64",
        "Put text into Content, and anything else into Base64.");
  }
}
