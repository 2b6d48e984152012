package dev.bootbus.dhcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bootbus.dhcp.Delivery.Rule;
import dev.bootbus.dhcp.DhcpServer.Port;
import dev.bootbus.schema.DhcpResponse.Answer;
import dev.bootbus.schema.DhcpResponse.Dhcp;
import dev.bootbus.schema.DhcpResponse.Extensions;
import dev.bootbus.schema.DhcpResponse.Netboot;
import dev.bootbus.schema.MacAddress;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A client that is not ours, in a network namespace at the far end of a cable, with the real
/// ports.
class UdhcpcTest {
  private static final Inet4Address SERVER = Inet4Address.ofLiteral("10.213.67.1");
  private static final Inet4Address ADDRESS = Inet4Address.ofLiteral("10.213.67.77");
  private static final long PID = ProcessHandle.current().pid();
  private static final String NAMESPACE = "bbdhcp" + PID;
  private static final String CABLE = "bbd" + PID;

  @TempDir Path folder;

  @BeforeEach
  void plugIn() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root for a namespace");
    assumeTrue(isOnPath("ip"), "apt-get install iproute2");
    assumeTrue(isOnPath("busybox"), "apt-get install busybox");
    assumeTrue(run("ip", "netns", "add", NAMESPACE).isBlank(), "no network namespaces here");
    sh(
        """
        ip link add %1$s type veth peer name eth0 netns %2$s
        ip addr add %3$s/24 dev %1$s
        ip link set %1$s up
        ip -n %2$s link set lo up
        ip -n %2$s link set eth0 address %4$s up
        """
            .formatted(CABLE, NAMESPACE, SERVER.getHostAddress(), TestPacket.MAC));
  }

  @AfterEach
  void unplug() throws Exception {
    if (isOnPath("ip")) {
      run("ip", "link", "del", CABLE);
      run("ip", "netns", "del", NAMESPACE);
    }
  }

  @Test
  void gets_a_lease_renews_it_and_gives_it_back() throws Exception {
    BootSettings settings =
        new BootSettings(SERVER, SERVER, Machines.LOADERS, "", "", new TreeMap<>());
    NetworkInterface network = NetworkInterface.getByName(CABLE);
    Port port =
        new Port(
            LinuxDhcpSocket.open(network, SERVER, 67),
            new FullDhcp(settings),
            new Delivery(Rule.DHCP, 67, 68));
    try (RunningServer server = RunningServer.start(port, request -> answer())) {
      Process udhcpc = udhcpc();
      try {
        String lease = "10.213.67.77/24 10.213.67.1 10.213.67.1 600 10.213.67.1";
        await().until(() -> said().contains("bound " + lease));
        run("kill", "-USR1", String.valueOf(udhcpc.pid()));
        await().until(() -> said().contains("renew " + lease));
        run("kill", "-USR2", String.valueOf(udhcpc.pid()));
        await().until(() -> server.outcomes.totals().contains(" release=1"));
      } finally {
        udhcpc.destroyForcibly();
      }
      // how many offers and acks it takes, a busy machine decides: udhcpc repeats after 2 s
      assertThat(server.outcomes.totals()).matches("offer=\\d+ ack=\\d+ nak=0 release=1");
    }
  }

  /// Started in the foreground; signals make it renew and release.
  private Process udhcpc() throws IOException {
    Path script = folder.resolve("script");
    Files.writeString(
        script,
        """
        #!/bin/busybox sh
        [ $1 = bound ] && ip addr add $ip/$mask dev $interface
        echo "$1 $ip/$mask $router $dns $lease $serverid"
        """);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    String command =
        "ip netns exec %s busybox udhcpc -i eth0 -f -t 3 -T 2 -s %s".formatted(NAMESPACE, script);
    return new ProcessBuilder(command.split(" "))
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("said").toFile())
        .start();
  }

  private String said() throws IOException {
    return Files.readString(folder.resolve("said"));
  }

  private static Answer answer() {
    Dhcp dhcp =
        new Dhcp(
            MacAddress.parse(TestPacket.MAC),
            ADDRESS,
            Inet4Address.ofLiteral("255.255.255.0"),
            SERVER,
            List.of(SERVER),
            "",
            "",
            null,
            List.of(),
            600,
            List.of());
    return new Answer(dhcp, new Netboot(true, ""), Extensions.NONE);
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
