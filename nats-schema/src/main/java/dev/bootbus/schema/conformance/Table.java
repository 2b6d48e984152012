package dev.bootbus.schema.conformance;

import dev.bootbus.schema.conformance.Report.Outcome;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// Prints each check as it ends, and at the end what was skipped and the counts.
///
/// On a terminal there are colours, and a line that says what is being checked.
final class Table implements Kit.Watcher {
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final PrintWriter out;
  private final boolean terminal;
  private final Map<String, List<String>> skipped = new LinkedHashMap<>();
  private String lastAdvice = "";

  Table(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  @Override
  public void begins(int number, Check check) {
    if (terminal) {
      out.printf("%s%d/%d %s …", CLEAR_LINE, number, Kit.CHECKS.size(), check.name());
      out.flush();
    }
  }

  @Override
  public void ended(Report.Line line) {
    if (terminal) {
      out.print(CLEAR_LINE);
    }
    if (line.verdict() instanceof Verdict.Skipped(String reason)) {
      skipped.computeIfAbsent(reason, r -> new ArrayList<>()).add(line.check().name());
      return;
    }
    String word = String.format(Locale.ROOT, "%-7s", line.outcome().word());
    out.printf(
        "%s  %-16s  %s%n", coloured(line.outcome(), word), line.check().name(), line.detail());
    String advice =
        "%27s%s%n%27s%s%n".formatted("why: ", line.check().why(), "do:  ", line.remedy());
    if (!line.remedy().isEmpty() && !advice.equals(lastAdvice)) {
      out.print(advice);
      lastAdvice = advice;
    }
    out.flush();
  }

  /// What could not be told, and why; and the counts.
  void total(Report report) {
    skipped.forEach(
        (reason, names) ->
            out.printf(
                "%s  %s:%n         %s%n",
                coloured(Outcome.SKIPPED, Outcome.SKIPPED.word()),
                reason,
                String.join(", ", names)));
    String counts =
        Arrays.stream(Outcome.values())
            .map(outcome -> report.count(outcome) + " " + outcome.word())
            .collect(Collectors.joining(", "));
    out.printf("%d checks: %s%n", report.lines().size(), counts);
    out.flush();
  }

  private String coloured(Outcome outcome, String word) {
    if (!terminal) {
      return word;
    }
    int colour =
        switch (outcome) {
          case PASSED -> 32;
          case FAILED -> 31;
          case ADVISED -> 33;
          case SKIPPED -> 90;
        };
    return "\u001b[%dm%s\u001b[0m".formatted(colour, word);
  }
}
