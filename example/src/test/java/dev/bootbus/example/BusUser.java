package dev.bootbus.example;

import dev.bootbus.schema.testing.NatsConfig;
import dev.bootbus.schema.testing.NatsServer;
import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/// A plain connection of one user of `deploy/nats/nats-server.conf`, and what nats-server
/// says to it.
final class BusUser implements AutoCloseable {
  private static final String SECRET = "secret-of-";

  private final List<String> errors = new CopyOnWriteArrayList<>();
  private final Connection connection;

  BusUser(NatsServer nats, String name) throws IOException, InterruptedException {
    connection =
        Nats.connect(
            Options.builder()
                .server(nats.url())
                .userInfo(name, password(name))
                .inboxPrefix("_INBOX." + name + ".")
                .errorListener(
                    new ErrorListener() {
                      @Override
                      public void errorOccurred(Connection on, String error) {
                        errors.add(error);
                      }
                    })
                .build());
  }

  /// A server with that configuration.
  static NatsServer server() throws IOException {
    String config = Files.readString(Path.of("../deploy/nats/nats-server.conf"));
    return NatsServer.withConfig(
        NatsConfig.of(config.replace("/var/lib/nats", "data"))
            .withEnvironment(
                Map.of(
                    "BOOTBUS_DHCP_PASSWORD", password("dhcp-server"),
                    "BOOTBUS_TFTP_PASSWORD", password("tftp-server"),
                    "BOOTBUS_HTTP_PASSWORD", password("http-server"),
                    "BOOTBUS_KERNEL_PASSWORD", password("kernel-backend"),
                    "BOOTBUS_BACKEND_PASSWORD", password("backend"),
                    "BOOTBUS_OPERATOR_PASSWORD", password("operator"),
                    "BOOTBUS_OBSERVER_PASSWORD", password("observer"))));
  }

  static String password(String user) {
    return SECRET + user;
  }

  Connection connection() {
    return connection;
  }

  List<String> errors() {
    return errors;
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
