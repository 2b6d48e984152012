package dev.bootbus.probe.fetch;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/// Trust in servers' certificates, and what is wrong with one that is not trusted.
final class Tls {
  private static final int MOST_CAUSES = 16;

  private Tls() {}

  /// @param ca certificates in PEM to trust in place of the system's
  /// @throws IOException if the file is none of certificates
  static SSLContext context(Optional<Path> ca) throws IOException {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(ca.isPresent() ? store(ca.get()) : null);
      SSLContext context = SSLContext.getInstance("TLS");
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager trust) {
          context.init(null, new TrustManager[] {new Telling(trust)}, null);
          return context;
        }
      }
      throw new IOException("this Java has no trust manager for X.509");
    } catch (GeneralSecurityException e) {
      throw new IOException(ca.map(Path::toString).orElse("TLS") + ": " + e.getMessage(), e);
    }
  }

  private static KeyStore store(Path ca) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(ca)) {
      int n = 0;
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca" + n++, certificate);
      }
      if (n == 0) {
        throw new IOException(ca + " holds no certificate in PEM");
      }
    }
    return store;
  }

  static Finding why(SSLException e, String host) {
    if (e instanceof SSLPeerUnverifiedException) {
      return new Finding(Cause.TLS_WRONG_NAME, Words.printable(String.valueOf(e.getMessage())));
    }
    Throwable cause = e;
    for (int i = 0; i < MOST_CAUSES && cause != null; i++) {
      if (cause instanceof Untrusted untrusted) {
        return why(untrusted.chain, Instant.now(), host);
      }
      cause = cause.getCause();
    }
    return new Finding(
        Cause.TLS_FAILED, host + ": " + Words.printable(String.valueOf(e.getMessage())));
  }

  /// What is wrong with a chain that was not trusted.
  static Finding why(List<X509Certificate> chain, Instant now, String host) {
    for (X509Certificate certificate : chain) {
      String whose = Words.printable(certificate.getSubjectX500Principal().getName());
      if (now.isAfter(certificate.getNotAfter().toInstant())) {
        return new Finding(
            Cause.TLS_EXPIRED, whose + " ended " + certificate.getNotAfter().toInstant());
      }
      if (now.isBefore(certificate.getNotBefore().toInstant())) {
        return new Finding(
            Cause.TLS_NOT_YET_VALID,
            "%s begins %s, it is %s here"
                .formatted(whose, certificate.getNotBefore().toInstant(), now));
      }
    }
    return new Finding(
        Cause.TLS_UNKNOWN_CA,
        chain.isEmpty()
            ? host
            : "issued by " + Words.printable(chain.getLast().getIssuerX500Principal().getName()));
  }

  /// Why a chain was refused, with the chain.
  private static final class Untrusted extends CertificateException {
    private static final long serialVersionUID = 1;
    private final transient List<X509Certificate> chain;

    Untrusted(X509Certificate[] chain, CertificateException cause) {
      super(cause);
      this.chain = List.of(chain);
    }
  }

  private static final class Telling extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager trust;

    Telling(X509ExtendedTrustManager trust) {
      this.trust = trust;
    }

    private interface Check {
      void run() throws CertificateException;
    }

    private static void check(X509Certificate[] chain, Check check) throws CertificateException {
      try {
        check.run();
        for (X509Certificate certificate : chain) {
          // Java does not look at the dates of one that is trusted itself; firmware does
          certificate.checkValidity();
        }
      } catch (CertificateException e) {
        throw new Untrusted(chain, e);
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check(chain, () -> trust.checkServerTrusted(chain, type, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check(chain, () -> trust.checkServerTrusted(chain, type, engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check(chain, () -> trust.checkServerTrusted(chain, type));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      throw new CertificateException("the probe is no server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("the probe is no server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("the probe is no server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return trust.getAcceptedIssuers();
    }
  }
}
