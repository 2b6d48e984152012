package dev.bootbus.probe.script;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A menu or form of iPXE while it is put together.
final class IpxeMenu {
  private static final int MAX_ITEMS = 1_000;

  private final String title;
  private final List<Item> items = new ArrayList<>();

  /// @param name empty for a line that cannot be chosen
  private record Item(String name, String text, boolean isDefault) {}

  IpxeMenu(String title) {
    this.title = title;
  }

  void add(String name, String text, boolean isDefault) {
    if (items.size() < MAX_ITEMS) {
      items.add(new Item(name, text, isDefault));
    }
  }

  /// @param wanted the name of the default, where `choose` says one
  /// @return the name of what is taken where nobody chooses; none in a menu of nothing
  Optional<String> choose(Run run, Optional<String> wanted, Optional<Duration> timeout) {
    List<Item> all = items.stream().filter(item -> !item.name().isEmpty()).toList();
    Optional<Item> chosen =
        all.stream()
            .filter(item -> wanted.map(item.name()::equals).orElse(item.isDefault()))
            .findFirst()
            .or(() -> all.stream().findFirst());
    chosen.ifPresent(
        item ->
            run.passed(
                new Menu(
                    Run.show(title),
                    all.stream().map(Item::text).map(Run::show).toList(),
                    Run.show(item.text()),
                    timeout)));
    return chosen.map(Item::name);
  }
}
