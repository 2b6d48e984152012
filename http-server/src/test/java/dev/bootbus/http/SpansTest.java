package dev.bootbus.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.runtime.testing.OtlpReceiver.Seen;
import dev.bootbus.runtime.testing.TracedFileServer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The process while it exports traces.
class SpansTest {
  private static final InetAddress MACHINE = InetAddress.getLoopbackAddress();

  @TempDir Path root;

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, MACHINE)) {
      return socket.getLocalPort();
    }
  }

  @Test
  void aFetchJoinsTheBootThatDhcpToldOfItsAddress() throws Exception {
    Files.write(root.resolve("kernel"), new byte[1300]);
    int port = freePort();
    List<String> options = List.of("--address=127.0.0.1", "--root=" + root, "--http-port=" + port);
    try (TracedFileServer server = TracedFileServer.start(Main.class, options)) {
      Seen joined =
          server.joined(
              () -> {
                URI kernel = URI.create("http://127.0.0.1:" + port + "/kernel");
                assertThat(kernel.toURL().openStream().readAllBytes()).hasSize(1300);
              });
      assertThat(joined.service()).isEqualTo("http-server");
      assertThat(joined.name()).isEqualTo("GET");
      assertThat(joined.facts())
          .containsEntry("client.address", "127.0.0.1")
          .containsEntry("bootbus.outcome", "sent")
          .containsEntry("url.path", "/kernel")
          .containsEntry("http.response.status_code", "200")
          .containsEntry("http.response.body.size", "1300");
    }
  }
}
