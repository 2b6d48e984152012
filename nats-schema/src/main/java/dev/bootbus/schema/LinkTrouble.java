package dev.bootbus.schema;

import dev.bootbus.schema.Access.Login;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Why there is no connection, and what an operator can do about it: in one sentence, without
/// anything secret.
final class LinkTrouble {
  private static final int MAX_CAUSES = 16;
  private static final Pattern OF_LOGIN = Pattern.compile("(?i)authori[sz]ation|authentication");

  private LinkTrouble() {}

  /// Empty where there is nothing to say but that there is no connection.
  static Optional<String> of(Exception failure) {
    List<Throwable> causes =
        Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause)
            .limit(MAX_CAUSES)
            .toList();
    return causes.reversed().stream().flatMap(cause -> one(cause).stream()).findFirst();
  }

  private static Optional<String> one(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return Optional.ofNullable(
        switch (cause) {
          case CertificateExpiredException _ ->
              "the certificate of nats-server, or of its CA, has expired (" + message + ")";
          case CertPathBuilderException _ ->
              "the certificate of nats-server is signed by nobody who is trusted here:"
                  + " BOOTBUS_NATS_CA (--nats-ca) names its CA";
          case CertificateException _ when message.startsWith("No ") ->
              "the certificate of nats-server is for another host; "
                  + message.replaceFirst("\\.$", "")
                  + ": BOOTBUS_NATS_URL (--nats) must use a name that is in it";
          case SSLException _ when message.matches(".*alert: .*(certificate|unknown_ca).*") ->
              "nats-server wants a certificate that it trusts ("
                  + message.replaceFirst(".*alert: ", "")
                  + "): see BOOTBUS_NATS_CERT (--nats-cert) and BOOTBUS_NATS_KEY (--nats-key)";
          case SSLException _ -> "TLS failed: " + message;
          case FileSystemException e when e.getFile() != null ->
              PemFiles.unreadable(Path.of(e.getFile()), e);
          case UnusableFileException _ -> message;
          default -> ofJnats(message);
        });
  }

  private static @Nullable String ofJnats(String message) {
    return switch (message) {
      case "SSL required by server." ->
          "nats-server wants TLS: say tls:// in BOOTBUS_NATS_URL (--nats), and name its CA with"
              + " BOOTBUS_NATS_CA (--nats-ca)";
      case "SSL connection wanted by client." ->
          "nats-server speaks no TLS, which tls:// in BOOTBUS_NATS_URL (--nats) or a file of"
              + " certificates asks for";
      case "problem getting public key", "problem signing nonce", "problem reading jwt" ->
          "the file of BOOTBUS_NATS_NKEY (--nats-nkey) or BOOTBUS_NATS_CREDS (--nats-creds) cannot"
              + " be used";
      default -> null;
    };
  }

  /// What nats-server says, and where the login is that it speaks of.
  static String ofError(String error, Login login) {
    if (!OF_LOGIN.matcher(error).find()) {
      return error;
    }
    return error
        + switch (login) {
          case Login.Anonymous _ ->
              ": it wants a login, BOOTBUS_NATS_USER (--nats-user) and its password, or another"
                  + " than the one in BOOTBUS_NATS_URL";
          case Login.Password(String user, Secret _) ->
              ": see the user "
                  + user
                  + " and the password in BOOTBUS_NATS_PASSWORD or BOOTBUS_NATS_PASSWORD_FILE"
                  + " (--nats-password-file)";
          case Login.Token _ ->
              ": see the token in BOOTBUS_NATS_TOKEN or BOOTBUS_NATS_TOKEN_FILE"
                  + " (--nats-token-file)";
          case Login.NKey(Path seed) -> ": it does not know the nkey in " + seed;
          case Login.Creds(Path file) ->
              ": it does not take the credentials in "
                  + file
                  + "; they may be another operator's, revoked or expired";
        };
  }
}
