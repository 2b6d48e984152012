package dev.bootbus.runtime.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.bootbus.schema.BackendUnavailableException;
import dev.bootbus.schema.BackendUnavailableException.Reason;
import dev.bootbus.schema.Bus.AsyncDhcpHandler;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.Traceparent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TracedQuestionsTest {
  private static final Traceparent ASKER = Traceparent.fresh();
  private static final DhcpRequest REQUEST =
      new DhcpRequest(
          MacAddress.parse("52:54:00:00:00:01"), ASKER.toString(), DhcpRequest.Facts.NONE);

  private final Kept kept = new Kept();
  private final TracedQuestions questions = new TracedQuestions(kept, "s");

  private static final class Kept implements Tracing {
    final List<Span> spans = new ArrayList<>();

    @Override
    public boolean isOn() {
      return true;
    }

    @Override
    public void ended(Span span) {
      spans.add(span);
    }

    @Override
    public void close(Duration left) {}
  }

  static Stream<Arguments> endings() {
    AsyncDhcpHandler answers = _ -> CompletableFuture.completedFuture(DhcpResponse.notNow("later"));
    AsyncDhcpHandler fails =
        _ ->
            CompletableFuture.failedFuture(
                new CompletionException(
                    new BackendUnavailableException(Reason.NO_RESPONDERS, "nobody")));
    AsyncDhcpHandler throwsIt =
        _ -> {
          throw new IOException("no disk");
        };
    AsyncDhcpHandler throwsAnError =
        _ -> {
          throw new StackOverflowError();
        };
    return Stream.of(
        Arguments.of("it answers 503", answers, "503"),
        Arguments.of("its stage fails", fails, "no-responders"),
        Arguments.of("it throws", throwsIt, "java.io.IOException"),
        Arguments.of("it overflows", throwsAnError, "java.lang.StackOverflowError"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("endings")
  void howeverAHandlerEndsThereIsASpan(String how, AsyncDhcpHandler handler, String error) {
    catchThrowable(() -> questions.answering(handler).answer(REQUEST));

    assertThat(kept.spans).hasSize(1);
    Span span = kept.spans.getFirst();
    assertThat(span.name()).isEqualTo("process s");
    assertThat(span.error()).isEqualTo(error);
    assertThat(span.step().parent()).isEqualTo(ASKER);
    assertThat(span.facts()).containsEntry("bootbus.mac", "52:54:00:00:00:01");
  }

  @Test
  void whatAHandlerThrowsIsStillThrown() {
    IOException thrown = new IOException("no disk");
    AsyncDhcpHandler handler =
        questions.answering(
            _ -> {
              throw thrown;
            });
    assertThat(catchThrowable(() -> handler.answer(REQUEST))).isSameAs(thrown);
  }

  @Test
  void aDryRunIsNone() throws Exception {
    DhcpResponse none = DhcpResponse.unknown("who");
    questions
        .answering(_ -> CompletableFuture.completedFuture(none))
        .answer(REQUEST.asDryRun())
        .toCompletableFuture()
        .join();
    assertThat(kept.spans).isEmpty();
  }
}
