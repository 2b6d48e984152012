package dev.bootbus.schema;

import dev.bootbus.schema.Access.Login;
import dev.bootbus.schema.Access.Tls;
import io.nats.client.AuthHandler;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/// What [BusSettings] mean to jnats.
final class ConnectOptions {
  static final Duration RECONNECT_WAIT = Duration.ofMillis(100);
  private static final Duration RECONNECT_JITTER = Duration.ofMillis(250);
  private static final Duration CONNECT_TIME = Duration.ofSeconds(2);

  /// A server that is gone without a word is noticed after 10 to 12 s. No sooner: jnats makes up
  /// for missed pings at once when a machine was halted, counts its flushes too, and gives up.
  private static final Duration PING_INTERVAL = Duration.ofSeconds(2);

  private static final int MAX_PINGS_OUT = 5;
  private static final int MAX_QUEUED = 8192;

  private ConnectOptions() {}

  /// @throws IllegalArgumentException if a server URL or a file cannot be used
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
    if (wantsTls(settings)) {
      options
          // only says that TLS is wanted: TlsPort takes a fresh one for each handshake
          .sslContext(PemFiles.context(settings.access().tls()))
          .dataPortType(TlsPort.class.getName())
          // any other mode forgets the name that the certificate must be made out for
          .hostnameResolveMode(Options.HostnameResolveMode.HappyEyeballs);
    }
    return options;
  }

  static boolean wantsTls(BusSettings settings) {
    return !settings.access().tls().equals(Tls.SYSTEM)
        || Arrays.stream(settings.servers().split(","))
            .anyMatch(url -> url.strip().matches("(?i)(tls|wss)://.*"));
  }

  private static void logIn(Options.Builder options, Login login) {
    switch (login) {
      case Login.Anonymous _ -> {}
      case Login.Password(String user, Secret password) ->
          options.userInfo(user.toCharArray(), password.chars());
      case Login.Token(Secret token) -> options.tokenSupplier(token::chars);
      case Login.NKey(Path seed) ->
          options.authHandler(checked(Nats.credentials(null, seed.toString()), seed));
      case Login.Creds(Path file) -> {
        AuthHandler handler = checked(Nats.credentials(file.toString()), file);
        if (new String(handler.getJWT()).split("\\.").length != 3) {
          throw new UnusableFileException("no JWT in " + file);
        }
        options.authHandler(handler);
      }
    }
  }

  /// The handler reads its file each time it is asked.
  private static AuthHandler checked(AuthHandler handler, Path file) {
    try {
      handler.getID();
      return handler;
    } catch (IllegalStateException e) {
      throw new UnusableFileException(
          e.getCause() instanceof IOException io
              ? PemFiles.unreadable(file, io)
              : "no seed of an nkey in " + file,
          e);
    }
  }
}
