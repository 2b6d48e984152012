package dev.bootbus.kernel.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bootbus.kernel.lease.DeclaredSubnet;
import dev.bootbus.kernel.lease.Ipv4;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

public class SubnetsSectionTest {
  @Test
  void readsEveryField() throws CatalogueException {
    List<DeclaredSubnet> subnets =
        CatalogueFile.read(
                "c.yaml",
                """
                subnets:
                  - subnet: 10.1.0.0/24
                    pools: [10.1.0.100-10.1.0.149, 10.1.0.160-10.1.0.200]
                    exclude: [10.1.0.120, 10.1.0.130-10.1.0.133]
                    gateway: 10.1.0.1
                    dns: [10.1.0.2, 10.1.0.3]
                    domain: lab.example
                    ntp: 10.1.0.4
                    lease-time: 600
                    interface: [eth1, eth2]
                    reservations:
                      - {mac: 52-54-00-12-34-56, address: 10.1.0.5, hostname: rack-5}
                      - {remote: switch-7, address: 10.1.0.6}
                  - subnet: 10.2.0.0/24
                """)
            .subnets();
    assertThat(subnets).hasSize(2);
    DeclaredSubnet first = subnets.getFirst();
    assertThat(first.pool()).hasToString("10.1.0.100-10.1.0.149, 10.1.0.160-10.1.0.200");
    assertThat(first.gateway()).isEqualTo(Ipv4.parse("10.1.0.1"));
    assertThat(first.nameServers()).hasSize(2);
    assertThat(first.domain()).isEqualTo("lab.example");
    assertThat(first.ntpServers()).containsExactly(Ipv4.parse("10.1.0.4"));
    assertThat(first.leaseTime()).isEqualTo(Duration.ofMinutes(10));
    assertThat(first.interfaces()).containsExactlyInAnyOrder("eth1", "eth2");
    assertThat(subnets.getLast().pool()).isNull();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "gateway: 10.1.0.1 | subnets[0].subnet: missing",
        "subnet: 10.1.0.0/24, pool: x | subnets[0].pool: unknown field; did you mean pools?",
        "subnet: 10.1.0.0 | subnets[0].subnet: not ADDRESS/BITS: 10.1.0.0",
        "subnet: 10.1.0.0/24, gateway: 10.2.0.1"
            + " | subnets[0].gateway: 10.2.0.1 is not in 10.1.0.0/24",
        "subnet: 10.1.0.0/24, pools: [10.1.0.9-10.1.1.9]"
            + " | subnets[0].pools: 10.1.1.9 is not in 10.1.0.0/24",
        "subnet: 10.1.0.0/24, pools: [10.1.0.9-10.1.0.3]"
            + " | subnets[0].pools: the pool ends before it begins: 10.1.0.9-10.1.0.3",
        "subnet: 10.1.0.0/24, pools: [10.1.0.1-10.1.0.9, 10.1.0.9-10.1.0.12]"
            + " | subnets[0].pools: 10.1.0.9-10.1.0.12 lies over 10.1.0.1-10.1.0.9",
        "subnet: 10.1.0.0/24, pools: 10.1.0.1-10.1.0.9, exclude: [nine]"
            + " | subnets[0].exclude: not an IPv4 address: nine",
        "subnet: 10.1.0.0/24, lease-time: 0"
            + " | subnets[0].lease-time: not from 1 to 4294967295 seconds: 0",
        "subnet: 10.1.0.0/24, reservations: [{address: 10.1.0.9}]"
            + " | subnets[0].reservations[0].address: whose? Say one of mac, client-id, uuid,"
            + " circuit, remote",
        "subnet: 10.1.0.0/24, reservations: [{mac: 525400123456, uuid: x, address: 10.1.0.9}]"
            + " | subnets[0].reservations[0].address: whose? Say one of mac, client-id, uuid,"
            + " circuit, remote",
        "subnet: 10.1.0.0/24, reservations: [{circuit: a}]"
            + " | subnets[0].reservations[0].address: missing",
        "subnet: 10.1.0.0/24, reservations: [{circuit: a, address: 10.2.0.9}]"
            + " | subnets[0].reservations[0].address: 10.2.0.9 is not in 10.1.0.0/24",
        "subnet: 10.1.0.0/24, reservations: [{uuid: 7, address: 10.1.0.9}]"
            + " | subnets[0].reservations[0].uuid: not a UUID: 7",
        "subnet: 10.1.0.0/24, reservations: [{circuit: a, address: 10.1.0.9, hostname: -}]"
            + " | subnets[0].reservations[0].hostname: not a host name: -",
        "subnet: 10.1.0.0/24, reservations: [{circuit: a, address: 10.1.0.9}, {circuit: b, address:"
            + " 10.1.0.9}] | subnets[0].reservations: 10.1.0.9 is reserved for two machines",
      })
  void refuses(String fields, String why) {
    assertThatExceptionOfType(CatalogueException.class)
        .isThrownBy(() -> CatalogueFile.read("c.yaml", "subnets:\n  - {" + fields + "}\n"))
        .withMessage("c.yaml:2: " + why);
  }

  @Test
  void noSubnetLiesInAnother() {
    assertThatExceptionOfType(CatalogueException.class)
        .isThrownBy(
            () ->
                CatalogueFile.read(
                    "c.yaml", "subnets:\n  - subnet: 10.1.0.0/24\n  - subnet: 10.1.0.0/16\n"))
        .withMessage("c.yaml:3: subnets[1].subnet: 10.1.0.0/16 and 10.1.0.0/24 overlap");
  }
}
