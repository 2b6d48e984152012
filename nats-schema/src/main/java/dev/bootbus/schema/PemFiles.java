package dev.bootbus.schema;

import dev.bootbus.schema.Access.Tls;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
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

/// TLS from PEM files, as cert-manager and openssl write them. What is wrong with one is told with
/// the variable that names it.
final class PemFiles {
  static final char[] NO_PASSWORD = {};

  private PemFiles() {}

  /// @throws IllegalArgumentException with the variable and the file that cannot be used
  static SSLContext context(Tls tls) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys(tls), trust(tls.ca()), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new UnusableFileException("TLS: " + e.getMessage(), e);
    }
  }

  private static TrustManager @Nullable [] trust(@Nullable Path ca)
      throws GeneralSecurityException, IOException {
    if (ca == null) {
      return null; // those of the JVM
    }
    KeyStore store = emptyStore();
    int number = 0;
    for (X509Certificate certificate : certificates(BusEnvironment.CA, ca)) {
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
    X509Certificate certificate = certificates(BusEnvironment.CERT, tls.cert()).getFirst();
    Instant end = certificate.getNotAfter().toInstant();
    if (end.isBefore(Instant.now())) {
      throw new UnusableFileException(
          "%s: the certificate in %s expired at %s"
              .formatted(BusEnvironment.CERT, tls.cert(), end));
    }
    PemIdentity identity =
        PemIdentity.read(BusEnvironment.CERT, tls.cert(), BusEnvironment.KEY, tls.key());
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(identity.keyStore(), NO_PASSWORD);
    return factory.getKeyManagers();
  }

  static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  static List<X509Certificate> certificates(String variable, Path file) {
    String problem = "PEM is expected";
    try (InputStream in = Files.newInputStream(file)) {
      var certificates = CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (!certificates.isEmpty()) {
        return certificates.stream().map(X509Certificate.class::cast).toList();
      }
    } catch (IOException e) {
      throw new UnusableFileException(variable + ": " + unreadable(file, e), e);
    } catch (GeneralSecurityException e) {
      problem = String.valueOf(e.getMessage());
    }
    throw new UnusableFileException(
        "%s: no certificate in %s: %s".formatted(variable, file, problem));
  }

  static PrivateKey key(String variable, Path file) {
    String problem = "PEM without a password is expected";
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
            // not the pair: in SEC1 the public key may be left out
            return converter.getPrivateKey(pair.getPrivateKeyInfo());
          }
          default -> {}
        }
      }
    } catch (NoSuchFileException | AccessDeniedException e) {
      throw new UnusableFileException(variable + ": " + unreadable(file, e), e);
    } catch (IOException e) {
      problem = "it cannot be read as PEM"; // the parser's own words might quote the key
    }
    throw new UnusableFileException(
        "%s: no private key in %s: %s".formatted(variable, file, problem));
  }

  /// What an operator can do something about: the message of such an exception is only the name.
  static String unreadable(Path file, IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "there is no file " + file;
      case AccessDeniedException _ -> "this user may not read " + file;
      default -> "cannot read " + file + ": " + e.getMessage();
    };
  }
}
