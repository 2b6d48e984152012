package dev.bootbus.probe.script;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Runs what [ShellParser] has read. Each command has a status, 0 where it succeeded; a script goes
/// on whatever that is.
final class Shell {
  private static final int MAX_VARIABLES = 10_000;

  final Run run;
  final Map<String, String> variables;
  private final ShellParser.Dialect dialect;
  private final Commands commands;
  private final Map<String, List<ShellSyntax>> functions = new HashMap<>();
  private List<String> positional = List.of();
  private String where = "";
  private String file = "";
  private Jump jump = Jump.NONE;
  private int breaks;

  interface Commands {
    /// @param words the command's own name first
    /// @param block of a GRUB menu entry
    int run(List<String> words, Optional<List<ShellSyntax>> block) throws InterruptedException;
  }

  /// Leaves loops, functions and files before their end.
  private enum Jump {
    NONE,
    BREAK,
    CONTINUE,
    RETURN
  }

  Shell(Run run, ShellParser.Dialect dialect, Map<String, String> variables, Commands commands) {
    this.run = run;
    this.dialect = dialect;
    this.variables = new TreeMap<>(variables);
    this.commands = commands;
  }

  /// The line that is being run, for findings.
  String where() {
    return where;
  }

  String file() {
    return file;
  }

  void set(String name, String value) {
    if (variables.size() < MAX_VARIABLES || variables.containsKey(name)) {
      variables.put(name, value);
    }
  }

  /// In the place where it is named.
  int source(String text, String from) throws InterruptedException {
    run.enter(from);
    String caller = file;
    file = from;
    int status = all(ShellParser.parse(run, dialect, text, from));
    jump = jump == Jump.RETURN ? Jump.NONE : jump;
    file = caller;
    run.leave();
    return status;
  }

  int all(List<ShellSyntax> statements) throws InterruptedException {
    int status = 0;
    for (ShellSyntax statement : statements) {
      status = one(statement);
      set("?", Integer.toString(status));
      if (jump != Jump.NONE) {
        break;
      }
    }
    return status;
  }

  private int one(ShellSyntax statement) throws InterruptedException {
    run.step(where.isEmpty() ? file : where);
    return switch (statement) {
      case ShellSyntax.Command command -> command(command);
      case ShellSyntax.Chain chain -> chain(chain);
      case ShellSyntax.If choice -> choice(choice);
      case ShellSyntax.Loop loop -> loop(loop);
      case ShellSyntax.For each -> each(each);
      case ShellSyntax.Function function -> {
        functions.put(function.name(), function.body());
        yield 0;
      }
    };
  }

  private int choice(ShellSyntax.If choice) throws InterruptedException {
    for (ShellSyntax.Branch branch : choice.branches()) {
      if (branch.condition().isEmpty() || all(branch.condition()) == 0) {
        return jump == Jump.NONE ? all(branch.body()) : 0;
      }
    }
    return 0;
  }

  private int execute(List<String> words, Optional<List<ShellSyntax>> block)
      throws InterruptedException {
    String name = words.getFirst();
    int equals = name.indexOf('=');
    if (equals > 0 && words.size() == 1) {
      set(name.substring(0, equals), name.substring(equals + 1));
      return 0;
    }
    List<ShellSyntax> function = functions.get(name);
    if (function != null) {
      return call(function, words, file);
    }
    return switch (name) {
      case "break", "continue", "return" -> {
        Optional<Long> number =
            words.size() > 1 ? SettingType.integer(words.get(1)) : Optional.empty();
        jump = Jump.valueOf(name.toUpperCase(Locale.ROOT));
        breaks = number.orElse(1L).intValue();
        yield jump == Jump.RETURN ? number.orElse(0L).intValue() : 0;
      }
      default -> commands.run(words, block);
    };
  }

  private int chain(ShellSyntax.Chain chain) throws InterruptedException {
    int status = one(chain.first());
    for (ShellSyntax.Link link : chain.links()) {
      if (jump == Jump.NONE && (status == 0) == link.onSuccess()) {
        status = one(link.command());
      }
    }
    return status;
  }

  private int loop(ShellSyntax.Loop loop) throws InterruptedException {
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

  private int each(ShellSyntax.For each) throws InterruptedException {
    int status = 0;
    for (String value : expand(each.words())) {
      run.step(where);
      set(each.name(), value);
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

  private int command(ShellSyntax.Command command) throws InterruptedException {
    where = file + " line " + command.line();
    List<String> words = expand(command.words());
    if (words.isEmpty()) {
      return 0;
    }
    int status = execute(words, command.block());
    return command.negated() ? (status == 0 ? 1 : 0) : status;
  }

  /// @param words `$0` and what follows it
  /// @param from the file that the body is of
  int call(List<ShellSyntax> function, List<String> words, String from)
      throws InterruptedException {
    run.enter(where);
    String caller = file;
    file = from;
    List<String> outer = positional;
    positional = List.copyOf(words);
    int status = all(function);
    jump = jump == Jump.RETURN ? Jump.NONE : jump;
    positional = outer;
    file = caller;
    run.leave();
    return status;
  }

  List<String> expand(List<ShellSyntax.Word> words) {
    List<String> all = new ArrayList<>();
    for (ShellSyntax.Word word : words) {
      expand(word, all);
    }
    return all;
  }

  /// A variable that is not quoted falls apart at blanks, and is no word where it is empty.
  private void expand(ShellSyntax.Word word, List<String> into) {
    StringBuilder current = new StringBuilder();
    boolean any = false;
    for (ShellSyntax.Part part : word.parts()) {
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
      return positional.isEmpty() ? "" : String.join(" ", positional.subList(1, positional.size()));
    }
    if (!name.isEmpty() && name.length() < 4 && name.chars().allMatch(c -> c >= '0' && c <= '9')) {
      int index = Integer.parseInt(name);
      return index < positional.size() ? positional.get(index) : "";
    }
    return variables.getOrDefault(name, "");
  }
}
