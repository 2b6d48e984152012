package dev.bootbus.probe.fetch;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// The clock of a web server beside ours, and when its certificate holds.
///
/// @param here ours, when it answered
/// @param there its header Date, which has whole seconds
/// @param certificate when all of the chain holds
public record ServerTime(Instant here, Instant there, Optional<Validity> certificate) {
  public record Validity(Instant begins, Instant ends) {
    public boolean holds(Instant time) {
      return !time.isBefore(begins) && !time.isAfter(ends);
    }

    private Validity and(Validity other) {
      return new Validity(
          begins.isAfter(other.begins) ? begins : other.begins,
          ends.isBefore(other.ends) ? ends : other.ends);
    }
  }

  /// How far the server's clock is ahead.
  public Duration ahead() {
    return Duration.between(here, there);
  }

  /// Asks with HEAD, whoever the server is: what it says is only compared. Empty where it does not
  /// tell its time.
  public static Optional<ServerTime> of(URI uri, Duration wait) {
    try {
      if (!uri.getScheme().startsWith("http")
          || !(uri.toURL().openConnection() instanceof HttpURLConnection http)) {
        return Optional.empty();
      }
      Believing believing = new Believing();
      if (http instanceof HttpsURLConnection https) {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {believing}, null);
        https.setSSLSocketFactory(context.getSocketFactory());
        https.setHostnameVerifier((_, _) -> true);
      }
      http.setRequestMethod("HEAD");
      http.setInstanceFollowRedirects(false);
      http.setConnectTimeout((int) wait.toMillis());
      http.setReadTimeout((int) wait.toMillis());
      try {
        long date = http.getDate();
        Instant here = Instant.now();
        return date == 0
            ? Optional.empty()
            : Optional.of(new ServerTime(here, Instant.ofEpochMilli(date), believing.seen));
      } finally {
        http.disconnect();
      }
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      return Optional.empty(); // then it does not tell
    }
  }

  /// For a look at the clock; files are never fetched so.
  private static final class Believing extends X509ExtendedTrustManager {
    private Optional<Validity> seen = Optional.empty();

    private void see(X509Certificate[] chain) {
      for (X509Certificate one : chain) {
        Validity own = new Validity(one.getNotBefore().toInstant(), one.getNotAfter().toInstant());
        seen = seen.map(own::and).or(() -> Optional.of(own));
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
      see(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
      see(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
      see(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
