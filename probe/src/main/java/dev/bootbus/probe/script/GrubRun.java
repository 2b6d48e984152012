package dev.bootbus.probe.script;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.artefact.Artefact;
import dev.bootbus.probe.artefact.Format;
import dev.bootbus.probe.artefact.Software;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Runs GRUB scripts (GRUB manual §6.2, §16). Each command has a status, 0 where it succeeded; a
/// script goes on whatever that is.
final class GrubRun {
  final Run run;
  final Map<String, String> variables;
  private final Map<String, List<GrubSyntax>> functions = new HashMap<>();
  private final Set<String> exported;
  private List<GrubMenu.Entry> entries = new ArrayList<>();
  private List<String> positional = List.of();
  private String where = "";
  private String file = "";
  private Jump jump = Jump.NONE;
  private int breaks;
  private final String server;
  final GrubLoaded loaded;

  /// Leaves loops, functions and files before their end.
  private enum Jump {
    NONE,
    BREAK,
    CONTINUE,
    RETURN
  }

  GrubRun(Run run, Map<String, String> variables, String server) {
    this.run = run;
    this.variables = new TreeMap<>(variables);
    this.exported = new HashSet<>(variables.keySet());
    this.server = server;
    this.loaded = new GrubLoaded(this);
  }

  String where() {
    return where;
  }

  /// A configuration of its own: its menu, and then its end.
  ///
  /// @return where it has led; none where it has no menu and starts nothing
  Optional<Reading> configuration(String text, String from) throws InterruptedException {
    run.enter(from);
    List<GrubMenu.Entry> outer = entries;
    Map<String, String> before = new TreeMap<>(variables);
    entries = new ArrayList<>();
    variables.keySet().retainAll(exported);
    source(text, from);
    Optional<Reading> reading =
        entries.isEmpty() ? Optional.empty() : Optional.of(new GrubMenu(this, entries).boot());
    entries = outer;
    variables.keySet().removeIf(name -> !exported.contains(name));
    before.forEach(variables::putIfAbsent);
    run.leave();
    return reading;
  }

  /// In the place where it is named.
  int source(String text, String from) throws InterruptedException {
    run.enter(from);
    String caller = file;
    file = from;
    int status = all(GrubParser.parse(run, text, from));
    jump = jump == Jump.RETURN ? Jump.NONE : jump;
    file = caller;
    run.leave();
    return status;
  }

  int all(List<GrubSyntax> statements) throws InterruptedException {
    int status = 0;
    for (GrubSyntax statement : statements) {
      status = one(statement);
      variables.put("?", Integer.toString(status));
      if (jump != Jump.NONE) {
        break;
      }
    }
    return status;
  }

  private int one(GrubSyntax statement) throws InterruptedException {
    run.step(where.isEmpty() ? file : where);
    return switch (statement) {
      case GrubSyntax.Command command -> command(command);
      case GrubSyntax.If choice -> choice(choice);
      case GrubSyntax.Loop loop -> loop(loop);
      case GrubSyntax.For each -> each(each);
      case GrubSyntax.Function function -> {
        functions.put(function.name(), function.body());
        yield 0;
      }
    };
  }

  private int choice(GrubSyntax.If choice) throws InterruptedException {
    for (GrubSyntax.Branch branch : choice.branches()) {
      if (branch.condition().isEmpty() || all(branch.condition()) == 0) {
        return jump == Jump.NONE ? all(branch.body()) : 0;
      }
    }
    return 0;
  }

  private int loop(GrubSyntax.Loop loop) throws InterruptedException {
    int status = 0;
    while (jump == Jump.NONE && (all(loop.condition()) == 0) != loop.until()) {
      run.step(where);
      status = all(loop.body());
      if (leaves()) {
        break;
      }
    }
    return status;
  }

  private int each(GrubSyntax.For each) throws InterruptedException {
    int status = 0;
    for (String value : expand(each.words())) {
      run.step(where);
      variables.put(each.name(), value);
      status = all(each.body());
      if (leaves()) {
        break;
      }
    }
    return status;
  }

  /// After a round of a loop: whether it was the last.
  private boolean leaves() {
    if (jump == Jump.NONE) {
      return false;
    }
    if (jump == Jump.RETURN || --breaks > 0) {
      return true;
    }
    boolean last = jump == Jump.BREAK;
    jump = Jump.NONE;
    return last;
  }

  private int command(GrubSyntax.Command command) throws InterruptedException {
    where = file + " line " + command.line();
    List<String> words = expand(command.words());
    if (words.isEmpty()) {
      return 0;
    }
    int status = command.block().isPresent() ? entry(words, command.block().get()) : execute(words);
    return command.negated() ? (status == 0 ? 1 : 0) : status;
  }

