package dev.bootbus.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.kernel.catalogue.Catalogue;
import dev.bootbus.kernel.catalogue.LiveCatalogue;
import dev.bootbus.kernel.lease.Ipv4;
import dev.bootbus.schema.BackendUnavailableException;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.DhcpResponse.Dhcp;
import dev.bootbus.schema.DhcpResponse.Extensions;
import dev.bootbus.schema.MacAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Machines in several subnets, and behind relays, over a real bus.
@ExtendWith(OnNats.class)
class SubnetsTest {
  private static final MacAddress MAC = MacAddress.parse("52:54:00:12:34:56");
  private static final String UUID = "564d4c41-4200-4077-8000-000000000010";
  private static final String SUBNETS =
      """
      subnets:
        - {subnet: 10.1.0.0/24, pools: [10.1.0.100-10.1.0.109], gateway: 10.1.0.1, domain: a.example}
        - subnet: 10.2.0.0/24
          pools: [10.2.0.100-10.2.0.109]
          gateway: 10.2.0.1
          lease-time: 60
          reservations:
            - {uuid: 564d4c41-4200-4077-8000-000000000010, address: 10.2.0.7, hostname: rack-7}
            - {circuit: Gi1/0/8, address: 10.2.0.8}
            - {client-id: "01:02:03", address: 10.2.0.9}
      nodes:
        - {mac: 52:54:00:00:00:50, macs: [52:54:00:00:00:51], address: 10.1.0.50}
      """;

  private Backends backends;

  @BeforeEach
  void connect(Backends own) {
    backends = own;
  }

  private DhcpResponse ask(MacAddress mac, String type, String said)
      throws BackendUnavailableException {
    return backends.ask(Packet.of(mac, type, said).request());
  }

  private String address(MacAddress mac, String type, String said)
      throws BackendUnavailableException {
    return switch (ask(mac, type, said)) {
      case DhcpResponse.Answer(Dhcp dhcp, _, _) -> dhcp.ipAddress().getHostAddress();
      case DhcpResponse.Error(int code, String reason) -> code + " " + reason;
    };
  }

  @Test
  void aMachineIsToldOfItsOwnSubnet() throws Exception {
    backends.start(SUBNETS);
    Dhcp dhcp = ((DhcpResponse.Answer) ask(MAC, "REQUEST", "giaddr=10.2.0.1")).dhcp();
    assertThat(dhcp.ipAddress().getHostAddress()).startsWith("10.2.0.10");
    assertThat(dhcp.defaultGateway()).isEqualTo(Ipv4.parse("10.2.0.1"));
    assertThat(dhcp.broadcastAddress()).isEqualTo(Ipv4.parse("10.2.0.255"));
    assertThat(dhcp.leaseTime()).isEqualTo(60);
    Dhcp settings = ((DhcpResponse.Answer) ask(MAC, "INFORM", "ciaddr=10.1.0.3")).dhcp();
    assertThat(settings.domainName()).isEqualTo("a.example");
    assertThat(address(MAC, "DISCOVER", "giaddr=10.3.0.1"))
        .isEqualTo("404 no subnet has 10.3.0.1, the relay's address");
    assertThat(address(MAC, "INFORM", "giaddr=10.3.0.1")).startsWith("404 ");
  }

