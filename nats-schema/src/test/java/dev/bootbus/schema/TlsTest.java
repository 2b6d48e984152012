package dev.bootbus.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bootbus.schema.testing.Authority;
import dev.bootbus.schema.testing.Authority.Issued;
import dev.bootbus.schema.testing.NatsConfig;
import dev.bootbus.schema.testing.NatsServer;
import io.nats.client.Connection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// TLS with a real nats-server, with certificates made on the spot.
class TlsTest {
  private static final GeneralName LOOPBACK = new GeneralName(GeneralName.iPAddress, "127.0.0.1");
  private static final GeneralName LOCALHOST = new GeneralName(GeneralName.dNSName, "localhost");
  private static final GeneralName ELSEWHERE =
      new GeneralName(GeneralName.dNSName, "nats.elsewhere.example");
  private static final String VERIFY =
      "tls { cert_file: server.pem, key_file: server.key, ca_file: ca.pem, verify: true }";
  private static final String PLAIN = "tls { cert_file: server.pem, key_file: server.key }";

  private final Authority ca = new Authority("the CA");
  private final Authority otherCa = new Authority("another CA");
  @TempDir private Path folder;

  private NatsConfig config(String text, Issued server) {
    return NatsConfig.of(text)
        .withFile("server.pem", server.certificate())
        .withFile("server.key", server.pkcs8())
        .withFile("ca.pem", ca.pem());
  }

  private Issued server(GeneralName host) {
    return ca.issue(Authority.elliptic(), host);
  }

  private Map<String, String> environment(NatsServer nats, String host) {
    Map<String, String> environment = new HashMap<>();
    environment.put(BusEnvironment.URL, "tls://" + host + ":" + nats.port());
    environment.put(BusEnvironment.CA, Authority.write(folder, "trusted.pem", ca.pem()));
    return environment;
  }

