package dev.bootbus.kernel.boot;

import dev.bootbus.kernel.catalogue.Architecture;
import dev.bootbus.kernel.node.Machine;
import java.time.Duration;
import java.util.List;

/// What one machine is to boot, whatever its loader: one kernel, or several of which a person
/// chooses.
///
/// @param entries one at least
/// @param preset the kernel that is booted when nobody chooses; one of the entries
/// @param timeout of the menu; zero for none
public record BootPlan(
    Machine machine, List<Entry> entries, String preset, boolean menu, Duration timeout) {
  /// @param kernel its name
  public record Entry(String kernel, Architecture arch, Start start) {}

  public BootPlan {
    entries = List.copyOf(entries);
  }

  static BootPlan of(Machine machine, Entry entry) {
    return new BootPlan(machine, List.of(entry), entry.kernel(), false, Duration.ZERO);
  }

  /// What a loader boots that can show no menu.
  Entry only() {
    return entries.stream()
        .filter(entry -> entry.kernel().equals(preset))
        .findFirst()
        .orElseGet(entries::getFirst);
  }

  /// For a comment: no line break in it.
  String title() {
    return "%s (%s) %s"
        .formatted(
            machine.hostname(),
            machine.mac(),
            menu
                ? "chooses"
                : entries.getFirst().start() instanceof Start.Disk
                    ? "boots its disk"
                    : "boots " + entries.getFirst().kernel());
  }

  String title(Entry entry) {
    return machine.hostname() + " (" + machine.mac() + ") boots " + entry.kernel();
  }
}
