package dev.bootbus.http;

import dev.bootbus.content.FileVersion;
import dev.bootbus.runtime.LogText;
import dev.bootbus.schema.CertificateEnd;
import dev.bootbus.schema.PemIdentity;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// TLS with the certificate of an operator, who may replace it under way: new connections are shown
/// the new one. While the new files are broken, the former certificate stays.
final class Tls {
  /// @param look how often to see whether the files changed
  record Settings(int port, Path certificate, Path key, Duration look) {
    static final Duration DEFAULT_LOOK = Duration.ofSeconds(10);

    /// @throws IllegalArgumentException if the files cannot be used
    PemIdentity identity() {
      return PemIdentity.read("--tls-cert", certificate, "--tls-key", key);
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger("http-server");
  private static final Duration SOON = Duration.ofDays(7);
  private static final String NO_PASSWORD = "";

  private final Settings settings;
  private final InstantSource clock;
  private final SslContextFactory.Server context = new SslContextFactory.Server();
  private List<FileVersion> read;
  private volatile Instant end;

  /// @throws IllegalArgumentException if the files cannot be used
  Tls(Settings settings, InstantSource clock, MeterRegistry meters) {
    this.settings = settings;
    this.clock = clock;
    this.read = versions();
    context.setKeyStorePassword(NO_PASSWORD);
    context.setKeyManagerPassword(NO_PASSWORD);
    context.setRenegotiationAllowed(false);
    PemIdentity identity = settings.identity();
    context.setKeyStore(identity.keyStore());
    end = identity.end();
    CertificateEnd.measure(meters, "https", () -> end);
    tell("certificate", identity);
  }

  private static void tell(String what, PemIdentity identity) {
    Instant end = identity.end();
    boolean late = end.isBefore(Instant.now().plus(SOON));
    LOG.atLevel(late ? Level.WARN : Level.INFO)
        .log(
            "{} subject={} end={}{}",
            what,
            LogText.of(identity.chain().getFirst().getSubjectX500Principal().getName()),
            end,
            late ? " reason=\"ends within 7 days, or has ended\"" : "");
  }

  SslConnectionFactory connections() {
    SslConnectionFactory connections =
        new SslConnectionFactory(context, HttpVersion.HTTP_1_1.asString());
    connections.addBean(new FailedHandshakes());
    return connections;
  }

  /// Looks at the files from time to time, for as long as the scheduler runs.
  void watch(Scheduler scheduler, Executor threads) {
    scheduler.schedule(
        () ->
            threads.execute(
                () -> {
                  look();
                  watch(scheduler, threads);
                }),
        settings.look.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  private void look() {
    List<FileVersion> now = versions();
    // files that changed only just now may be only half of what is to come
    if (now.equals(read) || !now.stream().allMatch(file -> file.isSettled(clock.instant()))) {
      return;
    }
    read = now;
    try {
      PemIdentity identity = settings.identity();
      context.reload(factory -> factory.setKeyStore(identity.keyStore()));
      end = identity.end();
      tell("certificate reloaded", identity);
    } catch (IllegalArgumentException e) {
      LOG.warn("certificate kept reason={}", LogText.of(String.valueOf(e.getMessage())));
    } catch (Exception e) { // Jetty declares no less
      LOG.error("bug certificate not reloaded", e);
    }
  }

  /// Of the files that there are.
  private List<FileVersion> versions() {
    return Stream.of(settings.certificate, settings.key)
        .map(Tls::version)
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<FileVersion> version(Path file) {
    try {
      return Optional.of(FileVersion.of(file));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// These are no requests, so no other line tells of them.
  private static final class FailedHandshakes implements SslHandshakeListener {
    @Override
    public void handshakeFailed(Event event, Throwable failure) {
      EndPoint endPoint = event.getEndPoint();
      InetSocketAddress peer = (InetSocketAddress) endPoint.getRemoteSocketAddress();
      LOG.info(
          "handshake failed peer={} reason={}",
          peer.getAddress().getHostAddress(),
          LogText.of(String.valueOf(failure.getMessage())));
    }
  }
}
