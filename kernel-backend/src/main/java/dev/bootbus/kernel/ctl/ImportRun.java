package dev.bootbus.kernel.ctl;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.schema.MacAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.ExitCode;

/// Takes the entries of a file over, some at a time, and tells what became of them in the order of
/// the file.
final class ImportRun {
  private static final int IN_FLIGHT = 16;

  private final Api api;
  private final Output output;
  private final String file;
  private final boolean dryRun;
  private final Map<String, Integer> counts = new HashMap<>();

  ImportRun(Api api, Output output, String file, boolean dryRun) {
    this.api = api;
    this.output = output;
    this.file = file;
    this.dryRun = dryRun;
  }

  /// The counted ends of an entry.
  private static final String ADDED = "added";

  private static final String CHANGED = "changed";
  private static final String UNCHANGED = "unchanged";
  private static final String CONFLICTS = "conflicts";
  private static final String FAULTS = "faults";

  /// What has been done for an entry, or would be.
  ///
  /// @param said of a conflict, why; else what was done
  private record End(Foreign entry, String how, String said) {}

  private record UnderWay(MacAddress mac, Future<End> end) {}

  private static boolean isUnderWay(Foreign entry, Deque<UnderWay> underWay) {
    return underWay.stream().anyMatch(one -> one.mac().equals(entry.mac()));
  }

  /// @return an exit code
  int run(Foreign.Contents contents) throws UnreachableException, RefusedException {
    contents.faults().forEach(output::warn);
    counts.put(FAULTS, contents.faults().size());
    Map<String, Integer> lines = new HashMap<>();
    Progress progress = new Progress(output, contents.entries().size());
    Deque<UnderWay> underWay = new ArrayDeque<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        for (Foreign entry : contents.entries()) {
          // two of one machine at once would not see each other
          while (underWay.size() == IN_FLIGHT || isUnderWay(entry, underWay)) {
            tell(underWay.remove().end(), progress);
          }
          Integer first =
              entry.taken().isEmpty() ? null : lines.putIfAbsent(entry.taken(), entry.line());
          underWay.add(
              new UnderWay(
                  entry.mac(),
                  threads.submit(() -> first == null ? end(entry) : twice(entry, first))));
        }
        while (!underWay.isEmpty()) {
          tell(underWay.remove().end(), progress);
        }
      } finally {
        progress.clear();
        threads.shutdownNow();
        summary(contents.notes());
      }
    }
    return counts.getOrDefault(CONFLICTS, 0) + contents.faults().size() == 0
        ? ExitCode.OK
        : Main.REFUSED;
  }

  private static End twice(Foreign entry, int first) {
    return new End(
        entry, CONFLICTS, entry.taken() + " is another machine's in line " + first + " already");
  }

  private End end(Foreign entry) throws UnreachableException, RefusedException {
    Things things = Things.of(api, entry.kind());
    Optional<Things.Found> found = things.find(entry.id());
    Takeover step =
        Takeover.of(entry, found.map(Things.Found::body).orElse(null), output.clock().instant());
    String what = entry.kind().one() + " " + entry.id();
    return switch (step) {
      case Takeover.Nothing() -> new End(entry, UNCHANGED, what);
      case Takeover.Conflict(String reason) ->
          new End(entry, CONFLICTS, entry.id() + ": " + reason);
      case Takeover.Add(ObjectNode body) ->
          done(entry, ADDED, what, dryRun ? null : things.create(body));
      case Takeover.Change(ObjectNode patch) ->
          done(entry, CHANGED, what, dryRun ? null : things.change(found.orElseThrow(), patch));
    };
  }

  private static End done(
      Foreign entry, String how, String what, @org.jspecify.annotations.Nullable Answer answer)
      throws RefusedException {
    if (!(answer instanceof Answer.Refused(Problem problem))) {
      return new End(entry, how, what);
    }
    if (problem.isOfAll()) {
      throw new RefusedException(problem);
    }
    return new End(entry, CONFLICTS, entry.id() + ": " + problem.line());
  }

  private void tell(Future<End> one, Progress progress)
      throws UnreachableException, RefusedException {
    End end = await(one);
    counts.merge(end.how(), 1, Integer::sum);
    progress.step();
    if (end.how().equals(CONFLICTS)) {
      progress.clear();
      output.warn(file + ":" + end.entry().line() + ": " + end.said());
    } else if (dryRun && !end.how().equals(UNCHANGED)) {
      progress.clear();
      output.say(end.said() + " would be " + end.how() + ": " + end.entry().body());
    }
  }

  private static End await(Future<End> one) throws UnreachableException, RefusedException {
    try {
      return one.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnreachableException("interrupted");
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case UnreachableException gone -> throw gone;
        case RefusedException refused -> throw refused;
        case null, default -> throw new IllegalStateException(e.getCause());
      }
    }
  }

  private void summary(List<String> notes) {
    ObjectNode sum = JsonNodeFactory.instance.objectNode();
    for (String how : List.of(ADDED, CHANGED, UNCHANGED, CONFLICTS, FAULTS)) {
      sum.put(how, counts.getOrDefault(how, 0));
    }
    switch (output.format()) {
      case json, yaml -> output.tree(sum);
      case table, wide, name -> {
        List<String> parts = new ArrayList<>();
        sum.properties().forEach(part -> parts.add(part.getKey() + " " + part.getValue()));
        StringBuilder line = new StringBuilder(file + ": " + String.join(", ", parts));
        notes.forEach(note -> line.append("; ").append(note));
        output.say(line.append(dryRun ? " (dry run)" : "").toString());
      }
    }
  }
}
