package dev.bootbus.schema.testing;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/// A certificate authority that lives as long as a test.
public final class Authority {
  private final X500Name name;
  private final KeyPair keys = elliptic();
  private final X509CertificateHolder certificate;

  /// @param certificate in PEM
  /// @param key of it
  public record Issued(String certificate, PrivateKey key) {
    public String pkcs8() {
      try {
        return pem(new JcaPKCS8Generator(key, null).generate());
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    /// PKCS#1 for RSA; SEC1 for elliptic curves, with the block before it that openssl writes.
    public String traditional() {
      if (!(key instanceof ECPrivateKey elliptic)) {
        return pem(key);
      }
      var sec1 =
          new org.bouncycastle.asn1.sec.ECPrivateKey(
              256, elliptic.getS(), X9ObjectIdentifiers.prime256v1);
      try {
        return pem(new PemObject("EC PARAMETERS", X9ObjectIdentifiers.prime256v1.getEncoded()))
            + pem(new PemObject("EC PRIVATE KEY", sec1.getEncoded()));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  public Authority(String name) {
    this.name = new X500Name("CN=" + name);
    this.certificate = sign(this.name, keys, Instant.now().plus(Duration.ofDays(1)), null);
  }

  public String pem() {
    return pem(certificate);
  }

  public static KeyPair elliptic() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  public static KeyPair rsa() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /// For a day.
  public Issued issue(KeyPair subject, GeneralName host) {
    return issue(subject, host, Instant.now().plus(Duration.ofDays(1)));
  }

  public Issued issue(KeyPair subject, GeneralName host, Instant end) {
    return new Issued(
        pem(sign(new X500Name("CN=somebody"), subject, end, host)), subject.getPrivate());
  }

  private X509CertificateHolder sign(
      X500Name whom, KeyPair subject, Instant end, GeneralName host) {
    try {
      var builder =
          new JcaX509v3CertificateBuilder(
              name,
              new BigInteger(64, new SecureRandom()),
              Date.from(end.minus(Duration.ofDays(2))),
              Date.from(end),
              whom,
              subject.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(host == null));
      if (host != null) {
        builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(host));
      }
      return builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()));
    } catch (IOException | OperatorCreationException e) {
      throw new AssertionError(e);
    }
  }

  public static String pem(Object object) {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(object);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return text.toString();
  }

  public static String write(Path folder, String name, String text) {
    try {
      return Files.writeString(folder.resolve(name), text).toString();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
