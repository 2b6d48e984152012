package dev.bootbus.kernel.api;

/// Who asks.
///
/// @param name for the log
record Caller(String name, Role role) {
  /// Of a service that only this host reaches.
  static final Caller ANYBODY = new Caller("anybody", Role.WRITE);

  enum Role {
    READ,
    /// and read
    WRITE
  }
}
