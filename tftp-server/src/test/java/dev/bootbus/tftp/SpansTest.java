package dev.bootbus.tftp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.runtime.testing.OtlpReceiver.Seen;
import dev.bootbus.runtime.testing.TracedFileServer;
import java.net.DatagramSocket;
import java.net.InetAddress;
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
    try (DatagramSocket socket = new DatagramSocket(0, MACHINE)) {
      return socket.getLocalPort();
    }
  }

  @Test
  void aFetchJoinsTheBootThatDhcpToldOfItsAddress() throws Exception {
    Files.write(root.resolve("kernel"), new byte[1300]);
    int port = freePort();
    List<String> options = List.of("--address=127.0.0.1", "--root=" + root, "--port=" + port);
    try (TracedFileServer server = TracedFileServer.start(Main.class, options)) {
      Seen joined =
          server.joined(
              () -> {
                try (TestClient client = new TestClient(port)) {
                  assertThat(client.read("kernel")).hasSize(1300);
                }
              });
      assertThat(joined.service()).isEqualTo("tftp-server");
      assertThat(joined.name()).isEqualTo("TFTP RRQ");
      assertThat(joined.facts())
          .containsEntry("client.address", "127.0.0.1")
          .containsEntry("bootbus.outcome", "sent")
          .containsEntry("file.path", "kernel")
          .containsEntry("bootbus.tftp.bytes", "1300");
    }
  }
}
