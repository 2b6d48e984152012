package dev.bootbus.content;

import dev.bootbus.schema.CurrentTrace;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Counts what a source says, and how long it takes to.
final class MeasuredSource implements ContentSource {
  private static final Duration[] OBJECTIVES =
      Stream.of(1, 5, 10, 25, 50, 100, 250, 500, 1000, 5000)
          .map(Duration::ofMillis)
          .toArray(Duration[]::new);

  private static final List<String> ANSWERS =
      List.of("found", "directory", "missing", "denied", "not-ready", "unavailable");

  private final ContentSource source;
  private final Timer time;
  private final Map<String, Counter> answers = new HashMap<>();

  /// @param name of the source, as `--sources` has it
  MeasuredSource(String name, ContentSource source, MeterRegistry registry) {
    this.source = source;
    time =
        Timer.builder("bootbus.source.answer")
            .description("from a question to a source of files to what it says")
            .tag("source", name)
            .serviceLevelObjectives(OBJECTIVES)
            .register(registry);
    for (String answer : ANSWERS) {
      answers.put(
          answer,
          Counter.builder("bootbus.source.answers")
              .description("what each source of files said; small files on disk may skip it")
              .tag("source", name)
              .tag("answer", answer)
              .register(registry));
    }
  }

  @Override
  public Answer open(BootPath path, Asker asker) {
    long start = System.nanoTime();
    Answer answer = source.open(path, asker);
    long nanos = System.nanoTime() - start;
    CurrentTrace.during(asker.trace(), () -> time.record(nanos, TimeUnit.NANOSECONDS));
    answers.get(key(answer)).increment();
    return answer;
  }

  private static String key(Answer answer) {
    return switch (answer) {
      case Answer.Found _ -> "found";
      case Answer.Directory _ -> "directory";
      case Answer.Missing _ -> "missing";
      case Answer.Denied _ -> "denied";
      case Answer.NotReady _ -> "not-ready";
      case Answer.Unavailable _ -> "unavailable";
    };
  }
}
