package dev.bootbus.probe.script;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// One script being followed, with all that it calls: what was found on the way, and how much more
/// it may do. The bounds are far above what scripts of the wild need (netboot.xyz: 300 steps).
final class Run {
  private static final int MAX_STEPS = 20_000;
  private static final int MAX_FETCHES = 200;
  private static final int MAX_DEPTH = 16;
  private static final int MAX_FINDINGS = 50;
  private static final int MAX_SAID = 200;
  private static final int MAX_SHOWN = 200;

  /// Characters that expansion of variables may make in all.
  private static final int MAX_EXPANDED = 8 << 20;

  final Machine machine;
  private final Files files;
  private final List<Finding> findings = new ArrayList<>();
  private final List<Menu> menus = new ArrayList<>();
  private final List<String> said = new ArrayList<>();
  private int steps;
  private int fetches;
  private int expanded;
  private int depth;
  private boolean lost;

  private Run(Machine machine, Files files) {
    this.machine = machine;
    this.files = files;
  }

  /// Ends a script from wherever it is.
  static final class End extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Reading reading;

    End(Reading reading) {
      super(null, null, false, false);
      this.reading = reading;
    }

    End(Cause cause, String detail) {
      this(new Reading.Broken(new Finding(cause, detail)));
    }
  }

  interface Body {
    Reading run(Run run) throws InterruptedException;
  }

  static Outcome of(Machine machine, Files files, Body body) throws InterruptedException {
    Run run = new Run(machine, files);
    Reading reading;
    try {
      reading = body.run(run);
    } catch (End end) {
      reading = end.reading;
    }
    return new Outcome(reading, run.findings, run.menus, run.said);
  }

  /// Counts a command, a round of a loop, whatever may be endless.
  void step(String where) {
    if (++steps > MAX_STEPS) {
      throw new End(Cause.SCRIPT_ENDLESS, where + ": " + MAX_STEPS + " steps, and no end");
    }
  }

  void expanded(int characters, String where) {
    expanded += characters;
    if (expanded > MAX_EXPANDED) {
      throw new End(Cause.SCRIPT_ENDLESS, where + ": its variables grow without end");
    }
  }

  /// @param file what is entered: another script, a function, an entry of a menu
  void enter(String file) {
    if (++depth > MAX_DEPTH) {
      throw new End(
          Cause.SCRIPT_ENDLESS, show(file) + ": " + MAX_DEPTH + " scripts deep, and no end");
    }
  }

  void leave() {
    depth--;
  }

  Files.Answer get(URI uri, Files.Role role) throws InterruptedException {
    return get(uri, role, false);
  }

  Files.Answer get(URI uri, Files.Role role, boolean optional) throws InterruptedException {
    if (++fetches > MAX_FETCHES) {
      throw new End(Cause.SCRIPT_ENDLESS, uri + ": " + MAX_FETCHES + " files, and no end");
    }
    Files.Answer answer = files.get(new Files.Wanted(uri, role, optional));
    if (!optional) {
      remember(role, answer);
    }
    return answer;
  }

  void notTold(URI uri) {
    files.notTold(uri);
  }

  private void remember(Files.Role role, Files.Answer answer) {
    switch (role) {
      case KERNEL, CHAIN -> lost = !(answer instanceof Files.Answer.Got got) || got.cannotRun();
      case INITRD -> lost |= answer instanceof Files.Answer.Failed;
      case SCRIPT, PART, DEVICE_TREE, OTHER -> {}
    }
  }

  /// Says that what was to be started cannot be.
  void lose() {
    lost = true;
  }

  /// What a script printed last, for people who wonder why it ended.
  String lastWords() {
    return said.isEmpty() ? "" : "; it says `" + said.getLast() + "`";
  }

  /// Whether what was to be started last did not come whole; a script that ends then did not mean
  /// to.
  boolean hasLost() {
    return lost;
  }

  /// @return as text one to one
  String text(URI uri, Files.Answer.Got got) {
    if (got.size() > Files.KEPT) {
      throw new End(Cause.SCRIPT_TOO_LONG, uri + ": " + got.size() + " bytes");
    }
    return new String(got.head(), StandardCharsets.ISO_8859_1);
  }

  static void checkLength(URI uri, String script) {
    if (script.length() > Files.KEPT) {
      throw new End(Cause.SCRIPT_TOO_LONG, uri + ": " + script.length() + " bytes");
    }
  }

  void found(Cause cause, String detail) {
    Finding finding = new Finding(cause, detail);
    if (findings.size() < MAX_FINDINGS && !findings.contains(finding)) {
      findings.add(finding);
    }
  }

  void passed(Menu menu) {
    lost = false;
    if (menus.size() < MAX_FINDINGS) {
      menus.add(menu);
    }
    if (menu.timeout().isEmpty()) {
      found(Cause.MENU_WAITS, "`" + menu.title() + "`; followed as if Enter were pressed");
    }
  }

  void say(String text) {
    if (said.size() < MAX_SAID) {
      said.add(show(text));
    }
  }

  /// Foreign text that can be printed, cut short.
  static String show(String text) {
    String cut = text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text;
    return cut.codePoints()
        .map(c -> Character.isISOControl(c) ? '?' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
