package dev.bootbus.http.mirror;

import dev.bootbus.content.BootPath;
import java.util.Optional;

/// What files must be. Asked at each request, from many threads.
@FunctionalInterface
public interface Pins {
  Pins NONE = path -> Optional.empty();

  /// The SHA-256 in lower-case hex, if the file is pinned.
  Optional<String> of(BootPath path);
}
