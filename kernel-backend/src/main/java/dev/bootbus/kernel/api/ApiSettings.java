package dev.bootbus.kernel.api;

import dev.bootbus.schema.PemIdentity;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/// Where REST is served, to whom, and how.
///
/// @param optional whether the backend goes on without it where the port is taken
/// @param tokens file of [TokenLine]
public record ApiSettings(
    InetSocketAddress address, boolean optional, Optional<Path> tokens, Optional<Certificate> tls) {

  /// @param file in PEM, with those that lead to it
  public record Certificate(Path file, Path key) {
    /// @throws IllegalArgumentException if the files cannot be used
    PemIdentity identity() {
      return PemIdentity.read("--api-cert", file, "--api-key", key);
    }
  }
}
