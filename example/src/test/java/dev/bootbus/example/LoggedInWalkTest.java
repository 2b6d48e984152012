package dev.bootbus.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.probe.Main;
import dev.bootbus.schema.testing.NatsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A boot in software with `deploy/nats/nats-server.conf`, where each service logs in as
/// its own user.
class LoggedInWalkTest {
  private static final int KERNEL_MAGIC_AT = 0x202;

  @TempDir private Path folder;

  @Test
  void theServicesMayDoAllThatABootNeeds() throws Exception {
    Ports ports = Ports.free();
    makeFiles();
    List<Service> services = new ArrayList<>();
    try (NatsServer nats = BusUser.server()) {
      commands(ports).forEach((name, options) -> services.add(start(nats, name, options)));
      services.forEach(Service::awaitReady);

      assertThat(ports.walk()).isZero();
      assertThat(ports.walk()).describedAs("the same machine again").isZero();

      for (Service service : services) {
        assertThat(service.commandLine()).contains("--").doesNotContain("secret-of-");
      }
      services.forEach(Service::close);
      assertThat(nats.log()).doesNotContain("Violation", "secret-of-");
    } finally {
      services.forEach(Service::close);
    }
    assertThat(services.stream().map(Service::log).collect(Collectors.joining()))
        .contains("bus connected", "stopped")
        .doesNotContain("secret-of-", "bus refuses", "store unavailable", "Exception");
  }

  private void makeFiles() throws IOException {
    Path root = Files.createDirectory(folder.resolve("root"));
    Files.write(root.resolve("undionly.kpxe"), program());
    Files.write(root.resolve("vmlinuz"), kernel());
    try (OutputStream initrd =
        new GZIPOutputStream(Files.newOutputStream(root.resolve("initrd.img")))) {
      initrd.write("an initramfs".getBytes(StandardCharsets.US_ASCII));
    }
    Files.writeString(
        folder.resolve("catalogue.yaml"),
        """
        kernels: [ { name: k, arch: any, kernel: vmlinuz, initrd: initrd.img, cmdline: quiet } ]
        default: k
        """);
  }

  /// A BIOS knows no magic; the probe knows iPXE by words in it.
  private static byte[] program() {
    byte[] program = new byte[512];
    byte[] words = "http://ipxe.org/".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(words, 0, program, 64, words.length);
    return program;
  }

  /// A bzImage, as far as its header tells.
  private static byte[] kernel() {
    ByteBuffer kernel = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
    kernel.put(0x1f1, (byte) 1).putShort(0x1fe, (short) 0xaa55);
    kernel.put(KERNEL_MAGIC_AT, "HdrS".getBytes(StandardCharsets.US_ASCII));
    kernel.putShort(0x206, (short) 0x20f).put(0x211, (byte) 1).putShort(0x236, (short) 1);
    return kernel.array();
  }

  private Map<String, String> commands(Ports ports) {
    String files = "--address 127.0.0.1 --root " + folder.resolve("root");
    return Map.of(
        "kernel-backend",
        "--pool 192.0.2.10-192.0.2.20 --subnet-mask 255.255.255.0 --catalogue "
            + folder.resolve("catalogue.yaml")
            + " --boot-url http://127.0.0.1:"
            + ports.http
            + "/",
        "tftp-server",
        files + " --port " + ports.tftp,
        "http-server",
        files + " --http-port " + ports.http,
        "dhcp-server",
        "--address 127.0.0.1 --port %d --client-port %d --proxy-port 0 --http-port %d"
            .formatted(ports.dhcp, ports.client, ports.http));
  }

  private Service start(NatsServer nats, String name, String options) {
    try {
      String password = BusUser.password(name);
      Path file = Files.writeString(folder.resolve(name + ".password"), password + "\n");
      Map<String, String> environment =
          Map.of(
              "BOOTBUS_NATS_URL",
              nats.url(),
              "BOOTBUS_NATS_USER",
              name,
              "BOOTBUS_NATS_PASSWORD_FILE",
              file.toString(),
              "BOOTBUS_LOG_LEVEL",
              "DEBUG");
      return Service.start(folder, name, environment, options.split(" "));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /// Free when they were looked for.
  private record Ports(int dhcp, int client, int tftp, int http) {
    static Ports free() throws IOException {
      InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      try (DatagramSocket dhcp = new DatagramSocket(any);
          DatagramSocket client = new DatagramSocket(any);
          DatagramSocket tftp = new DatagramSocket(any);
          ServerSocket http = new ServerSocket(0, 1, any.getAddress())) {
        return new Ports(
            dhcp.getLocalPort(), client.getLocalPort(), tftp.getLocalPort(), http.getLocalPort());
      }
    }

    /// @return the exit status
    int walk() {
      String options =
          "boot --as bios --mac 52:54:00:77:00:20 --relay 127.0.0.1:%d --server 127.0.0.1"
                  .formatted(client)
              + " --dhcp-port %d --client-port %d --tftp-port %d".formatted(dhcp, client, tftp);
      return Main.commandLine().execute(options.split(" "));
    }
  }
}
