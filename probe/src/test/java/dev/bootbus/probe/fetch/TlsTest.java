package dev.bootbus.probe.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bootbus.probe.fetch.Fetcher.Fetched;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Against servers with certificates of keytool.
class TlsTest {
  private static final Fetcher.Limits LIMITS =
      new Fetcher.Limits(Duration.ofSeconds(20), 1 << 20, 64);
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir private Path folder;

  private KeyStore certificate(String from, String days, String name) throws Exception {
    Path store = folder.resolve("store.p12");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=boot",
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                store.toString(),
                "-startdate",
                from,
                "-validity",
                days,
                "-ext",
                "SAN=" + name));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(keytool.getInputStream().readAllBytes());
    assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(keytool.exitValue()).as(said).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    return keys;
  }

  private static LittleHttp server(KeyStore keys) throws Exception {
    return LittleHttp.tls(
        keys,
        PASSWORD,
        (_, out) -> {
          out.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi".getBytes());
          return false;
        });
  }

  private Optional<Path> ca(KeyStore keys) throws Exception {
    String pem =
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder().encodeToString(keys.getCertificate("server").getEncoded())
            + "\n-----END CERTIFICATE-----\n";
    return Optional.of(Files.writeString(folder.resolve("ca.pem"), pem));
  }

  private static String fetch(URI uri, Optional<Path> ca) throws Exception {
    HttpFetcher.Settings usual = HttpFetcher.Settings.of(HttpProfile.PLAIN);
    try (HttpFetcher fetcher =
        new HttpFetcher(
            new HttpFetcher.Settings(
                usual.profile(),
                usual.connect(),
                usual.silence(),
                usual.redirects(),
                usual.proxy(),
                ca,
                usual.from(),
                1))) {
      return switch (fetcher.fetch(uri, LIMITS, _ -> {})) {
        case Fetched.Whole _ -> "ok";
        case Fetched.Broken broken -> broken.finding().cause().code();
      };
    }
  }

  @ParameterizedTest
  @CsvSource({
    "-1d,   10, ip:127.0.0.1,     true,  ok",
    "-1d,   10, ip:127.0.0.1,     false, tls-unknown-ca",
    "-30d,  10, ip:127.0.0.1,     true,  tls-expired",
    "+365d, 10, ip:127.0.0.1,     true,  tls-not-yet-valid",
    "-1d,   10, dns:boot.example, true,  tls-wrong-name"
  })
  void what_is_wrong_with_a_certificate_is_named(
      String from, String days, String name, boolean trusted, String expected) throws Exception {
    KeyStore keys = certificate(from, days, name);
    try (var server = server(keys)) {
      assertThat(fetch(server.uri("/x"), trusted ? ca(keys) : Optional.empty()))
          .isEqualTo(expected);
    }
  }

  @Test
  void a_server_without_TLS_is_named_so() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual()
          .start(
              () -> {
                try (Socket client = server.accept()) {
                  client.getInputStream().read();
                  client.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes());
                } catch (IOException _) {
                  // the test sees what its client makes of it
                }
              });
      URI uri = URI.create("https://127.0.0.1:" + server.getLocalPort() + "/");
      assertThat(fetch(uri, Optional.empty())).isEqualTo("tls-failed");
    }
  }

  @Test
  void a_file_without_certificates_is_refused() throws Exception {
    Path none = Files.writeString(folder.resolve("none.pem"), "none\n");
    assertThatThrownBy(() -> Tls.context(Optional.of(none)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("none.pem");
  }
}
