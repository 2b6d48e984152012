package dev.bootbus.content;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/// Whose certificates are believed: those that the JVM believes, and more.
public final class UpstreamTrust {
  private UpstreamTrust() {}

  public static SSLContext ofTheJvm() {
    try {
      return SSLContext.getDefault();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
  }

  /// @param file PEM with one certificate or more, believed as well
  /// @throws IllegalArgumentException with one sentence, if there are none to be read
  public static SSLContext with(Path file) {
    try (InputStream pem = Files.newInputStream(file)) {
      Collection<? extends Certificate> added =
          CertificateFactory.getInstance("X.509").generateCertificates(pem);
      if (added.isEmpty()) {
        throw new IllegalArgumentException(file + " has no certificate");
      }
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      int number = 0;
      for (Certificate certificate : added) {
        store.setCertificateEntry("added-" + number++, certificate);
      }
      for (TrustManager manager : managers(null)) {
        if (manager instanceof X509TrustManager believed) {
          for (X509Certificate certificate : believed.getAcceptedIssuers()) {
            store.setCertificateEntry("jvm-" + number++, certificate);
          }
        }
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers(store), null);
      return context;
    } catch (IOException e) {
      throw new IllegalArgumentException(file + " cannot be read: " + e.getMessage(), e);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(file + " is not a PEM file of certificates", e);
    }
  }

  private static TrustManager[] managers(@org.jspecify.annotations.Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }
}
