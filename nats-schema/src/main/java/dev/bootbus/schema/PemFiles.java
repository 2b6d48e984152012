package dev.bootbus.schema;

import dev.bootbus.schema.Access.Tls;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.jspecify.annotations.Nullable;

/// TLS from PEM files, as cert-manager and openssl write them.
final class PemFiles {
  private static final char[] NO_PASSWORD = {};

  private PemFiles() {}

  /// @throws IllegalArgumentException with the name of the file that cannot be used
  static SSLContext context(Tls tls) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys(tls), trust(tls.ca()), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("TLS: " + e.getMessage(), e);
    }
  }

  private static TrustManager @Nullable [] trust(@Nullable Path ca)
      throws GeneralSecurityException, IOException {
    if (ca == null) {
      return null; // those of the JVM
    }
    KeyStore store = emptyStore();
    int number = 0;
    for (Certificate certificate : certificates(ca)) {
      store.setCertificateEntry("ca" + number++, certificate);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyManager @Nullable [] keys(Tls tls)
      throws GeneralSecurityException, IOException {
    if (tls.cert() == null || tls.key() == null) {
      return null;
    }
    KeyStore store = emptyStore();
    Certificate[] chain = certificates(tls.cert()).toArray(Certificate[]::new);
    store.setKeyEntry("client", key(tls.key()), NO_PASSWORD, chain);
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static Collection<? extends Certificate> certificates(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      var certificates = CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (!certificates.isEmpty()) {
        return certificates;
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException("no certificate in " + file + ": " + e.getMessage(), e);
    }
    throw new IllegalArgumentException("no certificate in " + file + ": PEM is expected");
  }

  private static PrivateKey key(Path file) {
    try (Reader reader = Files.newBufferedReader(file);
        PEMParser parser = new PEMParser(reader)) {
      JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
      // an EC key may have its parameters in a block before it
      for (Object block = parser.readObject(); block != null; block = parser.readObject()) {
        switch (block) {
          case PrivateKeyInfo key -> {
            return converter.getPrivateKey(key);
          }
          case PEMKeyPair pair -> {
            return converter.getKeyPair(pair).getPrivate();
          }
          default -> {}
        }
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("no private key in " + file + ": " + e.getMessage(), e);
    }
    throw new IllegalArgumentException(
        "no private key in " + file + ": PEM without a password is expected");
  }
}
