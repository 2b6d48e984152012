package dev.bootbus.probe.boot;

import dev.bootbus.probe.fetch.Fetcher;
import dev.bootbus.probe.fetch.HttpFetcher;
import dev.bootbus.probe.fetch.HttpProfile;
import dev.bootbus.probe.fetch.TftpFetcher;
import dev.bootbus.probe.fetch.TftpProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The clients of TFTP and HTTP that a machine's programs are, made when they are needed.
public final class Fetchers implements AutoCloseable {
  private final Map<TftpProfile, TftpFetcher> tftp = new ConcurrentHashMap<>();
  private final Map<HttpProfile, HttpFetcher> http = new ConcurrentHashMap<>();
  private final Optional<InetAddress> from;
  private final int tftpPort;

  /// @param from the address to fetch from; any that leads there where it is none
  /// @param tftpPort where servers listen that name no other port
  public Fetchers(Optional<InetAddress> from, int tftpPort) {
    this.from = from;
    this.tftpPort = tftpPort;
  }

  /// As a program fetches that the machine's power switch starts.
  ///
  /// @return none for a scheme that nobody here knows
  public Optional<Fetcher> of(URI uri, Program program) {
    return of(uri, Speaker.of(program));
  }

  /// @return none for a scheme that nobody here knows
  Optional<Fetcher> of(URI uri, Speaker speaker) {
    return switch (String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT)) {
      case "tftp" -> Optional.of(tftp.computeIfAbsent(speaker.tftp(), this::tftp));
      case "http", "https" -> Optional.of(http.computeIfAbsent(speaker.http(), this::http));
      default -> Optional.empty();
    };
  }

  private TftpFetcher tftp(TftpProfile profile) {
    TftpFetcher.Settings settings = TftpFetcher.Settings.of(profile);
    return new TftpFetcher(from.map(settings::from).orElse(settings));
  }

  private HttpFetcher http(HttpProfile profile) {
    HttpFetcher.Settings settings = HttpFetcher.Settings.of(profile);
    try {
      return new HttpFetcher(from.map(settings::from).orElse(settings));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // only a file of certificates can fail
    }
  }

  /// The same where TFTP listens somewhere else.
  URI dialled(URI uri) {
    return "tftp".equals(uri.getScheme()) && uri.getPort() < 0 && uri.getHost() != null
        ? URI.create("tftp://" + uri.getHost() + ":" + tftpPort + uri.getRawPath())
        : uri;
  }

  URI tftp(InetAddress server, String name) {
    return TftpFetcher.uri(server.getHostAddress(), 69, name);
  }

  @Override
  public void close() {
    http.values().forEach(HttpFetcher::close);
  }
}
