package dev.bootbus.kernel.api;

import dev.bootbus.kernel.api.ApiSettings.Certificate;
import dev.bootbus.schema.CertificateEnd;
import dev.bootbus.schema.PemIdentity;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// TLS with a certificate that an operator may replace under way: new connections are shown the
/// new one. While the new files are broken, the former one stays.
final class ApiTls {
  private static final Logger LOG = LoggerFactory.getLogger("kernel-backend");
  private static final Duration SOON = Duration.ofDays(7);
  private static final String NO_PASSWORD = "";

  private final Certificate certificate;
  private final SslContextFactory.Server context = new SslContextFactory.Server();
  private List<FileVersion> read;
  private volatile Instant end;

  /// @throws IllegalArgumentException if the files cannot be used
  ApiTls(Certificate certificate, MeterRegistry meters) {
    this.certificate = certificate;
    this.read = versions();
    context.setKeyStorePassword(NO_PASSWORD);
    context.setKeyManagerPassword(NO_PASSWORD);
    context.setRenegotiationAllowed(false);
    end = use(context, "api certificate");
    CertificateEnd.measure(meters, "api", () -> end);
  }

  /// @return when it ends
  private Instant use(SslContextFactory factory, String what) {
    PemIdentity identity = certificate.identity();
    factory.setKeyStore(identity.keyStore());
    if (identity.end().isBefore(Instant.now().plus(SOON))) {
      LOG.warn("{} end={} reason=\"ends within 7 days, or has ended\"", what, identity.end());
    } else {
      LOG.info("{} end={}", what, identity.end());
    }
    return identity.end();
  }

  SslConnectionFactory connections() {
    return new SslConnectionFactory(context, HttpVersion.HTTP_1_1.asString());
  }

  /// Looks whether the files have changed. One thread at a time.
  void look() {
    List<FileVersion> now = versions();
    if (now.equals(read) || !now.stream().allMatch(FileVersion::isSettled)) {
      return;
    }
    read = now;
    try {
      context.reload(factory -> end = use(factory, "api certificate reloaded"));
    } catch (IllegalArgumentException e) {
      LOG.warn("api certificate kept: {}", e.getMessage());
    } catch (Exception e) { // Jetty declares no less
      LOG.error("bug: api certificate not reloaded", e);
    }
  }

  private List<FileVersion> versions() {
    return List.of(FileVersion.of(certificate.file()), FileVersion.of(certificate.key()));
  }
}
