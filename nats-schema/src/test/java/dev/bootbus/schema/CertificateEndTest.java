package dev.bootbus.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.schema.testing.Authority;
import dev.bootbus.schema.testing.Authority.Issued;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The client certificate of a bus; nobody need listen.
class CertificateEndTest {
  private final Authority ca = new Authority("the CA");
  private final Map<String, String> environment = new HashMap<>();
  private final MeterRegistry meters = new SimpleMeterRegistry();
  @TempDir private Path folder;

  private void issue(Instant end) {
    Issued issued =
        ca.issue(Authority.elliptic(), new GeneralName(GeneralName.dNSName, "localhost"), end);
    environment.put(
        BusEnvironment.CERT, Authority.write(folder, "client.pem", issued.certificate()));
    environment.put(BusEnvironment.KEY, Authority.write(folder, "client.key", issued.pkcs8()));
  }

  private Bus bus() {
    environment.put(BusEnvironment.URL, "tls://127.0.0.1:1");
    return Bus.connect(BusSettings.from("certified", environment).withMeters(meters), _ -> {});
  }

  private Instant measured() {
    return Instant.ofEpochSecond(
        (long) meters.get("bootbus.certificate.end.timestamp").tag("use", "nats").gauge().value());
  }

  private static Instant inDays(int days) {
    return Instant.ofEpochSecond(Instant.now().getEpochSecond()).plus(Duration.ofDays(days));
  }

  @Test
  void theEndIsThatOfTheFileWhichTheNextConnectionReads() {
    Instant first = inDays(3);
    issue(first);
    try (Bus _ = bus()) {
      assertThat(measured()).isEqualTo(first);
      Instant second = inDays(90);
      issue(second);
      assertThat(measured()).isEqualTo(second);
      Authority.write(folder, "client.pem", "nonsense");
      assertThat(measured()).describedAs("of a file that is broken").isEqualTo(second);
    }
  }

  @Test
  void withoutACertificateThereIsNoEnd() {
    try (Bus _ = bus()) {
      assertThat(meters.find("bootbus.certificate.end.timestamp").gauges()).isEmpty();
    }
  }
}
