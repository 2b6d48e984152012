package dev.bootbus.probe;

import dev.bootbus.runtime.terminal.Terminal;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/// Tells people what was found: what is wrong, the particulars, what to do, and where more is said.
public record Report(Terminal terminal) {
  /// All is well.
  public static final int OK = 0;

  /// Something is broken.
  public static final int BROKEN = 1;

  /// Nobody answered.
  public static final int SILENCE = 3;

  private static final String DOCS = "probe/FINDINGS.md#";
  private static final int USUAL_COLUMNS = 80;
  private static final String INDENT = "  ";

  public void print(List<Finding> findings, PrintWriter out) {
    findings.forEach(finding -> print(finding.cause().severity(), finding, out));
  }

  /// @param severity of this one, where it is worse than its cause is elsewhere
  public void print(Severity severity, Finding finding, PrintWriter out) {
    lines(severity, finding).forEach(out::println);
    out.flush();
  }

  /// The exit code of a command that found this and was answered.
  public static int exitCode(List<Finding> findings) {
    return findings.stream().anyMatch(f -> f.cause().severity() == Severity.BROKEN) ? BROKEN : OK;
  }

  List<String> lines(Severity severity, Finding finding) {
    Cause cause = finding.cause();
    List<String> lines = new ArrayList<>();
    lines.add(style(severity, word(severity) + ": " + cause.title()));
    lines.addAll(wrapped("", Terminal.printable(finding.detail())));
    lines.addAll(wrapped("do: ", cause.remedy()));
    lines.addAll(wrapped("see: ", DOCS + cause.code()));
    return lines;
  }

  private static String word(Severity severity) {
    return switch (severity) {
      case BROKEN -> "broken";
      case WARNING -> "warning";
      case NOTE -> "note";
    };
  }

  private String style(Severity severity, String text) {
    if (!terminal.colour()) {
      return text;
    }
    String code =
        switch (severity) {
          case BROKEN -> "1;31";
          case WARNING -> "1;33";
          case NOTE -> "1;36";
        };
    return "\u001b[" + code + "m" + text + "\u001b[0m";
  }

  /// In lines of the screen's width, of 80 columns where there is none; a long word stands alone.
  private List<String> wrapped(String label, String text) {
    int columns = Math.min(terminal.columns(), USUAL_COLUMNS);
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(INDENT + label);
    boolean fresh = true;
    for (String word : text.split(" ")) {
      if (!fresh && line.length() + 1 + word.length() > columns) {
        lines.add(line.toString());
        line = new StringBuilder(INDENT + " ".repeat(label.length()));
        fresh = true;
      }
      line.append(fresh ? "" : " ").append(word);
      fresh = false;
    }
    lines.add(line.toString());
    return text.isEmpty() ? List.of() : lines;
  }
}
