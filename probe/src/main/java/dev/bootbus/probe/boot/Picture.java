package dev.bootbus.probe.boot;

import dev.bootbus.probe.Finding;
import dev.bootbus.probe.Report;
import dev.bootbus.probe.Severity;
import dev.bootbus.probe.boot.Walk.End;
import dev.bootbus.probe.boot.Walk.Mark;
import dev.bootbus.probe.boot.Walk.Step;
import dev.bootbus.probe.boot.Walk.What;
import dev.bootbus.runtime.terminal.Terminal;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/// Draws a walk for people, step by step as it goes: a line down through the programs, with the
/// time at which each step ended, and a bar for how long it took.
///
/// ```text
///   0.0 s ┬ UEFI PXE
///   2.1 s ├ offer    ▇▇▇▇▇ 192.0.2.1 offers 192.0.2.100, file ipxe.efi
/// ```
final class Picture {
  private static final int USUAL_COLUMNS = 80;
  private static final int LEFT = 26;
  private static final int MAX_BAR = 5;
  private static final String GREEN = "32";
  private static final String RED = "1;31";
  private static final String YELLOW = "33";
  private static final String BOLD = "1";
  private static final String FAINT = "2";

  private final PrintWriter out;
  private final Terminal terminal;
  private String stage = "";

  Picture(PrintWriter out, Terminal terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  void begin(As as, Hardware hardware, String link) {
    out.println(
        colour(BOLD, as.word())
            + " "
            + hardware.mac()
            + colour(FAINT, " on " + Terminal.printable(link)));
    out.flush();
  }

  void step(Step step) {
    if (!step.stage().equals(stage)) {
      stage = step.stage();
      out.println(time(step.begin()) + (" ┬ ") + colour(BOLD, stage));
    }
    String word = word(step.what());
    String left =
        time(step.begin().plus(step.took()))
            + " "
            + mark(step.mark())
            + " %-8s ".formatted(word)
            + colour(FAINT, "%-5s".formatted(bar(step.took())))
            + " ";
    boolean first = true;
    for (String line : Lines.wrapped(step.text(), columns() - LEFT)) {
      out.println(
          first ? left + line : " ".repeat(8) + colour(FAINT, "│") + " ".repeat(LEFT - 9) + line);
      first = false;
    }
    out.flush();
  }

  void end(Walk walk) {
    String time = time(walk.took());
    switch (walk.end()) {
      case End.Boots(var kernel, var initrds, var commandLine) -> {
        out.println(time + " " + colour(GREEN, "┴ boots") + "    " + Terminal.printable(kernel));
        if (!initrds.isEmpty()) {
          more("initrds", String.join(" ", initrds));
        }
        if (!commandLine.isEmpty()) {
          more("command line", commandLine);
        }
      }
      case End.Local(var how) ->
          out.println(
              time + " " + colour(GREEN, "┴ boots from its own disk: ") + Terminal.printable(how));
      case End.Broken _ -> out.println(time + " " + colour(RED, "╳ does not boot"));
      case End.Silence _ -> out.println(time + " " + colour(RED, "╳ nobody answers"));
    }
    Report report = new Report(terminal);
    out.println();
    switch (walk.end()) {
      case End.Broken(Finding finding) -> report.print(Severity.BROKEN, finding, out);
      case End.Silence(Finding finding) -> report.print(Severity.BROKEN, finding, out);
      case End.Boots _, End.Local _ -> {}
    }
    walk.notes().forEach(note -> report.print(Walk.severity(note), note, out));
  }

  private void more(String name, String text) {
    out.println("          " + colour(FAINT, name + ":"));
    // not wrapped: it is there to be copied
    out.println("            " + Terminal.printable(text));
  }

  private int columns() {
    return terminal.out() ? Math.max(LEFT + 20, terminal.columns()) : USUAL_COLUMNS * 4;
  }

  private static String time(Duration since) {
    return String.format(Locale.ROOT, "%5.1f s", since.toMillis() / 1000.0);
  }

  /// As many blocks as tenths, seconds, tens of seconds: long is what somebody waits for.
  private static String bar(Duration took) {
    long millis = took.toMillis();
    int blocks = 0;
    for (long step = 100; millis >= step && blocks < MAX_BAR; step *= 3) {
      blocks++;
    }
    return "▇".repeat(blocks);
  }

  private String mark(Mark mark) {
    return switch (mark) {
      case OK -> colour(GREEN, "├");
      case ABSENT -> colour(YELLOW, "·");
      case BROKEN -> colour(RED, "╳");
    };
  }

  private static String word(What what) {
    return switch (what) {
      case OFFERS -> "offer";
      case ADDRESS -> "address";
      case BOOT_SERVER -> "boot srv";
      case LOADER -> "loader";
      case SCRIPT -> "script";
      case FILE -> "file";
      case KERNEL -> "kernel";
      case INITRD -> "initrd";
      case MENU -> "menu";
    };
  }

  private String colour(String code, String text) {
    return terminal.colour() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
