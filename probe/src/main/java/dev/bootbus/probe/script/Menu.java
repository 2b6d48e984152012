package dev.bootbus.probe.script;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A choice that a loader offered, and what it takes where nobody chooses.
///
/// @param entries titles, in their order
/// @param chosen the title of the one that was followed
/// @param timeout until then; none where it waits for a key for ever
public record Menu(String title, List<String> entries, String chosen, Optional<Duration> timeout) {
  public Menu {
    entries = List.copyOf(entries);
  }
}
