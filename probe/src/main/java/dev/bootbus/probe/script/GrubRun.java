package dev.bootbus.probe.script;

import dev.bootbus.probe.Cause;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Runs GRUB scripts and their menus (GRUB manual §6.2, §16).
final class GrubRun {
  private static final int MAX_ENTRIES = 10_000;

  final Run run;
  final Shell shell;
  final GrubLoaded loaded;
  private final Set<String> exported;
  private List<GrubMenu.Entry> entries = new ArrayList<>();
  private final String server;

  GrubRun(Run run, Map<String, String> variables, String server) {
    this.run = run;
    this.shell = new Shell(run, ShellParser.Dialect.GRUB, variables, this::execute);
    this.exported = new HashSet<>(variables.keySet());
    this.server = server;
    this.loaded = new GrubLoaded(this);
  }

  String where() {
    return shell.where();
  }

  String value(String name) {
    return shell.value(name);
  }

  /// A configuration of its own: its menu, and then its end. It knows of the variables that are
  /// exported, and leaves no others behind.
  ///
  /// @return where it has led; none where it has no menu and starts nothing
  Optional<Reading> configuration(String text, String from) throws InterruptedException {
    run.enter(from);
    List<GrubMenu.Entry> outer = entries;
    Map<String, String> before = new TreeMap<>(shell.variables);
    entries = new ArrayList<>();
    shell.variables.keySet().retainAll(exported);
    shell.source(text, from);
    Optional<Reading> reading =
        entries.isEmpty() ? Optional.empty() : Optional.of(new GrubMenu(this, entries).boot());
    entries = outer;
    shell.variables.keySet().retainAll(exported);
    before.forEach(shell.variables::putIfAbsent);
    run.leave();
    return reading;
  }

  private int execute(List<String> words, Optional<List<ShellSyntax>> block)
      throws InterruptedException {
    if (block.isPresent()) {
      if (entries.size() < MAX_ENTRIES) {
        entries.add(GrubMenu.Entry.of(words, block.get(), where(), shell.file()));
      }
      return 0;
    }
    String name = words.getFirst();
    List<String> arguments = words.subList(1, words.size());
    if (name.equals("export")) {
      arguments.forEach(word -> exported.add(word.replaceFirst("=.*", "")));
      arguments.forEach(this::assign);
      return 0;
    }
    GrubCommands.Command command = GrubCommands.ALL.get(name);
    if (command == null || !GrubCommands.isIn(name, run.machine.target().firmware())) {
      run.found(Cause.SCRIPT_COMMAND_UNKNOWN, where() + ": " + Run.show(name));
      if (name.startsWith("linux")) {
        run.lose();
      }
      return 1;
    }
    return command.run(this, arguments);
  }

  void assign(String word) {
    int equals = word.indexOf('=');
    if (equals > 0) {
      shell.set(word.substring(0, equals), word.substring(equals + 1));
    }
  }

  List<GrubMenu.Entry> entriesOf(GrubMenu.Entry submenu) throws InterruptedException {
    List<GrubMenu.Entry> outer = entries;
    entries = new ArrayList<>();
    body(submenu);
    List<GrubMenu.Entry> below = entries;
    entries = outer;
    return below;
  }

  /// Runs an entry, to which its title is `$1`, and what follows it `$2` and so on.
  int body(GrubMenu.Entry entry) throws InterruptedException {
    List<String> words = new ArrayList<>(List.of(""));
    words.addAll(entry.words());
    return shell.call(entry.body(), words, entry.file());
  }

  Optional<GrubPaths> path(String name) {
    Optional<GrubPaths> path = GrubPaths.of(name, value("root"), server);
    if (path.isEmpty()) {
      run.found(Cause.SCRIPT_SYNTAX, where() + ": no name of a file: " + Run.show(name));
    }
    return path;
  }

  /// @return its text; none where it does not come, or is on a disk
  Optional<String> text(String name) throws InterruptedException {
    return path(name).orElse(null) instanceof GrubPaths.Remote(URI uri)
            && run.get(uri, Files.Role.SCRIPT) instanceof Files.Answer.Got got
        ? Optional.of(run.text(uri, got))
        : Optional.empty();
  }
}