  /// RFC 2131 §4.3.2: a client that was moved is told so with a NAK, for which 409 is; its lease in
  /// the old subnet ends by itself.
  @Test
  void aMachineThatMovesGetsAnAddressThere() throws Exception {
    backends.start(SUBNETS);
    String old = address(MAC, "REQUEST", "giaddr=10.1.0.1");
    assertThat(old).startsWith("10.1.0.10");
    assertThat(address(MAC, "REQUEST", "giaddr=10.2.0.1 requestedAddress=" + old))
        .isEqualTo("409 " + old + " is not in the pool 10.2.0.100-10.2.0.109");
    String moved = address(MAC, "DISCOVER", "giaddr=10.2.0.1 requestedAddress=" + old);
    assertThat(moved).startsWith("10.2.0.10");
    assertThat(
            address(MAC, "REQUEST", "giaddr=10.2.0.1 serverId=1.1.1.1 requestedAddress=" + moved))
        .isEqualTo(moved);
    assertThat(address(MAC, "REQUEST", "giaddr=10.2.0.1 requestedAddress=" + old))
        .isEqualTo(moved); // the front end sees the difference
    assertThat(backends.storedLeases()).containsKeys(old, moved);
    assertThat(address(MAC, "DISCOVER", "giaddr=10.1.0.1")).isEqualTo(old); // and back
    assertThat(address(MAC, "REQUEST", "ciaddr=" + moved)).isEqualTo(moved);
    assertThat(ask(MAC, "RELEASE", "ciaddr=" + moved + " giaddr=10.1.0.1"))
        .isInstanceOf(DhcpResponse.Answer.class);
  }

  @Test
  void aFixedAddressCountsInItsSubnetOnly() throws Exception {
    backends.start(SUBNETS);
    MacAddress storage = Lab.mac(0x50);
    assertThat(address(storage, "DISCOVER", "-")).isEqualTo("10.1.0.50");
    assertThat(address(storage, "DISCOVER", "giaddr=10.2.0.1")).startsWith("10.2.0.10");
    assertThat(address(Lab.mac(0x51), "REQUEST", "-")).startsWith("10.1.0.10"); // the other card
    assertThat(address(storage, "REQUEST", "-")).isEqualTo("10.1.0.50");
  }

  @Test
  void anAddressThatANodeWasGivenIsNobodyElses() throws Exception {
    backends.start(SUBNETS);
    String node = "{\"mac\":\"525400000060\",\"firstSeen\":0,\"address\":\"10.1.0.100\"}";
    backends.nodes().put("52-54-00-00-00-60", node);
    await().until(() -> address(Lab.mac(0x60), "DISCOVER", "-").equals("10.1.0.100"));
    assertThat(address(MAC, "REQUEST", "requestedAddress=10.1.0.100")).startsWith("409 ");
    assertThat(address(MAC, "DISCOVER", "requestedAddress=10.1.0.100"))
        .startsWith("10.1.0.10")
        .isNotEqualTo("10.1.0.100");
  }

  /// Firmware makes a client id of its UUID (RFC 4578 §2.3), iPXE of its hardware address, and an
  /// OS a DUID (RFC 4361 §6.1).
  @Test
  void aMachineKeepsItsAddressAcrossItsStages() throws Exception {
    backends.start(SUBNETS);
    String firmware = "00564d4c41420040778000000000000010";
    String ipxe = "01525400123456";
    String os = "ff001234560001000130b1c2d3525400123456";
    String first = null;
    for (String clientId : new String[] {firmware, ipxe, os, firmware}) {
      String offered = address(MAC, "DISCOVER", "clientId=" + clientId);
      first = first == null ? offered : first;
      assertThat(offered).isEqualTo(first);
      String said = "serverId=1.1.1.1 requestedAddress=" + offered + " clientId=" + clientId;
      assertThat(address(MAC, "REQUEST", said)).isEqualTo(first);
      assertThat(backends.storedLeases().get(first).clientId()).isEqualTo(clientId);
      backends.clock.pass(Duration.ofSeconds(90));
    }
    assertThat(backends.storedLeases()).hasSize(1);
    assertThat(address(Lab.mac(1), "DISCOVER", "clientId=" + os)) // another card, another machine
        .isNotEqualTo(first);
  }

