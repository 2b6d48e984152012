package dev.bootbus.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.example.Wire.Seen;
import dev.bootbus.schema.testing.lab.Host;
import dev.bootbus.schema.testing.lab.Lab;
import dev.bootbus.schema.testing.lab.Link;
import java.net.Inet4Address;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Relay agents that are not ours, each with two links behind it, all at once.
///
/// ```
/// server 10.77.0.1 ── core ── isc 10.77.0.2 ─┬─ 10.77.2.1 red   ── client
///                      │                     └─ 10.77.3.1 green ── client
///                      └──── dnsmasq 10.77.0.3 ┬─ 10.77.4.1 blue ── client
///                                              └─ 10.77.5.1 grey ── client, perfdhcp 10.77.5.9
/// ```
class ForeignRelayTest {
  private static final Inet4Address SERVER = Inet4Address.ofLiteral("10.77.0.1");
  private static final int SERVER_PORT = 67;
  private static final int PERFDHCP_CLIENTS = 200;

  /// Of each link: its relay's address there, and what the catalogue gives to its client.
  private static final Map<String, String> LINKS = new LinkedHashMap<>();

  static {
    LINKS.put("red", "10.77.2");
    LINKS.put("green", "10.77.3");
    LINKS.put("blue", "10.77.4");
    LINKS.put("grey", "10.77.5");
  }

  @TempDir private static Path logs;
  private static Lab lab;
  private static Link core;
  private static final Map<String, Link> links = new LinkedHashMap<>();

  @BeforeAll
  static void theStackAndTheRelays() throws Exception {
    Lab.assumePossible(
        """
        udhcpc udhcpc
        perfdhcp kea-admin
        dhcrelay isc-dhcp-relay
        dnsmasq dnsmasq-base""");
    lab = Lab.open(logs, Service.DEPLOYED);
    core = lab.link("core");
    Host server = lab.host("server").plug("eth0", "52:54:00:02:00:01", core, "10.77.0.1/24");
    server.run("ip route add 10.77.2.0/23 via 10.77.0.2");
    server.run("ip route add 10.77.4.0/23 via 10.77.0.3");
    server.bus();
    server.service("kernel-backend", "--subnet 10.77.0.0/16 --pool " + pool() + catalogue());
    server.service("dhcp-server", "--deadline-ms 10000 --interface eth0");

    Host isc = relay("isc", 2, "red", "green");
    isc.start(
            "dhcrelay",
            "-4",
            "-d",
            "-a",
            "-m",
            "append",
            "--no-pid",
            "-iu",
            "core0",
            "-id",
            "red0",
            "-id",
            "green0",
            "10.77.0.1")
        .awaitSaid("Sending on.*fallback");
    Host dnsmasq = relay("dnsmasq", 3, "blue", "grey");
    dnsmasq
        .start(
            "dnsmasq",
            "--no-daemon",
            "--conf-file=/dev/null",
            "--port=0",
            "--user=root",
            "--dhcp-relay=10.77.4.1,10.77.0.1",
            "--dhcp-relay=10.77.5.1,10.77.0.1")
        .awaitSaid("DHCP relay from 10.77.5.1");
  }

  private static String pool() {
    return "10.77.6.0-10.77.7.255";
  }

  private static String catalogue() throws Exception {
    StringBuilder nodes = new StringBuilder("nodes:\n");
    LINKS.forEach(
        (link, net) ->
            nodes.append("  - {mac: %s, address: %s.77}\n".formatted(mac(link, "01"), net)));
    return " --catalogue " + Files.writeString(logs.resolve("catalogue.yaml"), nodes);
  }

  private static String mac(String link, String host) {
    return "52:54:00:02:%s:%02x".formatted(host, List.copyOf(LINKS.keySet()).indexOf(link) + 2);
  }

  private static Host relay(String name, int number, String... behind) throws Exception {
    Host relay =
        lab.host(name)
            .plug("core0", "52:54:00:02:00:0" + number, core, "10.77.0." + number + "/24");
    for (String link : behind) {
      links.put(link, lab.link(link));
      relay.plug(link + "0", mac(link, "02"), links.get(link), LINKS.get(link) + ".1/24");
    }
    relay.run("sysctl -q -w net.ipv4.ip_forward=1");
    return relay;
  }

