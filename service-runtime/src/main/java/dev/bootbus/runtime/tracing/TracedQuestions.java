package dev.bootbus.runtime.tracing;

import dev.bootbus.runtime.tracing.Span.Kind;
import dev.bootbus.schema.BackendUnavailableException;
import dev.bootbus.schema.Bus.AsyncDhcpHandler;
import dev.bootbus.schema.Bus.FileHandler;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.FileAnswer;
import dev.bootbus.schema.FileRequest;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.Traceparent;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Questions on the bus and their answers as spans, on both ends. Dry runs are none of any boot.
///
/// @param subject that the questions are asked on
public record TracedQuestions(Tracing tracing, String subject) {
  private static final String UNSAID = "";

  /// A way to ask that asks in a step of its own.
  ///
  /// @param asking such as [dev.bootbus.schema.Bus#askAsync]
  public Function<DhcpRequest, CompletionStage<DhcpResponse>> asking(
      Function<DhcpRequest, CompletionStage<DhcpResponse>> asking) {
    return tracing.isOn()
        ? request -> traced("request", Kind.CLIENT, request, asking::apply)
        : asking;
  }

  /// The answering end.
  public AsyncDhcpHandler answering(AsyncDhcpHandler handler) {
    return tracing.isOn()
        ? request -> traced("process", Kind.SERVER, request, handler::answer)
        : handler;
  }

  private interface Way<E extends Exception> {
    CompletionStage<DhcpResponse> to(DhcpRequest request) throws E;
  }

  private <E extends Exception> CompletionStage<DhcpResponse> traced(
      String operation, Kind kind, DhcpRequest request, Way<E> way) throws E {
    if (request.isDryRun()) {
      return way.to(request);
    }
    long start = System.nanoTime();
    Step step = step(request.traceparent());
    CompletionStage<DhcpResponse> answer;
    try {
      answer = way.to(request.withTraceparent(step.own().toString()));
    } catch (Throwable e) {
      tell(operation, kind, step, start, facts(request), error(null, e));
      throw e;
    }
    return answer.whenComplete(
        (response, failure) ->
            tell(operation, kind, step, start, facts(request), error(response, failure)));
  }

  /// The same for files.
  public FileHandler answeringFiles(FileHandler handler) {
    if (!tracing.isOn()) {
      return handler;
    }
    return request -> {
      if (request.isDryRun()) {
        return handler.answer(request);
      }
      long start = System.nanoTime();
      Step step = step(request.traceparent());
      String error = "exception";
      try {
        FileAnswer answer = handler.answer(request.withTraceparent(step.own().toString()));
        error = error(answer);
        return answer;
      } finally {
        tell("process", Kind.SERVER, step, start, facts(request), error);
      }
    };
  }

  private static Step step(String traceparent) {
    return Traceparent.parse(traceparent).map(Step::after).orElseGet(Step::fresh);
  }

  private void tell(
      String operation, Kind kind, Step step, long start, Map<String, Object> facts, String error) {
    facts.put("messaging.system", "nats");
    facts.put("messaging.operation.name", operation);
    facts.put("messaging.operation.type", kind == Kind.CLIENT ? "send" : "process");
    facts.put("messaging.destination.name", subject);
    long nanos = System.nanoTime() - start;
    tracing.ended(Span.endingNow(operation + " " + subject, kind, step, nanos, facts, error));
  }

  private static Map<String, Object> facts(DhcpRequest request) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("bootbus.mac", shown(request.mac()));
    facts.put("bootbus.dhcp.type", request.facts().messageType());
    return facts;
  }

  private static Map<String, Object> facts(FileRequest request) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("bootbus.mac", shown(request.mac()));
    facts.put("file.path", request.path());
    facts.put("client.address", request.peer().getHostAddress());
    return facts;
  }

  private static String shown(MacAddress mac) {
    return mac.isNone() ? UNSAID : mac.toString();
  }

  /// That there is no such file is an answer like any other.
  private static String error(FileAnswer answer) {
    return switch (answer) {
      case FileAnswer.Content _, FileAnswer.NotFound _ -> UNSAID;
      case FileAnswer.Denied _ -> "denied";
      case FileAnswer.NotReady _ -> "not-ready";
      case FileAnswer.Failed(int code, _) -> String.valueOf(code);
    };
  }

  private static String error(@Nullable DhcpResponse response, @Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof BackendUnavailableException e) {
      return e.reason().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
    if (cause != null) {
      return cause.getClass().getName();
    }
    return response instanceof DhcpResponse.Error(int code, _) ? String.valueOf(code) : UNSAID;
  }
}
