package dev.bootbus.schema.conformance;

import static dev.bootbus.schema.conformance.Check.must;
import static dev.bootbus.schema.conformance.Check.should;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bootbus.schema.conformance.Check.Needs;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;

/// The subject of files, where the backend serves it.
final class FileChecks {
  static final Verdict NOT_ASKED_FOR = Verdict.skipped("not asked for: say --file-subject SUBJECT");

  private static final String NO_FILE = "conformance/no-such-file";

  static final List<Check> ALL =
      List.of(
          must(
              "file-known",
              Needs.NOTHING,
              "iPXE gets its script this way.",
              session -> ask(session, session.plan().file().orElse(""), FileChecks::content)),
          must(
              "file-pieces",
              Needs.NOTHING,
              "A file that is longer than one message comes in pieces that must fit together.",
              FilePieces::fitTogether),
          must(
              "file-offset",
              Needs.NOTHING,
              "A machine, or a server that starts again, may begin anywhere in a file.",
              FilePieces::beginAnywhere),
          must(
              "file-unknown",
              Needs.NOTHING,
              "A file that is not there is 404 for HTTP and error 1 for TFTP.",
              session -> ask(session, NO_FILE, FileChecks::notFound)),
          should(
              "file-garbage",
              Needs.NOTHING,
              "Who asks wrongly should be told, and not wait.",
              FileChecks::garbage));

  private FileChecks() {}

  private static Verdict ask(Session session, String path, Function<Answer, Verdict> judgement)
      throws InterruptedException {
    return raw(session, Question.ofFile(path, session.machine()).bytes(), judgement);
  }

  private static Verdict raw(Session session, byte[] request, Function<Answer, Verdict> judgement)
      throws InterruptedException {
    if (session.plan().file().isEmpty()) {
      return NOT_ASKED_FOR;
    }
    String subject = session.plan().subjects().file();
    Reply reply = session.conversation().ask(subject, request);
    return reply instanceof Reply.Nobody
        ? Verdict.failed(
            "nobody listens on " + subject, "Subscribe to it, or leave out --file-subject.")
        : Session.judge(reply, judgement);
  }

  private static Verdict content(Answer answer) {
    JsonNode content = Answer.field(answer.data(), "Content");
    JsonNode bytes = Answer.field(answer.data(), "Base64");
    if (answer.isError() || !content.isTextual() && !bytes.isTextual()) {
      return Verdict.failed(
          answer.isError() ? answer.outcome() : "the answer has neither Content nor Base64",
          "Put the text of the file into Content, or its bytes into Base64, or name with --file"
              + " one that is there.");
    }
    return Verdict.passed(
        content.isTextual()
            ? "%,d characters".formatted(content.textValue().length())
            : "%,d characters of base64".formatted(bytes.textValue().length()));
  }

  private static Verdict notFound(Answer answer) {
    return answer.code() == 404 && !answer.message().isEmpty()
        ? Verdict.passed(answer.outcome())
        : Verdict.failed(
            (answer.isError() ? answer.outcome() : "an answer") + " for " + NO_FILE,
            "Answer Error 404 with a message.");
  }

  private static Verdict garbage(Session session) throws InterruptedException {
    return raw(
        session,
        "this is not JSON".getBytes(StandardCharsets.UTF_8),
        answer ->
            answer.isError()
                ? Verdict.passed(answer.outcome())
                : Verdict.failed("it is taken for a request", "Answer Error 400 with a message."));
  }
}
