package dev.bootbus.schema;

import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.Nats;
import java.io.IOException;

/// A connection without [Bus] around it, for whoever judges the bus from outside.
public final class PlainConnection {
  private PlainConnection() {}

  /// Connects now, or fails now.
  ///
  /// @param reconnects how often to try again when the connection is lost; -1 for ever
  /// @throws IOException if no nats-server is reached, or it refuses the login
  /// @throws IllegalArgumentException if a server URL or a file cannot be read
  public static Connection open(BusSettings settings, int reconnects)
      throws IOException, InterruptedException {
    return Nats.connect(
        ConnectOptions.of(settings)
            .maxReconnects(reconnects)
            .errorListener(new ErrorListener() {}) // the last error is asked of the connection
            .build());
  }
}
