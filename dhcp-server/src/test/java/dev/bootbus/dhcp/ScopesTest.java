package dev.bootbus.dhcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpRequest.Mode;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.DhcpResponse.Answer;
import dev.bootbus.schema.DhcpResponse.Dhcp;
import dev.bootbus.schema.DhcpResponse.Extensions;
import dev.bootbus.schema.DhcpResponse.Netboot;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two links of one process, with a client that is not ours at the far end of each.
class ScopesTest {
  private static final long PID = ProcessHandle.current().pid();
  private static final String EAST = "bbe" + PID;
  private static final String WEST = "bbw" + PID;

  @TempDir private Path folder;
  private final List<DhcpRequest> asked = new CopyOnWriteArrayList<>();

  @BeforeEach
  void plugIn() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root for a namespace");
    assumeTrue(isOnPath("ip"), "apt-get install iproute2");
    assumeTrue(isOnPath("busybox"), "apt-get install busybox");
    assumeTrue(run("ip", "netns", "add", EAST).isBlank(), "no network namespaces here");
    run("ip", "netns", "add", WEST);
    cable(EAST, "10.213.68.1");
    cable(WEST, "10.213.69.1");
    Path script = folder.resolve("script");
    Files.writeString(script, "#!/bin/busybox sh\necho \"$1 $ip $serverid\"\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void cable(String name, String address) throws Exception {
    String commands =
        """
        ip link add %1$s type veth peer name eth0 address 52:54:00:77:00:10 netns %1$s
        ip addr add %2$s/24 dev %1$s
        ip link set %1$s up
        ip -n %1$s link set eth0 up
        """
            .formatted(name, address);
    for (String command : commands.strip().split("\n")) {
      assertThat(run(command.split(" "))).as(command).isBlank();
    }
  }

  @AfterEach
  void unplug() throws Exception {
    if (isOnPath("ip")) {
      for (String name : List.of(EAST, WEST)) {
        run("ip", "link", "del", name);
        run("ip", "netns", "del", name);
      }
    }
  }

  @Test
  void each_link_has_its_own_mode_and_lists_and_both_can_change() throws Exception {
    Outcomes outcomes = new Outcomes(event -> {}, new SimpleMeterRegistry());
    try (Listening listening =
        new Listening(request -> CompletableFuture.completedStage(answer(request)), outcomes)) {
      listening.change(scopes("proxy", ""));
      // one link gives addresses, the other only says what to boot, and not to everybody
      assertThat(udhcpc(EAST, "", 5)).contains("bound 10.213.68.77 10.213.68.1");
      assertThat(udhcpc(WEST, "", 1)).doesNotContain("bound");
      assertThat(outcomes.count(DropReason.NOT_PXE)).isPositive();
      assertThat(asked).extracting(r -> r.facts().mode()).containsOnly(Mode.DHCP);
      assertThat(asked).extracting(r -> r.facts().network()).containsOnly(EAST);
      asked.clear();
      assertThat(udhcpc(WEST, "-V PXEClient:Arch:00000:UNDI:002001 -x 0x5d:0000", 1))
          .doesNotContain("bound");
      assertThat(asked).extracting(r -> r.facts().mode()).containsOnly(Mode.PROXY);
      assertThat(asked).extracting(r -> r.facts().network()).containsOnly(WEST);
      assertThat(outcomes.totals()).contains("offer=");

      // the same sockets on other terms
      listening.change(scopes("dhcp", "02"));
      assertThat(udhcpc(EAST, "", 1)).doesNotContain("bound");
      await().until(() -> outcomes.count(DropReason.NOT_ALLOWED_MAC) > 0);
      assertThat(udhcpc(WEST, "", 5)).contains("bound 10.213.69.77 10.213.69.1");

      // nothing is open where the mode is off
      listening.change(scopes("off", ""));
      String before = outcomes.totals();
      assertThat(udhcpc(WEST, "", 1)).doesNotContain("bound");
      assertThat(outcomes.totals()).isEqualTo(before);
      assertThat(udhcpc(EAST, "", 5)).contains("bound 10.213.68.77 10.213.68.1");

      // another own address is another socket, on the same port
      assertThat(run("ip", "addr", "del", "10.213.68.1/24", "dev", EAST)).isBlank();
      assertThat(run("ip", "addr", "add", "10.213.68.2/24", "dev", EAST)).isBlank();
      listening.change(scopes("off", ""));
      assertThat(udhcpc(EAST, "", 5)).contains("bound 10.213.68.77 10.213.68.2");
    }
  }

  /// @param allow what the eastern link's machines must begin with, or empty for all
  private List<Scope> scopes(String west, String allow) throws Exception {
    Path file = folder.resolve("dhcp.yaml");
    Files.writeString(
        file,
        """
        ipxe-script: ""
        interfaces:
          - interface: %s
            allow: %s
          - interface: %s
            mode: %s
        """
            .formatted(EAST, allow.isEmpty() ? "[]" : allow, WEST, west));
    return Configuration.read(Main.commandLine().parseArgs(), Map.of(), file).scopes();
  }

  private DhcpResponse answer(DhcpRequest request) {
    asked.add(request);
    String net = request.facts().network().equals(EAST) ? "10.213.68." : "10.213.69.";
    Inet4Address server = Inet4Address.ofLiteral(net + "1");
    Dhcp dhcp =
        new Dhcp(
            request.mac(),
            Inet4Address.ofLiteral(net + "77"),
            Inet4Address.ofLiteral("255.255.255.0"),
            server,
            List.of(server),
            "",
            "",
            null,
            List.of(),
            600,
            List.of());
    return new Answer(dhcp, new Netboot(true, ""), Extensions.NONE);
  }

  /// Asks until it is bound, or so many times.
  private String udhcpc(String namespace, String options, int times) throws Exception {
    String command =
        "ip netns exec %s busybox udhcpc -i eth0 -f -q -n -T 1 -t %d -s %s %s"
            .formatted(namespace, times, folder.resolve("script"), options);
    return run(command.strip().split(" +"));
  }

  private static boolean isOnPath(String program) {
    return Arrays.stream(System.getenv("PATH").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
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
