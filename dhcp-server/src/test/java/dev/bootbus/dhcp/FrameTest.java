package dev.bootbus.dhcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bootbus.dhcp.Destination.Broadcast;
import dev.bootbus.dhcp.Destination.LinkLayer;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.runtime.libc.ErrnoException;
import dev.bootbus.schema.MacAddress;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What arrives at the far end of a cable, as tcpdump sees it there.
class FrameTest {
  private static final Inet4Address SERVER = Inet4Address.ofLiteral("10.213.68.1");
  private static final Inet4Address GIVEN = Inet4Address.ofLiteral("10.213.68.77");
  private static final MacAddress CLIENT = MacAddress.parse(TestPacket.MAC);
  private static final String OWN = "02:00:5e:00:53:44";
  private static final long PID = ProcessHandle.current().pid();
  private static final String NAMESPACE = "bbframe" + PID;
  private static final String CABLE = "bbf" + PID;
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path folder;

  @BeforeEach
  void plugIn() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root for a namespace");
    for (String program : new String[] {"ip", "tcpdump"}) {
      assumeTrue(isOnPath(program), "apt-get install iproute2 tcpdump");
    }
    assumeTrue(run("ip", "netns", "add", NAMESPACE).isBlank(), "no network namespaces here");
    sh(
        """
        ip link add %1$s address %4$s type veth peer name eth0 netns %2$s
        ip addr add %3$s/24 dev %1$s
        ip link set %1$s up
        ip -n %2$s link set eth0 address %5$s up
        """
            .formatted(CABLE, NAMESPACE, SERVER.getHostAddress(), OWN, TestPacket.MAC));
  }

  @AfterEach
  void unplug() throws Exception {
    if (isOnPath("ip")) {
      run("ip", "link", "del", CABLE);
      run("ip", "netns", "del", NAMESPACE);
    }
  }

  /// RFC 2131 §4.1: to the client's hardware address and yiaddr, which answers no ARP yet.
  @Test
  void a_client_without_an_address_gets_a_frame_of_its_own() throws Exception {
    String seen = seen();

    assertThat(seen)
        .contains(OWN + " > " + TestPacket.MAC)
        .contains("ethertype IPv4 (0x0800), length 342")
        .contains("flags [DF], proto UDP (17), length 328)")
        .contains("10.213.68.1.67 > 10.213.68.77.68: [udp sum ok]")
        .contains("Client-Ethernet-Address " + TestPacket.MAC)
        .doesNotContain("bad cksum");
  }

  /// The frame that tcpdump prints.
  private String seen() throws Exception {
    Path dump = folder.resolve("dump");
    Process tcpdump = tcpdump(dump);
    try (LinuxDhcpSocket socket = LinuxDhcpSocket.open(network(CABLE), SERVER, 67)) {
      assertThat(socket.sendsFrames()).isTrue();
      await().atMost(SOON).until(() -> Files.readString(dump).contains("listening on eth0"));
      Bytes payload = TestPacket.of(dev.bootbus.dhcp.wire.MessageType.OFFER).message().encode();
      socket.send(payload, new LinkLayer(GIVEN, CLIENT, 68));
      assertThat(tcpdump.waitFor(20, TimeUnit.SECONDS)).as("something was seen").isTrue();
      return Files.readString(dump);
    } finally {
      tcpdump.destroyForcibly();
    }
  }

  private static Process tcpdump(Path dump) throws IOException {
    String command = "ip netns exec %s tcpdump -i eth0 -n -e -vv -c 1 port 67".formatted(NAMESPACE);
    return new ProcessBuilder(command.split(" "))
        .redirectErrorStream(true)
        .redirectOutput(dump.toFile())
        .start();
  }

  private static NetworkInterface network(String name) throws IOException {
    return NetworkInterface.getByName(name);
  }

  @Test
  void two_servers_share_a_port_but_not_an_interface() throws Exception {
    NetworkInterface loopback = network("lo");
    try (LinuxDhcpSocket first = LinuxDhcpSocket.open(network(CABLE), SERVER, 67);
        LinuxDhcpSocket other = LinuxDhcpSocket.open(loopback, SERVER, 67)) {
      assertThat(other.sendsFrames()).as("no Ethernet").isFalse();
      assertThatThrownBy(() -> LinuxDhcpSocket.open(network(CABLE), SERVER, 67))
          .isInstanceOfSatisfying(
              ErrnoException.class, e -> assertThat(e.isAddressInUse()).isTrue());
      first.send(Bytes.of(new byte[300]), new Broadcast(68));
    }
  }

  private static boolean isOnPath(String program) {
    return Arrays.stream(System.getenv("PATH").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  private static void sh(String commands) throws IOException, InterruptedException {
    for (String command : commands.strip().split("\n")) {
      assertThat(run(command.split(" "))).as(command).isBlank();
    }
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      String said = new String(process.getInputStream().readAllBytes());
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("ended").isTrue();
      return said;
    } finally {
      process.destroyForcibly();
    }
  }
}
