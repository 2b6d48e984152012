package dev.bootbus.schema;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Supplier;

/// Tells by a metric when a certificate ends that this process shows to others:
/// `bootbus_certificate_end_timestamp_seconds`, since 1970.
public final class CertificateEnd {
  private CertificateEnd() {}

  /// @param use what the certificate is for, one word
  /// @param end of the one that the next connection is shown
  public static void measure(MeterRegistry registry, String use, Supplier<Instant> end) {
    Gauge.builder("bootbus.certificate.end.timestamp", () -> end.get().getEpochSecond())
        .description("when a certificate ends that is shown to others, since 1970; only with TLS")
        .baseUnit("seconds")
        .tag("use", use)
        .register(registry);
  }

  /// As the file is now, which each connection reads anew; while it is broken, as it was.
  static Supplier<Instant> of(Path file) {
    return new Supplier<>() {
      private volatile Instant end = read();

      private Instant read() {
        return PemFiles.certificates(BusEnvironment.CERT, file)
            .getFirst()
            .getNotAfter()
            .toInstant();
      }

      @Override
      public Instant get() {
        try {
          end = read();
        } catch (UnusableFileException _) { // the next connection will tell
        }
        return end;
      }
    };
  }
}
