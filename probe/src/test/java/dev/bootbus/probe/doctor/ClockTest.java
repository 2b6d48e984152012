package dev.bootbus.probe.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.probe.Main;
import dev.bootbus.probe.fetch.LittleHttp;
import dev.bootbus.schema.testing.Authority;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Certificates that hold at another time, and servers that live at another time.
class ClockTest {
  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final GeneralName HERE = new GeneralName(GeneralName.iPAddress, "127.0.0.1");

  @TempDir private Path folder;

  /// @param ends when its certificate does, which holds for two days
  private static LittleHttp server(Authority authority, Instant ends, Duration ahead)
      throws Exception {
    KeyPair pair = Authority.elliptic();
    Authority.Issued issued = authority.issue(pair, HERE, ends);
    Certificate certificate =
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(issued.certificate().getBytes()));
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setKeyEntry("server", issued.key(), PASSWORD, new Certificate[] {certificate});
    return LittleHttp.tls(
        keys,
        PASSWORD,
        (head, out) -> {
          String date =
              DateTimeFormatter.RFC_1123_DATE_TIME.format(
                  Instant.now().plus(ahead).atOffset(ZoneOffset.UTC));
          String answer = "HTTP/1.1 200 OK\r\nDate: %s\r\nContent-Length: 2\r\n\r\n";
          out.write((answer.formatted(date) + (head.startsWith("HEAD") ? "" : "hi")).getBytes());
          return false;
        });
  }

  private String doctor(URI url, Authority authority) {
    StringWriter said = new StringWriter();
    Main.commandLine()
        .setOut(new PrintWriter(said))
        .setErr(new PrintWriter(said))
        .execute(
            "doctor",
            "--no-bus",
            "--url=" + url,
            "--ca=" + Authority.write(folder, "ca.pem", authority.pem()));
    return said.toString().replaceAll("\\s+", " ");
  }

  @ParameterizedTest(name = "ends in {0} days, the server is {1} days ahead: {2}")
  @CsvSource({
    "1,    0,    '',                '2 bytes,'",
    "1,    5,    clock-wrong,       'the server''s is 4 days ahead of ours, and only by ours'",
    "367,  0,    tls-not-yet-valid, 'the server''s clock agrees with ours, so it is the cert'",
    "367,  366,  clock-wrong,       'days behind the server''s, and only by the server''s its'",
    "-365, 0,    tls-expired,       'the server''s clock agrees with ours, so it is the cert'",
    "-365, -366, clock-wrong,       'days ahead of the server''s, and only by the server''s its'"
  })
  void which_clock_is_wrong_or_whether_it_is_the_certificate(
      int ends, int ahead, String cause, String said) throws Exception {
    Authority authority = new Authority("lab");
    Instant end = Instant.now().plus(Duration.ofDays(ends));
    try (LittleHttp server = server(authority, end, Duration.ofDays(ahead))) {
      String all = doctor(server.uri("/x"), authority);

      assertThat(all).contains(said);
      if (cause.isEmpty()) {
        assertThat(all).doesNotContain("clock-wrong", "tls-");
      } else {
        assertThat(all).contains("FINDINGS.md#" + cause);
      }
      assertThat(all.contains("clock-wrong")).as(all).isEqualTo(ahead != 0);
    }
  }

  @Test
  void a_file_without_certificates_is_refused() {
    int code =
        Main.commandLine()
            .setErr(new PrintWriter(new StringWriter()))
            .execute("doctor", "--no-bus", "--ca=/dev/null");

    assertThat(code).isEqualTo(2);
  }
}
