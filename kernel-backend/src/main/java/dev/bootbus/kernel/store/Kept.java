package dev.bootbus.kernel.store;

import io.nats.client.Connection;

/// Something in JetStream that has to be there as long as this process runs.
public interface Kept {
  /// Finds or creates it, and whatever has to follow.
  void load(Connection connection) throws StoreUnavailableException;

  /// Whether it has to be loaded again.
  boolean isBehind(Connection connection) throws StoreUnavailableException;
}