  private void client(Map<String, String> environment, Issued client, String key) {
    environment.put(
        BusEnvironment.CERT, Authority.write(folder, "client.pem", client.certificate()));
    environment.put(BusEnvironment.KEY, Authority.write(folder, "client.key", key));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"127.0.0.1, tls", "localhost, tls", "localhost, nats"})
  void aServerOfOurCaIsTrustedUnderItsName(String host, String scheme) throws Exception {
    GeneralName name = host.equals("localhost") ? LOCALHOST : LOOPBACK;
    try (NatsServer nats = NatsServer.withConfig(config(PLAIN, server(name)))) {
      Map<String, String> environment = environment(nats, host);
      environment.compute(BusEnvironment.URL, (_, url) -> url.replace("tls:", scheme + ":"));
      try (Listener listener = new Listener(environment)) {
        listener.awaitConnected();
        assertThat(listener.told()).hasSize(1);
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"127.0.0.1", "localhost"})
  void aCertificateOfTheSameCaForAnotherHostIsRefused(String host) throws Exception {
    try (NatsServer nats = NatsServer.withConfig(config(PLAIN, server(ELSEWHERE)));
        Listener listener = new Listener(environment(nats, host))) {
      assertThat(listener.awaitTold("for another host"))
          .contains("BOOTBUS_NATS_URL (--nats)", host)
          .doesNotContain("Exception");
      assertThat(listener.told()).noneMatch(BusState.Connected.class::isInstance);
    }
  }

  @Test
  void theTrustStoreOfTheJvmChecksTheHostTooAndTrustsNoCaOfOurs() throws Exception {
    try (NatsServer nats = NatsServer.withConfig(config(PLAIN, server(LOOPBACK)))) {
      Map<String, String> environment = environment(nats, "127.0.0.1");
      environment.remove(BusEnvironment.CA);
      try (Listener listener = new Listener(environment)) {
        listener.awaitTold("signed by nobody who is trusted here: BOOTBUS_NATS_CA (--nats-ca)");
      }
    }
  }

  @Test
  void aServerOfAnotherCaIsRefused() throws Exception {
    try (NatsServer nats = NatsServer.withConfig(config(PLAIN, server(LOOPBACK)))) {
      Map<String, String> environment = environment(nats, "127.0.0.1");
      Authority.write(folder, "trusted.pem", otherCa.pem());
      try (Listener listener = new Listener(environment)) {
        listener.awaitTold("signed by nobody who is trusted here");

        // the file is read anew for each attempt
        Authority.write(folder, "trusted.pem", ca.pem());
        listener.awaitConnected();
      }
    }
  }

  @Test
  void anExpiredServerIsRefused() throws Exception {
    Issued expired =
        ca.issue(Authority.elliptic(), LOOPBACK, Instant.now().minus(Duration.ofHours(1)));
    try (NatsServer nats = NatsServer.withConfig(config(PLAIN, expired));
        Listener listener = new Listener(environment(nats, "127.0.0.1"))) {
      listener.awaitTold("the certificate of nats-server, or of its CA, has expired (NotAfter: ");
    }
  }

  @ParameterizedTest(name = "{0} in {1}")
  @CsvSource({"RSA, PKCS#8", "RSA, PKCS#1", "EC, PKCS#8", "EC, SEC1"})
  void aClientCertificateIsShown(String kind, String format) throws Exception {
    Issued client =
        ca.issue(kind.equals("RSA") ? Authority.rsa() : Authority.elliptic(), LOCALHOST);
    String key = format.equals("PKCS#8") ? client.pkcs8() : client.traditional();
    assertThat(key)
        .contains(
            switch (format) {
              case "PKCS#1" -> "-----BEGIN RSA PRIVATE KEY";
              case "SEC1" -> "-----BEGIN EC PRIVATE KEY";
              default -> "-----BEGIN PRIVATE KEY";
            });
    try (NatsServer nats = NatsServer.withConfig(config(VERIFY, server(LOOPBACK)))) {
      Map<String, String> environment = environment(nats, "127.0.0.1");
      client(environment, client, key);
      try (Listener listener = new Listener(environment)) {
        listener.awaitConnected();
        assertThat(listener.told()).hasSize(1);
      }
    }
  }

  @Test
  void aMissingClientCertificateIsTold() throws Exception {
    try (NatsServer nats = NatsServer.withConfig(config(VERIFY, server(LOOPBACK)));
        Listener listener = new Listener(environment(nats, "127.0.0.1"))) {
      assertThat(listener.awaitTold("nats-server wants a certificate that it trusts"))
          .contains("BOOTBUS_NATS_CERT (--nats-cert)", "BOOTBUS_NATS_KEY (--nats-key)");
    }
  }

  @Test
  void aClientCertificateOfAnotherCaIsToldAndMayBeReplaced() throws Exception {
    try (NatsServer nats = NatsServer.withConfig(config(VERIFY, server(LOOPBACK)))) {
      Map<String, String> environment = environment(nats, "127.0.0.1");
      Issued foreign = otherCa.issue(Authority.elliptic(), LOCALHOST);
      client(environment, foreign, foreign.pkcs8());
      try (Listener listener = new Listener(environment)) {
        listener.awaitTold("nats-server wants a certificate that it trusts");

        Issued own = ca.issue(Authority.elliptic(), LOCALHOST);
        client(environment, own, own.pkcs8());
        listener.awaitConnected();
      }
    }
  }

  @Test
  void tlsThatOnlyOneSideWantsIsTold() throws Exception {
    try (NatsServer secure = NatsServer.withConfig(config(PLAIN, server(LOOPBACK)));
        Listener plain = new Listener(Map.of(BusEnvironment.URL, secure.url()))) {
      assertThat(plain.awaitTold("nats-server wants TLS")).contains("tls://", "BOOTBUS_NATS_CA");
    }
    try (NatsServer open = NatsServer.start();
        Listener secure = new Listener(environment(open, "127.0.0.1"))) {
      assertThat(secure.awaitTold("nats-server speaks no TLS")).contains("tls://");
    }
  }

  @Test
  void aConnectionWithoutABusIsHeldToTheSame() throws Exception {
    try (NatsServer nats = NatsServer.withConfig(config(VERIFY, server(LOCALHOST)))) {
      Map<String, String> environment = environment(nats, "localhost");
      assertThatThrownBy(() -> plain(environment))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("nats-server wants a certificate that it trusts");

      Issued client = ca.issue(Authority.elliptic(), LOCALHOST);
      client(environment, client, client.pkcs8());
      plain(environment).close();

      environment.compute(BusEnvironment.URL, (_, url) -> url.replace("localhost", "127.0.0.1"));
      assertThatThrownBy(() -> plain(environment)).hasMessageContaining("is for another host");
    }
  }

  private static Connection plain(Map<String, String> environment) throws Exception {
    return PlainConnection.open(BusSettings.from("plain", environment), 0);
  }

  @ParameterizedTest(name = "{0} of {1}")
  @CsvSource({
    "nats1.example, 'tls://nats1.example,tls://10.0.0.1:4222', nats1.example",
    "10.0.0.1, 'tls://nats1.example,tls://10.0.0.1:4222', 10.0.0.1",
    "10.0.0.2, 'tls://10.0.0.1:4222,tls://u:p@nats1.example:4333', nats1.example",
    "[fd00::2], 'tls://nats1.example', nats1.example",
    "10.0.0.2, 'tls://10.0.0.1', 10.0.0.2",
    "nats2.example, 'tls://nats1.example', nats2.example",
  })
  void aServerHeardOfFromOthersMustHaveTheNameThatWasConfigured(
      String host, String servers, String name) {
    assertThat(BusSettings.of("x").withServers(servers).certifiedName(host)).isEqualTo(name);
  }
}