  /// Only firmware says the UUID; the OS has the address all the same, and so has its other card.
  @Test
  void aReservationByUuidOutlivesTheFirmware() throws Exception {
    backends.start(SUBNETS);
    String relay = "giaddr=10.2.0.1";
    String uuid = " uuid=" + UUID;
    DhcpResponse.Answer answer = (DhcpResponse.Answer) ask(MAC, "DISCOVER", relay + uuid);
    assertThat(answer.dhcp().ipAddress()).isEqualTo(Ipv4.parse("10.2.0.7"));
    assertThat(answer.dhcp().hostname()).isEqualTo("rack-7");
    assertThat(address(MAC, "REQUEST", relay + uuid)).isEqualTo("10.2.0.7");
    assertThat(address(MAC, "DISCOVER", relay)).isEqualTo("10.2.0.7");
    assertThat(address(MAC, "REQUEST", relay + " requestedAddress=10.2.0.7")).isEqualTo("10.2.0.7");
    assertThat(address(MAC, "REQUEST", "ciaddr=10.2.0.7")).isEqualTo("10.2.0.7");
    assertThat(backends.storedLeases().get("10.2.0.7").hostname()).isEqualTo("rack-7");
    MacAddress other = Lab.mac(1);
    assertThat(address(other, "DISCOVER", relay + " requestedAddress=10.2.0.7"))
        .startsWith("10.2.0.10");
    assertThat(address(other, "REQUEST", relay + uuid)).isEqualTo("10.2.0.7");
    assertThat(address(MAC, "REQUEST", "ciaddr=10.2.0.7"))
        .isEqualTo("409 10.2.0.7 is not in the pool 10.2.0.100-10.2.0.109");
  }

  @Test
  void aCircuitHasOneMachineAtATime() throws Exception {
    backends.start(SUBNETS);
    String port = "giaddr=10.2.0.1 relayAgentInfo=01074769312f302f38"; // Gi1/0/8
    assertThat(address(MAC, "REQUEST", port)).isEqualTo("10.2.0.8");
    assertThat(address(Lab.mac(1), "DISCOVER", port))
        .isEqualTo("409 10.2.0.8 belongs to another machine");
    backends.clock.pass(Duration.ofSeconds(60));
    assertThat(address(Lab.mac(1), "DISCOVER", port)).isEqualTo("10.2.0.8");
    assertThat(address(Lab.mac(2), "DISCOVER", "giaddr=10.2.0.1 clientId=010203"))
        .isEqualTo("10.2.0.9");
  }

  /// RFC 2131 §2.2: the front end had better see first whether somebody answers at a new address.
  @Test
  void anAddressIsToBeProbedBeforeItsFirstOffer() throws Exception {
    backends.start(SUBNETS);
    DhcpResponse.Answer first = (DhcpResponse.Answer) ask(MAC, "DISCOVER", "-");
    assertThat(first.extensions()).isEqualTo(Extensions.TO_PROBE);
    DhcpResponse.Answer bound = (DhcpResponse.Answer) ask(MAC, "REQUEST", "serverId=1.1.1.1");
    assertThat(bound.extensions()).isEqualTo(Extensions.NONE);
    DhcpResponse.Answer again = (DhcpResponse.Answer) ask(MAC, "DISCOVER", "-");
    assertThat(again.extensions()).isEqualTo(Extensions.NONE);
  }

  @Test
  void subnetsChangeWithTheCatalogue(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("c.yaml");
    Files.writeString(file, SUBNETS);
    LiveCatalogue catalogue = LiveCatalogue.open(file, Catalogue.EMPTY, true, _ -> {});
    backends.start(catalogue);
    String old = address(MAC, "REQUEST", "-");
    Files.writeString(file, SUBNETS.replace("10.1.0.100-10.1.0.109", "10.1.0.120-10.1.0.129"));
    catalogue.reload();
    assertThat(address(MAC, "REQUEST", "ciaddr=" + old))
        .isEqualTo("409 " + old + " is not in the pool 10.1.0.120-10.1.0.129");
    assertThat(address(MAC, "DISCOVER", "requestedAddress=" + old)).startsWith("10.1.0.12");
    Files.writeString(file, SUBNETS.replace("10.1.0.50", "10.1.0.51"));
    catalogue.reload();
    assertThat(address(Lab.mac(0x50), "DISCOVER", "-")).isEqualTo("10.1.0.51");
    assertThat(address(MAC, "REQUEST", "ciaddr=" + old)).isEqualTo(old);
  }
}
