package dev.bootbus.kernel.node;

/// How far a machine is on its way to the system it is to run.
public enum Stage {
  /// seen, and nothing decided about it
  COMMISSIONING,
  /// what it is made of is known
  COMMISSIONED,
  /// it is to be installed, or is being installed
  PROVISIONING,
  /// it has its system, and boots that from its disk
  PROVISIONED
}
