package dev.bootbus.schema;

import dev.bootbus.schema.Access.Login;
import dev.bootbus.schema.Access.Tls;
import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/// A connection without [Bus] around it, for whoever judges the bus from outside.
public final class PlainConnection {
  private static final Duration CONNECT_TIME = Duration.ofSeconds(2);

  private PlainConnection() {}

  /// Connects now, or fails now.
  ///
  /// @param reconnects how often to try again when the connection is lost; -1 for ever
  /// @throws IOException if no nats-server is reached, or it refuses the login
  /// @throws IllegalArgumentException if a server URL or a file cannot be read
  public static Connection open(BusSettings settings, int reconnects)
      throws IOException, InterruptedException {
    return Nats.connect(
        options(settings)
            .maxReconnects(reconnects)
            .connectionTimeout(CONNECT_TIME)
            .errorListener(new ErrorListener() {}) // the last error is asked of the connection
            .build());
  }

  // to be replaced by the options that Bus itself connects with, which know TLS files too
  private static Options.Builder options(BusSettings settings) {
    if (!settings.access().tls().equals(Tls.SYSTEM)) {
      throw new IllegalArgumentException("certificates in files are not read here yet");
    }
    Options.Builder options =
        new Options.Builder()
            .server(settings.servers())
            .connectionName(settings.clientName())
            .inboxPrefix("_INBOX." + settings.clientName() + ".");
    return switch (settings.access().login()) {
      case Login.Anonymous _ -> options;
      case Login.Password(String user, Secret password) ->
          options.userInfo(user.toCharArray(), password.chars());
      case Login.Token(Secret token) -> options.token(token.chars());
      case Login.NKey(Path seed) ->
          options.authHandler(Nats.staticCredentials(null, Secret.ofFile(seed).chars()));
      case Login.Creds(Path file) -> options.authHandler(Nats.credentials(file.toString()));
    };
  }
}
