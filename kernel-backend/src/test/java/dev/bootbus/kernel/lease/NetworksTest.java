package dev.bootbus.kernel.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.bootbus.kernel.Lab;
import dev.bootbus.kernel.Packet;
import dev.bootbus.schema.DhcpRequest.Facts;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

public class NetworksTest {
  private static final Networks NETWORKS =
      Lab.networks(
          """
          subnets:
            - {subnet: 10.1.0.0/24, pools: [10.1.0.100-10.1.0.199], gateway: 10.1.0.1}
            - {subnet: 10.2.0.0/16, pools: [10.2.7.0-10.2.7.255], interface: eth2, dns: 10.2.0.2}
            - {subnet: 10.0.9.0/24, interface: [eth3, eth4], lease-time: 60, domain: c.example}
          """,
          "--dns=10.9.9.9",
          "--domain=example",
          "--lease-time=900");

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "RFC 3527 §3: the link selected goes before the relay | linkAddress=10.2.0.1 giaddr=10.1.0.1"
            + " | 10.2.0.0/16",
        "RFC 3011 §2: the subnet that a client on the link selects | linkAddress=10.0.9.1 | 10.0.9.0/24",
        "RFC 3527 §3: the link selected, and none other | linkAddress=10.3.0.1 giaddr=10.1.0.1"
            + " | no subnet has 10.3.0.1, the link selected",
        "RFC 2131 §4.3.1: the relay's subnet | giaddr=10.2.255.254 | 10.2.0.0/16",
        "RFC 2131 §4.3.1: the relay's, whatever the client has | giaddr=10.2.0.1 ciaddr=10.1.0.100"
            + " | 10.2.0.0/16",
        "RFC 2131 §4.3.1: the relay's, whatever its interface | giaddr=10.2.0.1 network=eth3"
            + " | 10.2.0.0/16",
        "RFC 2131 §4.3.1: a relay in no subnet | giaddr=10.0.8.255"
            + " | no subnet has 10.0.8.255, the relay's address",
        "RFC 2131 §4.3.2 RENEWING: the client's own address | ciaddr=10.0.9.4 | 10.0.9.0/24",
        "RFC 2131 §4.3.2 RENEWING: whatever the interface | ciaddr=10.0.9.4 network=eth2 | 10.0.9.0/24",
        "RFC 2131 §4.3.2 RENEWING: an address that is nowhere | ciaddr=10.7.0.1 network=eth2"
            + " | 10.2.0.0/16",
        "RFC 2131 §4.3.1: on the link, by the interface | network=eth4 | 10.0.9.0/24",
        "... which has no subnet, so that without an interface | network=eth9 | 10.1.0.0/24",
        "a Go front end says nothing | - | 10.1.0.0/24",
      })
  void selects(String why, String said, String expected) {
    Facts facts = Packet.of(Lab.mac(1), "DISCOVER", said).facts();
    Network network = NETWORKS.select(facts);
    assertThat(network == null ? NETWORKS.whyNone(facts) : network.subnet().toString())
        .isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "network=eth9 | no subnet is on interface eth9",
        "- | every subnet is on an interface, and the front end names none",
      })
  void whereEverySubnetHasAnInterfaceAnotherHasNone(String said, String why) {
    Networks networks = Lab.networks("subnets: [{subnet: 10.2.0.0/16, interface: eth2}]");
    Facts facts = Packet.of(Lab.mac(1), "DISCOVER", said).facts();
    assertThat(networks.select(facts)).isNull();
    assertThat(networks.whyNone(facts)).isEqualTo(why);
  }

  @ParameterizedTest(name = "{0} is in {1}")
  @CsvSource({
    "10.1.0.0, 10.1.0.0/24",
    "10.1.0.255, 10.1.0.0/24",
    "10.1.1.0, ",
    "10.0.255.255, ",
    "10.2.255.255, 10.2.0.0/16",
    "10.3.0.0, ",
    "0.0.0.0, ",
    "255.255.255.255, ",
  })
  void findsTheNetworkOfAnAddress(String address, String subnet) {
    Network network = NETWORKS.at(Ipv4.parse(address));
    assertThat(network == null ? null : network.subnet().toString()).isEqualTo(subnet);
  }

  @Test
  void whatASubnetDoesNotSayTheFlagsSay() {
    List<Network> all = NETWORKS.all();
    assertThat(all).extracting(Network::domain).containsExactly("example", "example", "c.example");
    assertThat(all.get(0).nameServers()).containsExactly(Ipv4.parse("10.9.9.9"));
    assertThat(all.get(1).nameServers()).containsExactly(Ipv4.parse("10.2.0.2"));
    assertThat(all.get(1).times().lease()).isEqualTo(Duration.ofSeconds(900));
    assertThat(all.get(2).times().lease()).isEqualTo(Duration.ofSeconds(60));
    assertThat(all.get(2).pool()).isNull();
  }

  @Test
  void theFlagsAreOneSubnetMoreAndTheFirst() {
    Networks networks =
        Lab.networks(
            "subnets: [{subnet: 10.1.0.0/24}]", "--subnet=10.5.0.0/24", "--pool=10.5.0.1-10.5.0.9");
    assertThat(networks.all())
        .extracting(network -> network.subnet().toString())
        .containsExactly("10.5.0.0/24", "10.1.0.0/24");
    assertThat(networks.select(Facts.NONE)).isSameAs(networks.all().getFirst());
  }

  @Test
  void oneSubnetTakesNoRelayOfAnother() {
    Networks networks = Lab.networks("", "--subnet=10.5.0.0/24", "--pool=10.5.0.1-10.5.0.9");
    assertThat(networks.select(Packet.of(Lab.mac(1), "DISCOVER", "giaddr=10.6.0.1").facts()))
        .isNull();
  }

  @Test
  void whatIsFixedOrReservedIsInNoPool() {
    Pool pool =
        Lab.networks(
                """
                subnets:
                  - subnet: 10.1.0.0/24
                    pools: [10.1.0.1-10.1.0.9, 10.1.0.20-10.1.0.29]
                    exclude: [10.1.0.2, 10.1.0.8-10.1.0.21, 10.1.0.200-10.1.0.201]
                    gateway: 10.1.0.1
                    reservations:
                      - {circuit: Gi1/0/7, address: 10.1.0.3}
                      - {uuid: 564d4c41-4200-4077-8000-000000000010, address: 10.1.0.150}
                nodes:
                  - {mac: 52:54:00:12:34:56, address: 10.1.0.4}
                """,
                "--boot-url=http://10.1.0.5/",
                "--exclude=10.1.0.6")
            .all()
            .getFirst()
            .pool();
    List<Inet4Address> left = new java.util.ArrayList<>();
    for (int last = 0; last < 256; last++) {
      Inet4Address address = Ipv4.parse("10.1.0." + last);
      if (pool.contains(address)) {
        left.add(address);
      }
    }
    assertThat(left)
        .extracting(address -> address.getAddress()[3] & 0xFF)
        .containsExactly(7, 22, 23, 24, 25, 26, 27, 28, 29);
    assertThat(pool.size()).isEqualTo(9);
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "subnets: [{subnet: 10.1.0.0/24}] | --subnet=10.1.0.0/16"
            + " | 10.1.0.0/24 lies in 10.1.0.0/16",
        "subnets: [{subnet: 10.1.0.0/24}] | --pool=10.5.0.1-10.5.0.9"
            + " | machines need a subnet mask: set --subnet",
        "subnets: [{subnet: 10.1.0.0/24}] | --gateway=10.5.0.1"
            + " | machines need a subnet mask: set --subnet",
        "subnets: [{subnet: 10.1.0.0/24, interface: a}, {subnet: 10.2.0.0/24, interface: a}] |"
            + " --dns=1.1.1.1 | two subnets are on interface a",
        "{subnets: [{subnet: 10.1.0.0/24}, {subnet: 10.2.0.0/24}], nodes: [{mac: 52:54:00:12:34:56,"
            + " address: 10.3.0.1}]} | --dns=1.1.1.1 | 10.3.0.1 is not in any of the 2 subnets",
        "{subnets: [{subnet: 10.1.0.0/24, reservations: [{circuit: a, address: 10.1.0.9}]}], nodes:"
            + " [{mac: 52:54:00:12:34:56, address: 10.1.0.9}]} | --dns=1.1.1.1"
            + " | 10.1.0.9 is reserved, and the address of a node as well",
      })
  void refuses(String catalogue, String flag, String why) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Lab.networks(catalogue, flag))
        .withMessage(why);
  }
}
