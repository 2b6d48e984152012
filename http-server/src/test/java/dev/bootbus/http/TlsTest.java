package dev.bootbus.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.bootbus.schema.testing.Authority;
import dev.bootbus.schema.testing.Authority.Issued;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// HTTPS with certificates made on the spot. See also [ForeignClientsTest].
class TlsTest {
  private static final GeneralName LOOPBACK = new GeneralName(GeneralName.iPAddress, "127.0.0.1");
  private static final Duration OFTEN = Duration.ofMillis(20);
  private static final byte[] INITRD = new byte[3_000_000];

  static {
    new Random(9).nextBytes(INITRD);
  }

  private final Authority ca = new Authority("the CA");
  @TempDir private Path folder;
  private Path certificate;
  private Path key;

  @BeforeEach
  void certify() throws IOException {
    certificate = folder.resolve("tls.crt");
    key = folder.resolve("tls.key");
    write(ca.issue(Authority.elliptic(), LOOPBACK, end(24)));
  }

  private static Instant end(int hours) {
    return Instant.now().plus(Duration.ofHours(hours)).truncatedTo(ChronoUnit.SECONDS);
  }

  /// As cert-manager does: never half a file.
  private void write(Issued issued) throws IOException {
    put(key, issued.pkcs8());
    put(certificate, issued.certificate());
  }

  private void put(Path file, String text) throws IOException {
    Path next = folder.resolve("next");
    Files.writeString(next, text);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private Served serve() throws Exception {
    return serve(Served.patient(100));
  }

  private Served serve(BootHttpServer.Settings settings) throws Exception {
    Path root = Files.createDirectories(folder.resolve("root"));
    Served served = Served.secure(root, new Tls.Settings(0, certificate, key, OFTEN), settings);
    served.put("initrd", INITRD);
    served.put("a", "here".getBytes(ISO_8859_1));
    return served;
  }

  private SSLSocket connect(Served served, String... protocols) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("ca", certificate(ca.pem()));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), served.tlsPort());
    if (protocols.length > 0) {
      socket.setEnabledProtocols(protocols);
    }
    socket.startHandshake();
    return socket;
  }

  private static X509Certificate certificate(String pem) throws Exception {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(pem.getBytes(ISO_8859_1)));
  }

  /// The end of the certificate that is shown tells one from the other.
  private Instant shown(Served served) throws Exception {
    try (SSLSocket socket = connect(served)) {
      X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return shown.getNotAfter().toInstant();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void filesComeOverTlsAndBesideIt(String protocol) throws Exception {
    try (Served served = serve();
        RawClient client = new RawClient(connect(served, protocol));
        RawClient plain = new RawClient(served.port())) {
      for (int i = 0; i < 3; i++) {
        assertThat(client.get("/initrd").answer().body()).isEqualTo(INITRD);
        assertThat(client.get("/a").answer().text()).isEqualTo("here");
      }
      assertThat(plain.get("/a").answer().text()).isEqualTo("here");
      awaitLog(served, "get path=/a peer=127.0.0.1 ");
    }
  }

  @Test
  void aNewCertificateIsShownWithoutARestart() throws Exception {
    BootHttpServer.Settings settings = Served.patient(100);
    try (Served served = serve(settings);
        RawClient before = new RawClient(connect(served))) {
      Instant first = shown(served);
      assertThat(measured(settings)).isEqualTo(first);
      write(ca.issue(Authority.rsa(), LOOPBACK, end(30)));
      await().until(() -> !shown(served).equals(first));
      await().until(() -> measured(settings).equals(shown(served)));

      awaitLog(
          served,
          "certificate reloaded subject=\"CN=somebody\" end="
              + shown(served)
              + " reason=\"ends within 7 days");
      assertThat(before.get("/a").answer().text()).isEqualTo("here");
    }
  }

  /// As alerts see it.
  private static Instant measured(BootHttpServer.Settings settings) {
    return Instant.ofEpochSecond(
        (long)
            settings
                .meters()
                .get("bootbus.certificate.end.timestamp")
                .tag("use", "https")
                .gauge()
                .value());
  }

  @Test
  void filesThatAreBrokenLeaveTheFormerCertificate() throws Exception {
    try (Served served = serve()) {
      Instant first = shown(served);
      put(certificate, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
      awaitLog(served, "certificate kept reason=\"--tls-cert: no certificate in ");
      assertThat(shown(served)).isEqualTo(first);

      Files.delete(key);
      put(certificate, ca.issue(Authority.elliptic(), LOOPBACK, end(36)).certificate());
      awaitLog(served, "certificate kept reason=\"--tls-key: there is no file ");
      put(key, ca.issue(Authority.elliptic(), LOOPBACK, end(36)).pkcs8());
      awaitLog(served, "certificate kept reason=\"--tls-key: the key in ");
      assertThat(shown(served)).isEqualTo(first);

      write(ca.issue(Authority.elliptic(), LOOPBACK, end(36)));
      await().until(() -> !shown(served).equals(first));
    }
  }

  private static void awaitLog(Served served, String begin) {
    await().untilAsserted(() -> assertThat(served.log()).anyMatch(line -> line.startsWith(begin)));
  }

  @Test
  void filesThatCannotBeUsedAtTheStartAreTheOperatorsMistake() throws Exception {
    put(key, ca.issue(Authority.elliptic(), LOOPBACK).pkcs8());

    assertThatThrownBy(this::serve)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "--tls-key: the key in " + key + " is not that of the certificate in " + certificate);
  }

  @Test
  void whatNeverBecameARequestIsInTheLog() throws Exception {
    try (Served served = serve()) {
      try (RawClient plain = new RawClient(served.tlsPort())) {
        plain.get("/a");
        plain.in().readAllBytes();
      } catch (IOException e) {
        // reset: as good an answer as any
      }
      awaitLog(served, "handshake failed peer=127.0.0.1 reason=\"");
      assertThatThrownBy(() -> connect(served, "TLSv1.1")).isInstanceOf(IOException.class);
      assertThat(shown(served)).isNotNull();
    }
  }

  @Test
  void aHandshakeThatNeverEndsIsCut() throws Exception {
    Duration idle = Duration.ofMillis(300);
    try (Served served = serve(Served.settings(10, idle, Duration.ofSeconds(30)));
        RawClient silent = new RawClient(served.tlsPort());
        RawClient halfway = new RawClient(served.tlsPort())) {
      halfway.send(new byte[] {22, 3, 1, 2, 0, 1, 0});

      assertThat(silent.isClosedByServer()).isTrue();
      halfway.in().readAllBytes(); // at most an alert
    } catch (SSLException e) {
      throw new AssertionError(e);
    }
  }

  /// Each request counts, also those within TLS.
  @Test
  void aClientOfFewAndSmallAnswersIsNoTrickle() throws Exception {
    Duration interval = Duration.ofMillis(200); // in which 204 bytes would be enough
    try (Served served = serve(Served.settings(10, Duration.ofSeconds(30), interval));
        RawClient client = new RawClient(connect(served))) {
      String known = "HEAD /a HTTP/1.1\r\nHost: x\r\nIf-None-Match: *\r\n\r\n";
      Instant end = Instant.now().plus(interval.multipliedBy(10));
      while (Instant.now().isBefore(end)) {
        client.socket().setSoTimeout(20_000);
        assertThat(client.send(known).answer(false).status()).isEqualTo(304);
        client.socket().setSoTimeout((int) interval.toMillis());
        assertThatThrownBy(() -> client.in().read()).isInstanceOf(SocketTimeoutException.class);
      }
      assertThat(served.log()).noneMatch(line -> line.startsWith("cut "));
    }
  }
}
