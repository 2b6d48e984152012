package dev.bootbus.dhcp;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// What is known of single machines, and outlives a change of the configuration: who was offered a
/// loader of late, and who sends how much. If it is lost, no answer changes for long.
final class Memory {
  private final LoaderMemory loaders = new LoaderMemory(LoaderMemory.DEFAULT_WINDOW);
  private final Map<RateLimit.Settings, RateLimit> limits = new HashMap<>();

  LoaderMemory loaders() {
    return loaders;
  }

  /// The same limit for the same settings, on whichever interface a machine sends.
  synchronized RateLimit limit(RateLimit.Settings settings) {
    return limits.computeIfAbsent(settings, RateLimit::new);
  }

  /// Forgets the limits that no interface has any more.
  synchronized void keep(Set<RateLimit.Settings> settings) {
    limits.keySet().retainAll(settings);
  }
}
