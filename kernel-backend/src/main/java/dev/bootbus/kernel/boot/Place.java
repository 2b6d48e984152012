package dev.bootbus.kernel.boot;

import java.net.URI;

/// Where a loader finds a file.
public sealed interface Place {
  /// On the server that the loader's own configuration came from.
  ///
  /// @param path below its root, decoded, without a leading slash
  record Local(String path) implements Place {}

  record Remote(URI url) implements Place {}
}
