package dev.bootbus.probe.script;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A configuration of SYSLINUX, or of U-Boot's `pxe` and `extlinux.conf` that took its form
/// (doc/syslinux.txt; U-Boot doc/README.pxe).
final class PxelinuxConfig {
  private static final int MAX_LABELS = 10_000;

  /// How a label's file is started: by its name, unless another word than KERNEL says how.
  enum Type {
    KERNEL,
    LINUX,
    COM32,
    BOOT,
    CONFIG,
    LOCALBOOT,
    /// MENU QUIT, MENU EXIT, MENU GOTO: nothing that boots.
    MENU
  }

  /// @param depth of submenus
  record Label(String name, int depth, int line, Map<String, String> words) {
    Type type() {
      return Type.valueOf(words.getOrDefault("type", "KERNEL"));
    }

    /// The label's own name where it names no file.
    String file() {
      return words.getOrDefault("file", name);
    }

    String title() {
      return words.getOrDefault("menu label", name).replace("^", "");
    }

    Optional<String> word(String key) {
      return Optional.ofNullable(words.get(key));
    }
  }

  final Map<String, Label> labels = new HashMap<>();
  final List<Label> inOrder = new ArrayList<>();
  private final Map<String, String> globals = new HashMap<>();
  private final Run run;
  private boolean inLabel;
  private Label current = new Label("", 0, 0, new HashMap<>());
  private int depth;

  interface Include {
    /// @return none where it is not there; the line is then as if it were not
    Optional<String> text(String name) throws InterruptedException;
  }

  PxelinuxConfig(Run run) {
    this.run = run;
  }

  Optional<String> global(String key) {
    return Optional.ofNullable(globals.get(key));
  }

  /// Tenths of a second, as `TIMEOUT` has them; 0 where there is none.
  long timeout() {
    return global("timeout").flatMap(SettingType::integer).filter(t -> t > 0).orElse(0L);
  }

  /// As a label's `APPEND`, else that of the beginning; `-` is none.
  String append(Label label) {
    String append = label.word("append").or(() -> global("append")).orElse("");
    return append.equals("-") ? "" : append;
  }

  void read(String text, String where, Include include) throws InterruptedException {
    run.enter(where);
    boolean inText = false;
    int number = 0;
    for (String raw : text.split("\n", -1)) {
      String line = raw.strip();
      number++;
      String key = word(line);
      if (inText) {
        inText = !key.equals("endtext");
        continue;
      }
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      run.step(where + " line " + number);
      inText = key.equals("text");
      line(key, rest(line), number, include);
    }
    run.leave();
  }

  private void line(String key, String value, int number, Include include)
      throws InterruptedException {
    switch (key) {
      case "label" -> label(value, number);
      case "include" -> include(word(value, false), include);
      case "menu" -> menu(value, number, include);
      case "kernel" -> file(Type.KERNEL, value);
      case "linux" -> file(Type.LINUX, value);
      case "com32" -> file(Type.COM32, value);
      case "boot", "bss", "pxe", "fdimage", "comboot" -> file(Type.BOOT, value);
      case "config" -> file(Type.CONFIG, value);
      case "localboot" -> file(Type.LOCALBOOT, value);
      case "append", "initrd", "ipappend", "sysappend" ->
          put(key.equals("sysappend") ? "ipappend" : key, value);
      case "fdt", "devicetree" -> put("fdt", value);
      case "fdtdir", "devicetreedir" -> put("fdtdir", value);
      case "default", "ui", "timeout", "totaltimeout", "prompt", "ontimeout", "implicit" ->
          globals.put(key, value);
      case "say" -> run.say(value);
      default -> {} // of the looks, or of nobody: SYSLINUX passes over it too
    }
  }

  private void label(String name, int number) {
    if (inOrder.size() >= MAX_LABELS) {
      return;
    }
    current = new Label(word(name, false), depth, number, new HashMap<>());
    inLabel = true;
    inOrder.add(current);
    labels.putIfAbsent(current.name(), current);
  }

  private void include(String name, Include include) throws InterruptedException {
    Optional<String> text = include.text(name);
    if (text.isPresent()) {
      read(text.get(), name, include);
    }
  }

  private void menu(String line, int number, Include include) throws InterruptedException {
    String key = word(line);
    String value = rest(line);
    switch (key) {
      case "include" -> include(word(value, false), include);
      case "begin", "end" -> {
        inLabel = false;
        depth = Math.max(0, depth + (key.equals("begin") ? 1 : -1));
      }
      case "title" -> globals.putIfAbsent("menu title", value);
      case "label", "default", "disable", "disabled", "hide" -> {
        if (inLabel) {
          current.words().put("menu " + (key.equals("disabled") ? "disable" : key), value);
        }
      }
      case "quit", "exit", "goto" -> file(Type.MENU, line);
      default -> {}
    }
  }

  private void file(Type type, String file) {
    if (inLabel) {
      current.words().put("type", type.name());
      current.words().put("file", file);
    }
  }

  private void put(String key, String value) {
    (inLabel ? current.words() : globals).put(key, value);
  }

  private static String word(String line) {
    return word(line, true);
  }

  static String word(String line, boolean lower) {
    int end = 0;
    while (end < line.length() && !Character.isWhitespace(line.charAt(end))) {
      end++;
    }
    return lower ? line.substring(0, end).toLowerCase(Locale.ROOT) : line.substring(0, end);
  }

  static String rest(String line) {
    return line.substring(word(line).length()).strip();
  }

  /// What a menu takes: the entry marked so, else that of `DEFAULT`, else the first.
  Optional<Label> menuDefault() {
    Optional<Label> marked =
        inOrder.stream()
            .filter(label -> label.words().containsKey("menu default"))
            .reduce((a, b) -> a.depth() <= b.depth() && a.depth() < b.depth() ? a : b);
    return marked
        .or(() -> global("default").map(d -> labels.get(word(d, false))))
        .or(() -> choices().stream().findFirst());
  }

  /// What can be chosen.
  List<Label> choices() {
    return inOrder.stream()
        .filter(label -> !label.words().containsKey("menu disable"))
        .filter(label -> !label.words().containsKey("menu hide"))
        .toList();
  }
}
