package dev.bootbus.schema;

import dev.bootbus.schema.Access.Login;
import dev.bootbus.schema.Access.Tls;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// What [BusSettings] mean to jnats.
final class ConnectOptions {
  static final Duration RECONNECT_WAIT = Duration.ofMillis(100);
  private static final Duration RECONNECT_JITTER = Duration.ofMillis(250);
  private static final Duration CONNECT_TIME = Duration.ofSeconds(2);

  /// A server that is gone without a word is noticed after three of them.
  private static final Duration PING_INTERVAL = Duration.ofSeconds(2);

  private static final int MAX_PINGS_OUT = 2;
  private static final int MAX_QUEUED = 8192;

  private ConnectOptions() {}

  /// @throws IllegalArgumentException if a server URL or a file cannot be read
  static Options.Builder of(BusSettings settings) {
    Options.Builder options =
        new Options.Builder()
            .server(settings.servers())
            .connectionName(settings.clientName())
            // an inbox of its own, so that permissions can keep others from reading replies
            .inboxPrefix("_INBOX." + settings.clientName() + ".")
            .maxReconnects(-1)
            .reconnectWait(RECONNECT_WAIT)
            .reconnectJitter(RECONNECT_JITTER)
            .reconnectJitterTls(RECONNECT_JITTER)
            .connectionTimeout(CONNECT_TIME)
            .pingInterval(PING_INTERVAL)
            .maxPingsOut(MAX_PINGS_OUT)
            // what is asked while the bus is away must fail now, not arrive later
            .reconnectBufferSize(0)
            .maxMessagesInOutgoingQueue(MAX_QUEUED)
            .discardMessagesWhenOutgoingQueueFull()
            .reportNoResponders()
            .dontForceFlushOnRequest();
    logIn(options, settings.access().login());
    Tls tls = settings.access().tls();
    if (!tls.equals(Tls.SYSTEM)) {
      options.sslContext(PemFiles.context(tls));
    }
    return options;
  }

  private static void logIn(Options.Builder options, Login login) {
    switch (login) {
      case Login.Anonymous _ -> {}
      case Login.Password(String user, Secret password) ->
          options.userInfo(user.toCharArray(), password.chars());
      case Login.Token(Secret token) -> options.token(token.chars());
      case Login.NKey(Path seed) ->
          options.authHandler(Nats.staticCredentials(null, Secret.ofFile(seed).chars()));
      case Login.Creds(Path file) -> {
        if (!Files.isReadable(file)) {
          throw new IllegalArgumentException("cannot read the credentials in " + file);
        }
        options.authHandler(Nats.credentials(file.toString()));
      }
    }
  }
}
