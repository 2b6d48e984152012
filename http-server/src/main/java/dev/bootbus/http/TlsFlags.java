package dev.bootbus.http;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Whether and how HTTPS is served.
final class TlsFlags {
  @Option(
      names = "--https-port",
      paramLabel = "PORT",
      defaultValue = "${env:BOOTBUS_HTTPS_PORT:-443}",
      description = "TCP port for HTTPS, served if --tls-cert is given; 0 takes a free one.")
  private int port;

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      defaultValue = "${env:BOOTBUS_TLS_CERT:-}",
      description =
          "Certificate for HTTPS and those that lead to it, in PEM; read when it changes.")
  private Path certificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      defaultValue = "${env:BOOTBUS_TLS_KEY:-}",
      description = "Its key, in PEM without a password.")
  private Path key;

  /// @throws IllegalArgumentException if they do not go together, or cannot be used
  Optional<Tls.Settings> settings() {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("--https-port must be 0 to 65535");
    }
    boolean certified = !certificate.toString().isEmpty();
    if (certified == key.toString().isEmpty()) {
      throw new IllegalArgumentException("--tls-cert and --tls-key go together");
    }
    if (!certified) {
      return Optional.empty();
    }
    Tls.Settings settings = new Tls.Settings(port, certificate, key, Tls.Settings.DEFAULT_LOOK);
    settings.identity();
    return Optional.of(settings);
  }
}
