package dev.bootbus.probe.script;

import java.util.List;
import java.util.Optional;

/// GRUB's `test`, of which `[` is another name (GRUB manual §16.3.76).
final class GrubTest {
  private static final int MAX_DEPTH = 32;

  /// What `-s` asks for. `-f`, `-d` and `-e` list a folder, which TFTP and HTTP do not let GRUB do:
  /// they are false of each file that is not on a disk.
  interface NotEmpty {
    boolean of(String name) throws InterruptedException;
  }

  private final List<String> words;
  private final NotEmpty notEmpty;
  private int at;
  private int depth;

  private GrubTest(List<String> words, NotEmpty notEmpty) {
    this.words = words;
    this.notEmpty = notEmpty;
  }

  static boolean of(List<String> words, NotEmpty notEmpty) throws InterruptedException {
    return new GrubTest(words, notEmpty).or();
  }

  private boolean or() throws InterruptedException {
    if (++depth > MAX_DEPTH) {
      return false;
    }
    boolean value = and();
    while (next("-o")) {
      value |= and();
    }
    depth--;
    return value;
  }

  private boolean and() throws InterruptedException {
    boolean value = not();
    while (next("-a")) {
      value &= not();
    }
    return value;
  }

  private boolean not() throws InterruptedException {
    boolean negated = false;
    while (next("!")) {
      negated = !negated;
    }
    return one() != negated;
  }

  private boolean next(String word) {
    boolean is = at < words.size() && words.get(at).equals(word);
    at += is ? 1 : 0;
    return is;
  }

  private String take() {
    return at < words.size() ? words.get(at++) : "";
  }

  private boolean one() throws InterruptedException {
    if (at + 2 < words.size()) {
      Optional<Boolean> compared = compare(words.get(at), words.get(at + 1), words.get(at + 2));
      if (compared.isPresent()) {
        at += 3;
        return compared.get();
      }
    }
    if (next("(")) {
      boolean value = or();
      next(")");
      return value;
    }
    String word = take();
    return switch (at < words.size() ? word : "") {
      case "-z" -> take().isEmpty();
      case "-n" -> !take().isEmpty();
      case "-s" -> notEmpty.of(take());
      case "-e", "-f", "-d" -> {
        take();
        yield false;
      }
      default -> !word.isEmpty();
    };
  }

  private static Optional<Boolean> compare(String a, String operator, String b) {
    return switch (operator) {
      case "=", "==" -> Optional.of(a.equals(b));
      case "!=" -> Optional.of(!a.equals(b));
      case "<" -> Optional.of(a.compareTo(b) < 0);
      case "<=" -> Optional.of(a.compareTo(b) <= 0);
      case ">" -> Optional.of(a.compareTo(b) > 0);
      case ">=" -> Optional.of(a.compareTo(b) >= 0);
      case "-eq" -> Optional.of(number(a) == number(b));
      case "-ne" -> Optional.of(number(a) != number(b));
      case "-lt" -> Optional.of(number(a) < number(b));
      case "-le" -> Optional.of(number(a) <= number(b));
      case "-gt" -> Optional.of(number(a) > number(b));
      case "-ge" -> Optional.of(number(a) >= number(b));
      case "-nt", "-ot" -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  private static long number(String text) {
    return SettingType.integer(text).orElse(0L);
  }
}
