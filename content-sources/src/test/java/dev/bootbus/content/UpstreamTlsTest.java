package dev.bootbus.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bootbus.content.ContentSource.Fault;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpstreamTlsTest {
  private static final byte[] BYTES = "from behind TLS".getBytes(UTF_8);
  private static final char[] PASSWORD = "password".toCharArray();

  @TempDir private static Path folder;
  private static Path certificate;
  private static ServerSocketFactory tlsSockets;

  @BeforeAll
  static void certificate() throws Exception {
    Path store = folder.resolve("store.p12");
    certificate = folder.resolve("ca.pem");
    keytool(
        "-genkeypair -keyalg EC -alias a -dname CN=localhost -ext san=dns:localhost -storepass"
            + " password -keystore "
            + store);
    keytool(
        "-exportcert -rfc -alias a -storepass password -keystore "
            + store
            + " -file "
            + certificate);
    KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD);
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    tlsSockets = context.getServerSocketFactory();
  }

  private static void keytool(String arguments) throws Exception {
    String tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process process =
        new ProcessBuilder((tool + " " + arguments).split(" "))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(folder.resolve("log"))).isZero();
  }

  private static Upstream upstream(URI base, SSLContext tls, Proxies proxies) {
    return Upstream.of(new Upstream.Settings(base, Duration.ofSeconds(5), tls, proxies, 4));
  }

  private static byte[] get(Upstream upstream) throws Exception {
    Fetched fetched = upstream.fetch(BootPath.ofTftp("f"), 0, "");
    assertThat(fetched).isInstanceOf(Fetched.Body.class);
    try (Fetched.Body body = (Fetched.Body) fetched) {
      return body.stream().readAllBytes();
    }
  }

  private static FakeMirror overTls() throws Exception {
    return FakeMirror.start(
        tlsSockets, "https", (request, out) -> FakeMirror.say(out, "200 OK", "", BYTES));
  }

  @Test
  void aCertificateIsBelievedIfItIsNamed() throws Exception {
    try (FakeMirror mirror = overTls();
        Upstream told =
            upstream(mirror.url(), UpstreamTrust.with(certificate), Proxies.of(Map.of()));
        Upstream untold = upstream(mirror.url(), UpstreamTrust.ofTheJvm(), Proxies.of(Map.of()))) {
      assertThat(get(told)).isEqualTo(BYTES);
      assertThat(untold.fetch(BootPath.ofTftp("f"), 0, ""))
          .isInstanceOfSatisfying(
              Fetched.Failed.class,
              failed -> {
                assertThat(failed.fault()).isEqualTo(Fault.UPSTREAM);
                assertThat(failed.reason()).contains("TLS: ");
              });
    }
  }

  @Test
  void redirectsLeadToHttpsAndNeverBack() throws Exception {
    try (FakeMirror safe = overTls();
        FakeMirror plain =
            FakeMirror.start(
                (request, out) ->
                    FakeMirror.say(
                        out, "302 Found", "Location: " + safe.url() + "f\r\n", new byte[0]));
        FakeMirror back =
            FakeMirror.start(
                tlsSockets,
                "https",
                (request, out) ->
                    FakeMirror.say(
                        out, "302 Found", "Location: " + plain.url() + "f\r\n", new byte[0]));
        Upstream there =
            upstream(plain.url(), UpstreamTrust.with(certificate), Proxies.of(Map.of()));
        Upstream andBack =
            upstream(back.url(), UpstreamTrust.with(certificate), Proxies.of(Map.of()))) {
      assertThat(get(there)).isEqualTo(BYTES);
      plain.requests.clear();
      assertThat(andBack.fetch(BootPath.ofTftp("f"), 0, "").toString())
          .contains("from https to http (status 302)");
      assertThat(plain.requests).isEmpty();
    }
  }

  /// RFC 9110 §9.3.6: CONNECT.
  @Test
  void aProxyTunnels() throws Exception {
    try (FakeMirror mirror = overTls();
        ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Upstream upstream =
            upstream(
                mirror.url(),
                UpstreamTrust.with(certificate),
                Proxies.always("http://127.0.0.1:" + proxy.getLocalPort()))) {
      Thread tunnel = Thread.ofVirtual().start(() -> tunnel(proxy, mirror.url().getPort()));

      assertThat(get(upstream)).isEqualTo(BYTES);
      tunnel.join();
    }
  }

  private static void tunnel(ServerSocket proxy, int port) {
    try (Socket client = proxy.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
      InputStream in = client.getInputStream();
      StringBuilder head = new StringBuilder();
      while (!head.toString().endsWith("\r\n\r\n")) {
        head.append((char) in.read());
      }
      assertThat(head.toString()).startsWith("CONNECT localhost:" + port);
      client.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(UTF_8));
      Thread up = Thread.ofVirtual().start(() -> copy(in, server));
      copy(server.getInputStream(), client);
      up.join();
    } catch (Exception e) {
      // the end of the test
    }
  }

  private static void copy(InputStream from, Socket to) {
    try {
      OutputStream out = to.getOutputStream();
      from.transferTo(out);
      to.shutdownOutput();
    } catch (java.io.IOException e) {
      // the other end has gone
    }
  }

  @Test
  void whatIsNoCertificateIsRefused() throws Exception {
    Path empty = Files.writeString(folder.resolve("empty.pem"), "");
    Path text = Files.writeString(folder.resolve("text.pem"), "not a certificate");

    for (Path file : java.util.List.of(empty, text, folder.resolve("missing.pem"))) {
      assertThatThrownBy(() -> UpstreamTrust.with(file))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(file.toString());
    }
  }
}
