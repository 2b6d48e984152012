package dev.bootbus.probe.fetch;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How web servers are reached, on a command line: a mixin.
final class WebOptions {
  @Option(
      names = "--proxy",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:BOOTBUS_PROBE_PROXY}",
      description = "Ask this HTTP proxy.")
  private @Nullable String proxy;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      defaultValue = "${env:BOOTBUS_PROBE_CA}",
      description = "Certificates in PEM to trust, in place of Java's.")
  private @Nullable Path ca;

  /// For one file after the other.
  ///
  /// @param from own address
  /// @throws IllegalArgumentException if there is something wrong with an option
  /// @throws IOException if the certificates cannot be read
  HttpFetcher fetcher(HttpProfile profile, Optional<InetAddress> from) throws IOException {
    HttpFetcher.Settings usual = HttpFetcher.Settings.of(profile);
    return new HttpFetcher(
        new HttpFetcher.Settings(
            profile,
            usual.connect(),
            usual.silence(),
            usual.redirects(),
            Optional.ofNullable(proxy).map(HttpFetcher.HostPort::parse),
            Optional.ofNullable(ca),
            from,
            1));
  }
}
