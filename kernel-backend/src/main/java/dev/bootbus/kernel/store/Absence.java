package dev.bootbus.kernel.store;

/// Whether a stream that is looked for now and then is gone for good.
///
/// nats-server 2.9 is not yet done with a stream when it says that it has deleted it. What is
/// created in between is there, and its records are kept by the one before, which nobody can read.
/// So it is believed at the second look.
final class Absence {
  private boolean noticed;

  /// It is there.
  void ended() {
    noticed = false;
  }

  /// It is not there.
  boolean isCertain() {
    noticed = !noticed;
    return !noticed;
  }
}
