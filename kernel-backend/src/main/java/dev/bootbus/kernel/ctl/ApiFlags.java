package dev.bootbus.kernel.ctl;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/// Where the API is, and who asks it.
final class ApiFlags {
  private static final int MAX_SECONDS = 3600;
  private static final int MAX_TOKEN = 4096;

  @Option(
      names = "--api",
      scope = ScopeType.INHERIT,
      paramLabel = "URL",
      defaultValue = "${env:BOOTBUS_API:-http://127.0.0.1:8081}",
      description = "Where kernel-backend's API is: BOOTBUS_API, else http://127.0.0.1:8081.")
  private String api = "";

  @Option(
      names = "--token-file",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      defaultValue = "${env:BOOTBUS_API_TOKEN_FILE}",
      description = "Its first line is the token that the API asks for: BOOTBUS_API_TOKEN_FILE.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--cacert",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      defaultValue = "${env:BOOTBUS_API_CACERT}",
      description =
          "PEM of the CA of an https API: BOOTBUS_API_CACERT, else those that Java knows.")
  private @Nullable Path caCert;

  @Option(
      names = "--timeout",
      scope = ScopeType.INHERIT,
      paramLabel = "SECONDS",
      defaultValue = "${env:BOOTBUS_API_TIMEOUT:-10}",
      description = "How long to wait for an answer: BOOTBUS_API_TIMEOUT, else 10.")
  private int timeout;

  /// @throws IllegalArgumentException for a value that cannot be meant
  Api open() {
    URI url = url();
    if (timeout < 1 || timeout > MAX_SECONDS) {
      throw new IllegalArgumentException("--timeout: not from 1 to " + MAX_SECONDS);
    }
    String token = isSet(tokenFile) ? token(tokenFile) : null;
    SSLContext tls =
        switch (url.getScheme()) {
          case "https" -> isSet(caCert) ? trusting(caCert) : null;
          default -> noTls();
        };
    return new Api(url.toString().replaceAll("/+$", ""), token, tls, Duration.ofSeconds(timeout));
  }

  /// An empty variable is as good as none.
  private static boolean isSet(@Nullable Path file) {
    return file != null && !file.toString().isEmpty();
  }

  /// A URL, or HOST:PORT or PORT as in kernel-backend's own `--api`, which the same variable sets.
  private URI url() {
    try {
      String host = api.matches("\\d{1,5}") ? "127.0.0.1:" + api : api;
      URI url = new URI(host.matches("[^/]+:\\d{1,5}") ? "http://" + host : host);
      boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (http && url.getHost() != null && url.getUserInfo() == null && url.getRawQuery() == null) {
        return url;
      }
    } catch (URISyntaxException e) {
      // told below
    }
    throw new IllegalArgumentException("--api: not a URL such as http://127.0.0.1:8081: " + api);
  }

  private static String token(Path file) {
    try {
      if (Files.size(file) > MAX_TOKEN) {
        throw new IllegalArgumentException("--token-file: " + file + " is too large for a token");
      }
      String line = Files.readString(file).lines().findFirst().orElse("").strip();
      if (line.isEmpty() || !line.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
        throw new IllegalArgumentException(
            "--token-file: the first line of " + file + " is no token");
      }
      return line;
    } catch (IOException e) {
      throw new IllegalArgumentException("--token-file: " + unreadable(file, e), e);
    }
  }

  private static SSLContext trusting(Path pem) {
    try (InputStream in = Files.newInputStream(pem)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      int number = 0;
      for (Certificate ca : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca" + number++, ca);
      }
      if (number == 0) {
        throw new IllegalArgumentException("--cacert: there is no certificate in " + pem);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException e) {
      throw new IllegalArgumentException("--cacert: " + unreadable(pem, e), e);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "--cacert: " + pem + " is not a certificate as PEM: " + e.getMessage(), e);
    }
  }

  /// The client makes one in any case, and the usual one reads all CAs of the JVM first: 60 ms.
  private static SSLContext noTls() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[0], new TrustManager[0], null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has TLS", e);
    }
  }

  private static String unreadable(Path file, IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "there is no file " + file;
      case AccessDeniedException _ -> "you may not read " + file;
      default -> "cannot read " + file + ": " + e.getMessage();
    };
  }
}
