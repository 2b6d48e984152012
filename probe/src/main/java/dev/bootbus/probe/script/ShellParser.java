package dev.bootbus.probe.script;

import dev.bootbus.probe.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Reads scripts of GRUB and of U-Boot. What is not well formed is a finding, and left out up to
/// the
/// end of its line, as GRUB does.
final class ShellParser {
  private static final int MAX_DEPTH = 64;
  private static final int MAX_STATEMENTS = 200_000;
  private static final int MAX_QUOTED = 1 << 16;
  private static final int MAX_ERRORS = 50;
  private static final Set<String> KEYWORDS =
      Set.of(
          "if",
          "then",
          "elif",
          "else",
          "fi",
          "for",
          "in",
          "do",
          "done",
          "while",
          "until",
          "function",
          "}");

  /// Whose script it is.
  enum Dialect {
    GRUB,
    HUSH
  }

  private final Run run;
  private final Dialect dialect;
  private final String from;
  private final String text;
  private int at;
  private int line = 1;
  private int depth;
  private int statements;

  private static final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    Malformed(String what) {
      super(what, null, false, false);
    }
  }

  private ShellParser(Run run, Dialect dialect, String text, String from) {
    this.run = run;
    this.dialect = dialect;
    this.from = from;
    this.text = text;
  }

  static List<ShellSyntax> parse(Run run, Dialect dialect, String text, String from) {
    ShellParser parser = new ShellParser(run, dialect, text, from);
    List<ShellSyntax> all = new ArrayList<>();
    for (int errors = 0; errors < MAX_ERRORS; errors++) {
      int begin = parser.at;
      try {
        parser.statements(all, Set.of());
        parser.skipSpace(true);
        if (parser.at >= text.length()) {
          return all;
        }
        throw new Malformed("`" + parser.word(new ArrayList<>()) + "` with nothing before it");
      } catch (Malformed malformed) {
        run.found(
            Cause.SCRIPT_SYNTAX,
            from + " line " + parser.line + ": " + Run.show(malformed.getMessage()));
        parser.depth = 0;
        parser.skipLine(begin);
      }
    }
    throw new Run.End(Cause.SCRIPT_SYNTAX, from + " is no script for " + dialect);
  }

  private void skipLine(int begin) {
    int end = text.indexOf('\n', Math.max(at, begin));
    at = end < 0 ? text.length() : end + 1;
    line++;
  }

  /// Up to one of the words in `ends`, which stays to be read.
  private void statements(List<ShellSyntax> into, Set<String> ends) throws Malformed {
    if (++depth > MAX_DEPTH) {
      throw new Malformed(MAX_DEPTH + " blocks, one within the other");
    }
    while (true) {
      skipSpace(true);
      if (at >= text.length()) {
        if (!ends.isEmpty()) {
          throw new Malformed("it ends before " + String.join(" or ", new TreeSet<>(ends)));
        }
        break;
      }
      String keyword = keyword();
      if (ends.contains(keyword) || keyword.equals("}") && ends.isEmpty()) {
        break;
      }
      if (++statements > MAX_STATEMENTS) {
        throw new Run.End(Cause.SCRIPT_TOO_LONG, from + ": " + MAX_STATEMENTS + " statements");
      }
      into.add(statement(keyword));
    }
    depth--;
  }

  private ShellSyntax statement(String keyword) throws Malformed {
    return switch (keyword) {
      case "if" -> ifStatement();
      case "while", "until" -> {
        expect(keyword);
        List<ShellSyntax> condition = block("do");
        yield new ShellSyntax.Loop(condition, block("done"), keyword.equals("until"));
      }
      case "for" -> forStatement();
      case "function" -> {
        expect("function");
        String name = name();
        expect("{");
        yield new ShellSyntax.Function(name, block("}"));
      }
      case "then", "elif", "else", "fi", "in", "do", "done", "}" ->
          throw new Malformed("`" + keyword + "` out of its place");
      default -> chain();
    };
  }

  private ShellSyntax ifStatement() throws Malformed {
    List<ShellSyntax.Branch> branches = new ArrayList<>();
    expect("if");
    while (true) {
      List<ShellSyntax> condition = block("then");
      List<ShellSyntax> body = new ArrayList<>();
      statements(body, Set.of("elif", "else", "fi"));
      branches.add(new ShellSyntax.Branch(condition, body));
      String end = keyword();
      expect(end);
      if (end.equals("else")) {
        branches.add(new ShellSyntax.Branch(List.of(), block("fi")));
      }
      if (!end.equals("elif")) {
        return new ShellSyntax.If(branches);
      }
    }
  }

  private ShellSyntax forStatement() throws Malformed {
    int begin = line;
    expect("for");
    String name = name();
    expect("in");
    List<ShellSyntax.Word> words = words();
    skipSpace(true);
    expect("do");
    return new ShellSyntax.For(begin, name, words, block("done"));
  }

  private List<ShellSyntax> block(String end) throws Malformed {
    List<ShellSyntax> body = new ArrayList<>();
    statements(body, Set.of(end));
    expect(end);
    return body;
  }

  private ShellSyntax chain() throws Malformed {
    ShellSyntax first = command();
    List<ShellSyntax.Link> links = new ArrayList<>();
    while (text.startsWith("&&", at) || text.startsWith("||", at)) {
      boolean onSuccess = peek() == '&';
      at += 2;
      skipSpace(true);
      links.add(new ShellSyntax.Link(onSuccess, command()));
    }
    return links.isEmpty() ? first : new ShellSyntax.Chain(first, links);
  }

  private ShellSyntax command() throws Malformed {
    int begin = line;
    boolean negated = false;
    List<ShellSyntax.Word> words = words();
    if (!words.isEmpty() && words.getFirst().bare().filter("!"::equals).isPresent()) {
      negated = true;
      words = words.subList(1, words.size());
    }
    Optional<List<ShellSyntax>> block = Optional.empty();
    if (peek() == '{') {
      at++;
      block = Optional.of(block("}"));
    }
    if (words.isEmpty() && block.isEmpty()) {
      throw new Malformed("`" + peek() + "` where a command begins");
    }
    return new ShellSyntax.Command(begin, words, block, negated);
  }

  /// Those up to the end of the command.
  private List<ShellSyntax.Word> words() throws Malformed {
    List<ShellSyntax.Word> words = new ArrayList<>();
    while (true) {
      skipSpace(false);
      char c = peek();
      if (c == 0 || c == '\n' || c == ';' || c == '{' || c == '}') {
        return words;
      }
      boolean link = text.startsWith("&&", at) || text.startsWith("||", at);
      if (dialect == Dialect.HUSH && link) {
        return words;
      }
      if (c == '&' || c == '|' || c == '<' || c == '>') {
        throw new Malformed(dialect + " has no `" + c + "`");
      }
      List<ShellSyntax.Part> parts = new ArrayList<>();
      word(parts);
      words.add(new ShellSyntax.Word(parts));
    }
  }

  private char peek() {
    return at < text.length() ? text.charAt(at) : 0;
  }

  /// The keyword that comes next, else the empty string; nothing is read.
  private String keyword() {
    if (peek() == '}') {
      return "}";
    }
    int end = at;
    while (end < text.length() && Character.isLetter(text.charAt(end)) && end - at < 10) {
      end++;
    }
    boolean ends = end >= text.length() || " \t\r\n;{}".indexOf(text.charAt(end)) >= 0;
    String word = text.substring(at, end);
    return ends && KEYWORDS.contains(word) ? word : "";
  }

  private void expect(String word) throws Malformed {
    skipSpace(true);
    if (!text.startsWith(word, at)) {
      throw new Malformed("`" + word + "` is missing");
    }
    at += word.length();
  }

  private String name() throws Malformed {
    skipSpace(false);
    int begin = at;
    while (at < text.length() && (Character.isLetterOrDigit(peek()) || "_-".indexOf(peek()) >= 0)) {
      at++;
    }
    if (at == begin) {
      throw new Malformed("a name is missing");
    }
    return text.substring(begin, at);
  }

  /// Blanks, comments and joined lines; newlines and semicolons where statements begin.
  private void skipSpace(boolean ends) {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\\' && text.startsWith("\\\n", at)) {
        at += 2;
        line++;
      } else if (c == '#') {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (c == ' ' || c == '\t' || c == '\r' || ends && c == ';') {
        at++;
      } else if (ends && c == '\n') {
        at++;
        line++;
      } else {
        return;
      }
    }
  }

  /// @return its text, for people
  private String word(List<ShellSyntax.Part> parts) throws Malformed {
    int begin = at;
    StringBuilder plain = new StringBuilder();
    while (at < text.length() && " \t\r\n;&|<>".indexOf(peek()) < 0) {
      char c = peek();
      if ((c == '{' || c == '}') && at == begin) {
        at++;
        break;
      }
      switch (c) {
        case '\'' -> singleQuoted(plain, parts);
        case '"' -> doubleQuoted(plain, parts);
        case '\\' -> escape(plain, parts);
        case '$' -> variable(plain, parts, false);
        default -> {
          plain.append(c);
          at++;
        }
      }
    }
    flush(plain, parts, false);
    return text.substring(begin, at);
  }

  private static void flush(StringBuilder plain, List<ShellSyntax.Part> parts, boolean quoted) {
    if (!plain.isEmpty() || quoted) {
      parts.add(new ShellSyntax.Part(plain.toString(), false, quoted));
      plain.setLength(0);
    }
  }

  private void singleQuoted(StringBuilder plain, List<ShellSyntax.Part> parts) throws Malformed {
    flush(plain, parts, false);
    int end = text.indexOf('\'', at + 1);
    if (end < 0) {
      throw new Malformed("a quote without an end");
    }
    plain.append(text, at + 1, end);
    countLines(at, end);
    at = end + 1;
    flush(plain, parts, true);
  }

  private void countLines(int begin, int end) {
    line += (int) text.substring(begin, end).chars().filter(c -> c == '\n').count();
  }

  private void doubleQuoted(StringBuilder plain, List<ShellSyntax.Part> parts) throws Malformed {
    flush(plain, parts, false);
    int begin = at++;
    while (peek() != '"') {
      if (at >= text.length() || at - begin > MAX_QUOTED) {
        throw new Malformed("a quote without an end");
      }
      char c = peek();
      if (c == '\\' && at + 1 < text.length() && "\"\\$\n".indexOf(text.charAt(at + 1)) >= 0) {
        plain.append(text.charAt(at + 1));
        at += 2;
      } else if (c == '$') {
        variable(plain, parts, true);
      } else {
        plain.append(c);
        at++;
      }
    }
    countLines(begin, at);
    at++;
    flush(plain, parts, true);
  }

  private void escape(StringBuilder plain, List<ShellSyntax.Part> parts) {
    at++;
    if (peek() == '\n') {
      line++;
    } else if (at < text.length()) {
      flush(plain, parts, false);
      plain.append(peek());
      flush(plain, parts, true);
    }
    at = Math.min(at + 1, text.length());
  }

  private void variable(StringBuilder plain, List<ShellSyntax.Part> parts, boolean quoted)
      throws Malformed {
    int begin = at++;
    String name;
    if (peek() == '{') {
      int end = text.indexOf('}', at);
      if (end < 0 || end - at > 256) {
        throw new Malformed("`${` without an end");
      }
      name = text.substring(at + 1, end);
      at = end + 1;
    } else if ("?#@*".indexOf(peek()) >= 0 && at < text.length()) {
      name = String.valueOf(peek());
      at++;
    } else {
      int from = at;
      boolean number = Character.isDigit(peek());
      while (number
          ? Character.isDigit(peek())
          : Character.isLetterOrDigit(peek()) || peek() == '_') {
        at++;
      }
      name = text.substring(from, at);
    }
    if (name.isEmpty()) {
      plain.append(text, begin, at); // `$"…"`, or a dollar by itself
      if (peek() == '"' && !quoted) {
        plain.setLength(plain.length() - 1);
      }
      return;
    }
    flush(plain, parts, quoted && !plain.isEmpty());
    parts.add(new ShellSyntax.Part(name, true, quoted));
  }
}
