package dev.bootbus.probe.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.probe.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class ClosedPortTest {
  @Test
  void aServerThatDoesNotRunIsToldFromOneThatIsSilent() throws Exception {
    int port;
    try (DatagramSocket silent =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      port = silent.getLocalPort();
      assertThat(boot(port)).contains("\"no-offer\"").contains("is open");
    }
    assertThat(boot(port)).contains("\"server-down\"").contains("is closed");
  }

  private static String boot(int port) {
    StringWriter out = new StringWriter();
    String words = "boot --json --timeout 1 --relay 127.0.0.1 --server 127.0.0.1 --dhcp-port ";
    int status = Main.commandLine().setOut(new PrintWriter(out)).execute((words + port).split(" "));
    assertThat(status).as(out.toString()).isEqualTo(3);
    return out.toString();
  }
}
