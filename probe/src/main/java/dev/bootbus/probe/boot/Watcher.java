package dev.bootbus.probe.boot;

import dev.bootbus.probe.Finding;
import dev.bootbus.probe.boot.Walk.Step;
import dev.bootbus.probe.dhcp.Lease;
import java.net.URI;
import java.util.Optional;

/// Looks on while a machine walks. It is told on the machine's thread.
@FunctionalInterface
public interface Watcher {
  /// One step is over.
  void step(Step step);

  /// The machine has an address; its next program asks again.
  default void leased(Lease lease) {}

  /// A file came whole.
  ///
  /// @param size bytes
  /// @return what is wrong with it, as seen from outside
  default Optional<Finding> fetched(URI uri, byte[] sha256, long size) {
    return Optional.empty();
  }
}
