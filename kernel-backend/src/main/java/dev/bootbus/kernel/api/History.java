package dev.bootbus.kernel.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// A [Resource] that remembers what its things were.
public interface History {
  /// The newest first: `{"revision":…,"time":ms,…}` with the fields of that time, or with
  /// `"deleted":true`. Nothing is known of an id that nothing is remembered of. It fails with
  /// [dev.bootbus.kernel.store.StoreUnavailableException] where the bus cannot be asked.
  CompletionStage<List<ObjectNode>> history(String id);
}
