package dev.bootbus.http;

import dev.bootbus.http.mirror.Note;
import dev.bootbus.runtime.LogText;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// One line for each thing that the mirror did, and the count of each [Note.End] and [Note.Loss].
final class MirrorLog implements Consumer<Note> {
  private static final Logger LOG = LoggerFactory.getLogger("http-server");

  private final Map<Note.End, LongAdder> ends = new EnumMap<>(Note.End.class);
  private final Map<Note.Loss, LongAdder> losses = new EnumMap<>(Note.Loss.class);
  private final LongAdder stale = new LongAdder();
  private volatile boolean full;

  MirrorLog() {
    Arrays.stream(Note.End.values()).forEach(end -> ends.put(end, new LongAdder()));
    Arrays.stream(Note.Loss.values()).forEach(loss -> losses.put(loss, new LongAdder()));
  }

  @Override
  public void accept(Note note) {
    switch (note) {
      case Note.Ended ended -> {
        ends.get(ended.end()).increment();
        LOG.atLevel(level(ended.end()))
            .log(
                "mirror {} path={} bytes={} ms={}{}",
                ended.end().key(),
                path(note),
                ended.bytes(),
                ended.took().toMillis(),
                ended.reason().isEmpty() ? "" : " reason=" + LogText.of(ended.reason()));
      }
      case Note.Lost(_, var loss, var bytes) -> {
        losses.get(loss).increment();
        LOG.info("mirror lost path={} bytes={} reason={}", path(note), bytes, loss.key());
      }
      case Note.Stale(_, var reason) -> {
        stale.increment();
        LOG.warn("mirror stale path={} reason={}", path(note), LogText.of(reason));
      }
    }
  }

  private static String path(Note note) {
    return LogText.of("/" + note.path());
  }

  /// That there is no room is said once, until there is some again. What upstream does not have
  /// the line of the request says.
  private Level level(Note.End end) {
    return switch (end) {
      case KEPT -> {
        full = false;
        yield Level.INFO;
      }
      case UNKEPT -> {
        boolean said = full;
        full = true;
        yield said ? Level.DEBUG : Level.WARN;
      }
      case UNCHANGED, REFUSED -> Level.DEBUG;
      case STOPPED -> Level.INFO;
      case FAILED, MISMATCHED -> Level.WARN;
    };
  }

  /// Shows the counts.
  void measure(MeterRegistry registry) {
    ends.forEach(
        (end, count) ->
            FunctionCounter.builder("bootbus.mirror.downloads", count, LongAdder::sum)
                .description("downloads from upstream, by how they ended")
                .tag("result", end.key())
                .register(registry));
    losses.forEach(
        (loss, count) ->
            FunctionCounter.builder("bootbus.mirror.lost", count, LongAdder::sum)
                .description("files that went from the cache, by why")
                .tag("reason", loss.key())
                .register(registry));
    FunctionCounter.builder("bootbus.mirror.stale", stale, LongAdder::sum)
        .description("answers from the cache while upstream could not say whether they are current")
        .register(registry);
  }

  /// `kept=12 unchanged=0 … stale=0 size=0 …`
  String totals() {
    return counts(ends, Note.End::key)
        + " stale="
        + stale.sum()
        + " "
        + counts(losses, Note.Loss::key);
  }

  private static <K> String counts(
      Map<K, LongAdder> of, java.util.function.Function<K, String> key) {
    return of.entrySet().stream()
        .map(entry -> key.apply(entry.getKey()) + "=" + entry.getValue().sum())
        .collect(Collectors.joining(" "));
  }
}