  @AfterAll
  static void removeThem() {
    if (lab != null) {
      lab.close();
    }
  }

  @Test
  void severalRelaysBringTheirClientsAnAnswerAtOnce() throws Exception {
    try (Wire wire = Wire.on(core);
        Wire red = Wire.on(links.get("red"))) {
      Map<String, ClientRun> runs = new LinkedHashMap<>();
      for (String link : LINKS.keySet()) {
        Host client = lab.host("client-" + link).plug("eth0", mac(link, "01"), links.get(link), "");
        runs.put(link, ForeignClient.UDHCPC.start(client));
      }
      runs.forEach(
          (link, run) -> assertThat(run.bound()).containsEntry("address", LINKS.get(link) + ".77"));

      for (String link : LINKS.keySet()) {
        wire.await1(seen -> seen.is(MessageType.ACK) && giaddr(seen).equals(relayOf(link)));
      }
      List<Seen> replies = wire.seen(seen -> seen.isFrom(SERVER));
      assertThat(replies)
          .allSatisfy(
              seen -> {
                // RFC 2131 §4.1: to the server port of the relay agent
                assertThat(seen.target().getPort()).isEqualTo(SERVER_PORT);
                assertThat(seen.target().getAddress().getHostAddress()).isEqualTo(giaddr(seen));
              });
      assertThat(replies.stream().map(ForeignRelayTest::giaddr).distinct())
          .containsExactlyInAnyOrderElementsOf(
              LINKS.keySet().stream().map(ForeignRelayTest::relayOf).toList());
      itsOwnInformationComesBackToTheRelay(wire);
      assertThat(red.seen(seen -> seen.message().options().has(Option.RELAY_AGENT_INFO)))
          .as("what the relay added it takes away again (RFC 3046 §2.1)")
          .isEmpty();
    }
  }

  /// RFC 3046 §2.2: the same bytes, and the last of all options.
  private static void itsOwnInformationComesBackToTheRelay(Wire wire) throws Exception {
    for (String link : List.of("red", "green")) {
      Bytes sent =
          information(
              wire.await1(
                  seen -> seen.is(MessageType.DISCOVER) && giaddr(seen).equals(relayOf(link))));
      List<Seen> replies =
          wire.seen(seen -> seen.isFrom(SERVER) && giaddr(seen).equals(relayOf(link)));
      assertThat(replies).hasSizeGreaterThanOrEqualTo(2);
      String last =
          "52%02x%s".formatted(sent.length(), sent)
              + "ff(00)*"; // END and the padding of RFC 1542 §2.1
      assertThat(replies)
          .allSatisfy(
              seen -> {
                assertThat(information(seen)).isEqualTo(sent);
                assertThat(seen.payload().toString()).matches("[0-9a-f]+" + last);
              });
    }
  }

  private static Bytes information(Seen seen) {
    return seen.message().options().raw(Option.RELAY_AGENT_INFO.code()).orElseThrow();
  }

  private static String giaddr(Seen seen) {
    DhcpMessage message = seen.message();
    return message.giaddr().getHostAddress();
  }

  private static String relayOf(String link) {
    return LINKS.get(link) + ".1";
  }

  @Test
  void aRelayWithManyClientsLosesNone() throws Exception {
    Host many =
        lab.host("many").plug("eth0", "52:54:00:02:03:01", links.get("grey"), "10.77.5.9/24");
    many.run("ip route add default via 10.77.5.1");

    try (Wire wire = Wire.on(core)) {
      PerfDhcp counted = PerfDhcp.run(many, PERFDHCP_CLIENTS, "10.77.0.1", wire);
      assertThat(counted.lost()).as("%s", counted).isZero();
      Map<String, Set<Inet4Address>> leases = wire.leases(PerfDhcp.MACS);
      assertThat(leases).hasSize(PERFDHCP_CLIENTS);
      assertThat(leases.values()).doesNotHaveDuplicates().allMatch(given -> given.size() == 1);
    }
  }
}
