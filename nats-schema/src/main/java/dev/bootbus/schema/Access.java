package dev.bootbus.schema;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// How a process shows nats-server who it is, and how it knows nats-server.
public record Access(Login login, Tls tls) {
  public static final Access OPEN = new Access(new Login.Anonymous(), Tls.SYSTEM);

  public Access {
    requireNonNull(login, "login is null");
    requireNonNull(tls, "tls is null");
  }

  /// Who it is.
  public sealed interface Login {
    /// Nobody, or who the server URL says.
    record Anonymous() implements Login {}

    record Password(String user, Secret password) implements Login {}

    record Token(Secret token) implements Login {}

    /// @param seed file that holds an nkey seed, `SU…`; read anew at each connection
    record NKey(Path seed) implements Login {}

    /// @param file as made by `nsc`: a JWT and an nkey seed; read anew at each connection
    record Creds(Path file) implements Login {}
  }

  /// PEM files, read anew at each connection; null where there is none.
  ///
  /// @param ca who may have signed the server's certificate, instead of those the JVM trusts
  /// @param cert of this process, with its chain
  /// @param key of that certificate: PKCS#8, PKCS#1 or SEC1
  public record Tls(@Nullable Path ca, @Nullable Path cert, @Nullable Path key) {
    /// Nothing of our own: TLS only where the URL is `tls://`, by the JVM's trust store.
    public static final Tls SYSTEM = new Tls(null, null, null);

    public Tls {
      if ((cert == null) != (key == null)) {
        throw new IllegalArgumentException("a client certificate and its key go together");
      }
    }
  }
}
