package dev.bootbus.schema;

import io.nats.client.AuthenticationException;
import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.Nats;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;

/// A connection without [Bus] around it, for whoever judges the bus from outside.
public final class PlainConnection {
  private PlainConnection() {}

  /// Connects now, or fails now.
  ///
  /// @param reconnects how often to try again when the connection is lost; -1 for ever
  /// @throws IOException if no nats-server is reached, or it refuses the login; the message is for
  ///     the operator
  /// @throws IllegalArgumentException if a server URL or a file cannot be used
  public static Connection open(BusSettings settings, int reconnects)
      throws IOException, InterruptedException {
    Errors errors = new Errors(settings, new AtomicReference<>(""));
    try {
      return Nats.connect(
          ConnectOptions.of(settings).maxReconnects(reconnects).errorListener(errors).build());
    } catch (AuthenticationException e) {
      throw e;
    } catch (IOException e) {
      String why = errors.why().get();
      throw new IOException(
          why.isEmpty()
              ? "no nats-server at %s; start one there, or name the right address"
                  .formatted(settings.shownServers())
              : "no connection to %s: %s".formatted(settings.shownServers(), why),
          e);
    }
  }

  /// What nats-server says is asked of the connection; here is only why there is none.
  private record Errors(BusSettings settings, AtomicReference<String> why)
      implements ErrorListener, TlsPort.Terms {
    @Override
    public void exceptionOccurred(Connection connection, Exception e) {
      LinkTrouble.of(e).ifPresent(why::set);
    }

    @Override
    public void refused(SSLException alert) {
      LinkTrouble.of(alert).ifPresent(why::set);
    }
  }
}
