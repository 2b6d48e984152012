package dev.bootbus.probe.script;

import dev.bootbus.probe.Cause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A menu of GRUB at which nobody stands: its default after the timeout, then its fallback.
final class GrubMenu {
  private final GrubRun grub;
  private final List<Entry> entries;

  /// @param id of `--id`, else the title
  /// @param words `$0` and what follows the options
  record Entry(
      String title,
      String id,
      boolean submenu,
      List<String> words,
      List<ShellSyntax> body,
      String where,
      String file) {

    /// @param line `menuentry TITLE --class NAME --id ID …`
    static Entry of(List<String> line, List<ShellSyntax> body, String where, String file) {
      String title = "";
      String id = "";
      List<String> rest = new ArrayList<>();
      for (int i = 1; i < line.size(); i++) {
        String word = line.get(i);
        boolean takesOne =
            List.of("--class", "--users", "--hotkey", "--id", "--source").contains(word);
        if (word.startsWith("--id=")) {
          id = word.substring(5);
        } else if (takesOne && i + 1 < line.size()) {
          i++;
          id = word.equals("--id") ? line.get(i) : id;
        } else if (!word.startsWith("--")) {
          title = rest.isEmpty() ? word : title;
          rest.add(word);
        }
      }
      return new Entry(
          title,
          id.isEmpty() ? title : id,
          line.getFirst().equals("submenu"),
          rest,
          body,
          where,
          file);
    }
  }

  GrubMenu(GrubRun grub, List<Entry> entries) {
    this.grub = grub;
    this.entries = entries;
  }

  Reading boot() throws InterruptedException {
    String wanted = grub.value("default");
    return boot(wanted.isEmpty() ? "0" : wanted);
  }

  /// @param wanted number, id or title; behind a `>` that of a submenu
  private Reading boot(String wanted) throws InterruptedException {
    int deeper = wanted.indexOf('>');
    String own = deeper < 0 ? wanted : wanted.substring(0, deeper);
    Entry chosen = find(own).orElse(entries.getFirst());
    grub.run.passed(
        new Menu(
            "GRUB",
            entries.stream().limit(100).map(entry -> Run.show(entry.title())).toList(),
            Run.show(chosen.title()),
            timeout()));
    Optional<Reading> reading = run(chosen, deeper < 0 ? "" : wanted.substring(deeper + 1));
    if (reading.isPresent()) {
      return reading.get();
    }
    for (String fallback : grub.value("fallback").strip().split("\\s+")) {
      Optional<Entry> other = fallback.isEmpty() ? Optional.empty() : find(fallback);
      Optional<Reading> second = other.isEmpty() ? Optional.empty() : run(other.get(), "");
      if (second.isPresent()) {
        return second.get();
      }
    }
    return new Reading.Prompt(
        chosen.where() + ": entry `" + Run.show(chosen.title()) + "` did not boot, GRUB waits");
  }

  private Optional<Duration> timeout() {
    return SettingType.integer(grub.value("timeout"))
        .filter(seconds -> seconds >= 0 && seconds < 1_000_000)
        .map(Duration::ofSeconds);
  }

  private Optional<Entry> find(String wanted) {
    Optional<Long> number = SettingType.integer(wanted);
    return entries.stream()
        .filter(entry -> entry.id().equals(wanted) || entry.title().equals(wanted))
        .findFirst()
        .or(
            () ->
                number
                    .filter(n -> n >= 0 && n < entries.size())
                    .map(n -> entries.get(n.intValue())));
  }

  private Optional<Reading> run(Entry entry, String within) throws InterruptedException {
    grub.run.enter(entry.where());
    Optional<Reading> reading;
    if (entry.submenu()) {
      List<Entry> below = grub.entriesOf(entry);
      if (below.isEmpty()) {
        throw new Run.End(Cause.SCRIPT_NO_KERNEL, entry.where() + ": an empty submenu");
      }
      reading = Optional.of(new GrubMenu(grub, below).boot(within.isEmpty() ? "0" : within));
    } else {
      grub.shell.set("chosen", entry.id());
      grub.body(entry);
      reading = grub.loaded.boot(); // what an entry has loaded is booted at its end
    }
    grub.run.leave();
    return reading;
  }
}
