package dev.bootbus.kernel.life;

/// What a machine gets that wants to boot from the network.
public sealed interface BootDecision {
  /// @param name of a kernel in the catalogue, or empty for the default
  record Kernel(String name) implements BootDecision {}

  /// Its own disk.
  ///
  /// @param reason one sentence that says how to change it
  record Disk(How how, String reason) implements BootDecision {}

  /// @param reason one sentence
  record Nothing(String reason) implements BootDecision {}

  /// How a machine is sent to its disk.
  enum How {
    /// no boot options: its firmware goes on to the next boot device by itself
    DENY,
    /// a script that ends, so that the firmware goes on
    EXIT,
    /// a script that starts the first disk, where the firmware is a BIOS; else it ends
    SANBOOT
  }
}
