package dev.bootbus.kernel.node;

/// What a machine does at the moment, as far as its requests tell.
public enum Status {
  UNKNOWN,
  /// it has fetched its script
  BOOTING,
  /// it has fetched something that only a running system asks for
  RUNNING,
  /// it was told to start again, and has not been heard since
  REBOOTING,
  /// it said that its boot failed, or took too long
  FAILED,
  /// it runs, and has not been heard for long
  UNREACHABLE
}
