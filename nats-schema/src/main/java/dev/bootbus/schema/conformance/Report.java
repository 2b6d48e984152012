package dev.bootbus.schema.conformance;

import dev.bootbus.schema.conformance.Check.Level;
import java.util.List;
import java.util.Locale;

/// What all checks found.
public record Report(List<Line> lines) {

  public Report {
    lines = List.copyOf(lines);
  }

  /// One row of the table.
  public record Line(Check check, Verdict verdict) {
    public Outcome outcome() {
      return switch (verdict) {
        case Verdict.Passed _ -> Outcome.PASSED;
        case Verdict.Failed _ -> check.level() == Level.MUST ? Outcome.FAILED : Outcome.ADVISED;
        case Verdict.Skipped _ -> Outcome.SKIPPED;
      };
    }

    /// What was seen.
    public String detail() {
      return switch (verdict) {
        case Verdict.Passed(String detail) -> detail;
        case Verdict.Failed(String reason, String _) -> reason;
        case Verdict.Skipped(String reason) -> reason;
      };
    }

    /// What to do, or the empty string.
    public String remedy() {
      return verdict instanceof Verdict.Failed(String _, String remedy) ? remedy : "";
    }
  }

  /// How a check ended, weighed by its level.
  public enum Outcome {
    PASSED,
    FAILED,
    /// failed, of level SHOULD
    ADVISED,
    SKIPPED;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public long count(Outcome outcome) {
    return lines.stream().filter(line -> line.outcome() == outcome).count();
  }

  /// Whether all that a backend must do is done.
  public boolean isConformant() {
    return count(Outcome.FAILED) == 0;
  }
}
