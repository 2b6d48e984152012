package dev.bootbus.schema;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/// A certificate and its key, from PEM files as cert-manager and openssl write them: the key as
/// PKCS#8, PKCS#1 or SEC1, without a password.
///
/// @param chain the certificate first, then those of the authorities that lead to it
public record PemIdentity(PrivateKey key, List<X509Certificate> chain) {
  public PemIdentity {
    chain = List.copyOf(chain);
  }

  /// @param certificateName what the operator calls the file, for complaints
  /// @throws IllegalArgumentException with one sentence for the operator, which quotes nothing of
  ///     the files
  public static PemIdentity read(
      String certificateName, Path certificate, String keyName, Path keyFile) {
    List<X509Certificate> chain = PemFiles.certificates(certificateName, certificate);
    PrivateKey key = PemFiles.key(keyName, keyFile);
    if (!belongTogether(key, chain.getFirst())) {
      throw new UnusableFileException(
          "%s: the key in %s is not that of the certificate in %s"
              .formatted(keyName, keyFile, certificate));
    }
    return new PemIdentity(key, chain);
  }

  /// The last moment at which the certificate counts.
  public Instant end() {
    return chain.getFirst().getNotAfter().toInstant();
  }

  /// With nothing else in it, and an empty password.
  public KeyStore keyStore() {
    try {
      KeyStore store = PemFiles.emptyStore();
      store.setKeyEntry(
          "identity", key, PemFiles.NO_PASSWORD, chain.toArray(X509Certificate[]::new));
      return store;
    } catch (GeneralSecurityException | IOException e) {
      throw new UnusableFileException("TLS: " + e.getMessage(), e);
    }
  }

  private static boolean belongTogether(PrivateKey key, X509Certificate certificate) {
    try {
      Signature signature =
          Signature.getInstance(
              switch (key.getAlgorithm()) {
                case "RSA" -> "SHA256withRSA";
                case "EC", "ECDSA" -> "SHA256withECDSA";
                default -> key.getAlgorithm();
              });
      signature.initSign(key);
      signature.update(certificate.getSignature());
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(certificate.getSignature());
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false; // of another kind altogether
    }
  }
}