  private int entry(List<String> words, List<GrubSyntax> body) {
    if (entries.size() < 10_000) {
      entries.add(GrubMenu.Entry.of(words, body, where));
    }
    return 0;
  }

  int execute(List<String> words) throws InterruptedException {
    String name = words.getFirst();
    List<String> arguments = words.subList(1, words.size());
    int equals = name.indexOf('=');
    if (equals > 0 && arguments.isEmpty()) {
      variables.put(name.substring(0, equals), name.substring(equals + 1));
      return 0;
    }
    List<GrubSyntax> function = functions.get(name);
    if (function != null) {
      return call(function, words);
    }
    return switch (name) {
      case "break", "continue", "return" -> {
        jump = Jump.valueOf(name.toUpperCase(Locale.ROOT));
        Long number = arguments.isEmpty() ? null : SettingType.integer(arguments.getFirst()).orElse(null);
        breaks = number == null ? 1 : number.intValue();
        yield jump == Jump.RETURN && number != null ? number.intValue() : 0;
      }
      case "export" -> {
        arguments.forEach(word -> exported.add(word.replaceFirst("=.*", "")));
        arguments.stream().filter(word -> word.contains("=")).forEach(this::assign);
        yield 0;
      }
      default -> {
        GrubCommands.Command command = GrubCommands.ALL.get(name);
        if (command == null || !GrubCommands.isIn(name, run.machine.target().firmware())) {
          run.found(Cause.SCRIPT_COMMAND_UNKNOWN, where + ": " + Run.show(name));
          yield 1;
        }
        yield command.run(this, arguments);
      }
    };
  }

  void assign(String word) {
    int equals = word.indexOf('=');
    if (equals > 0 && variables.size() < 10_000) {
      variables.put(word.substring(0, equals), word.substring(equals + 1));
    }
  }

  private int call(List<GrubSyntax> function, List<String> words) throws InterruptedException {
    run.enter(where);
    List<String> outer = positional;
    positional = List.copyOf(words);
    int status = all(function);
    jump = jump == Jump.RETURN ? Jump.NONE : jump;
    positional = outer;
    run.leave();
    return status;
  }

  List<GrubMenu.Entry> entriesOf(GrubMenu.Entry submenu) throws InterruptedException {
    List<GrubMenu.Entry> outer = entries;
    entries = new ArrayList<>();
    call(submenu.body(), submenu.words());
    List<GrubMenu.Entry> below = entries;
    entries = outer;
    return below;
  }

  /// Runs an entry, to which the words behind its options are `$1` and so on.
  int body(List<GrubSyntax> body, List<String> words) throws InterruptedException {
    return call(body, words);
  }

  // words

  List<String> expand(List<GrubSyntax.Word> words) {
    List<String> all = new ArrayList<>();
    for (GrubSyntax.Word word : words) {
      expand(word, all);
    }
    return all;
  }

  /// A variable that is not quoted falls apart at blanks, and is no word where it is empty.
  private void expand(GrubSyntax.Word word, List<String> into) {
    StringBuilder current = new StringBuilder();
    boolean any = false;
    for (GrubSyntax.Part part : word.parts()) {
      if (!part.variable() || part.quoted()) {
        String text = part.variable() ? value(part.text()) : part.text();
        current.append(text);
        any |= part.quoted() || !text.isEmpty();
        run.expanded(text.length(), where);
        continue;
      }
      String value = value(part.text());
      run.expanded(value.length(), where);
      String[] pieces = value.strip().split("\\s+");
      for (int i = 0; i < pieces.length; i++) {
        if (i > 0) {
          into.add(current.toString());
          current.setLength(0);
        }
        current.append(pieces[i]);
        any |= !pieces[i].isEmpty();
      }
    }
    if (any) {
      into.add(current.toString());
    }
  }

  String value(String name) {
    if (name.equals("#")) {
      return Integer.toString(Math.max(0, positional.size() - 1));
    }
    if (name.equals("@") || name.equals("*")) {
      return positional.isEmpty()
          ? ""
          : String.join(" ", positional.subList(1, positional.size()));
    }
    if (!name.isEmpty() && name.length() < 4 && name.chars().allMatch(c -> c >= '0' && c <= '9')) {
      int index = Integer.parseInt(name);
      return index < positional.size() ? positional.get(index) : "";
    }
    return variables.getOrDefault(name, "");
  }

  // files

  Optional<GrubPaths> path(String name) {
    Optional<GrubPaths> path = GrubPaths.of(name, value("root"), server);
    if (path.isEmpty()) {
      run.found(Cause.SCRIPT_SYNTAX, where + ": no name of a file: " + Run.show(name));
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

  boolean isProgram(Files.Answer.Got got) {
    Artefact artefact = Artefact.of(got.head(), got.size());
    return artefact.format() instanceof Format.Pe && artefact.software() != Software.LINUX;
  }
}
