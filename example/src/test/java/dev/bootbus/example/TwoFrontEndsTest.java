package dev.bootbus.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.example.Wire.Seen;
import dev.bootbus.schema.testing.lab.Host;
import dev.bootbus.schema.testing.lab.Lab;
import dev.bootbus.schema.testing.lab.Link;
import java.net.Inet4Address;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Two front ends hear every packet of one segment, and ask two replicas of one backend: each
/// client is offered the same address by both, takes it from one, and the other keeps silent.
class TwoFrontEndsTest {
  private static final Inet4Address FIRST = Inet4Address.ofLiteral("10.77.0.1");
  private static final Inet4Address SECOND = Inet4Address.ofLiteral("10.77.0.2");
  private static final int PERFDHCP_CLIENTS = 60;

  @TempDir private static Path logs;

  private static Lab lab;
  private static Link link;

  @BeforeAll
  static void twoOfEverything() throws Exception {
    Lab.assumePossible(
        """
        udhcpc udhcpc
        dhclient isc-dhcp-client
        dhcpcd dhcpcd-base
        perfdhcp kea-admin""");
    lab = Lab.open(logs, Service.DEPLOYED);
    link = lab.link("lan");
    Host first = lab.host("first").plug("eth0", "52:54:00:03:00:01", link, "10.77.0.1/22");
    Host second = lab.host("second").plug("eth0", "52:54:00:03:00:02", link, "10.77.0.2/22");
    first.bus();
    for (Host host : List.of(first, second)) {
      host.service(
          "kernel-backend",
          "--nats nats://10.77.0.1:4222 --pool 10.77.1.0-10.77.2.255 --subnet 10.77.0.0/22");
      host.service(
          "dhcp-server", "--deadline-ms 10000 --nats nats://10.77.0.1:4222 --interface eth0");
    }
  }

  @AfterAll
  static void removeThem() {
    if (lab != null) {
      lab.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void eachClientHasOneLeaseOfOneServer(ForeignClient client) throws Exception {
    String mac = "52:54:00:03:01:0" + client.ordinal();
    Host host = lab.host(client.program()).plug("eth0", mac, link, "");
    try (Wire wire = Wire.on(link)) {
      Map<String, String> lease = client.start(host).bound();

      assertThat(lease.get("address")).startsWith("10.77.");
      eachExchangeIsOneServers(wire, Set.of(mac.replace(":", "")));
    }
  }

  @Test
  void manyClientsHaveOneAddressEach() throws Exception {
    Host many = lab.host("many").plug("eth0", "52:54:00:03:02:01", link, "10.77.0.9/22");
    try (Wire wire = Wire.on(link)) {
      PerfDhcp counted = PerfDhcp.run(many, PERFDHCP_CLIENTS, "-B", wire);
      assertThat(counted.lost()).as("%s", counted).isZero();
      Map<String, Set<Inet4Address>> leases = wire.leases(PerfDhcp.MACS);
      assertThat(leases).hasSize(PERFDHCP_CLIENTS);
      assertThat(leases.values()).doesNotHaveDuplicates().allMatch(given -> given.size() == 1);
      eachExchangeIsOneServers(wire, leases.keySet());
    }
  }

  private static void eachExchangeIsOneServers(Wire wire, Set<String> macs) throws Exception {
    for (String mac : macs) {
      for (Inet4Address server : List.of(FIRST, SECOND)) {
        wire.await1(
            seen -> seen.mac().equals(mac) && seen.isFrom(server) && seen.is(MessageType.OFFER));
      }
      wire.await1(seen -> seen.mac().equals(mac) && seen.is(MessageType.ACK));
    }
    Map<String, List<Seen>> byMac =
        wire.seen(seen -> macs.contains(seen.mac())).stream()
            .collect(Collectors.groupingBy(Seen::mac));
    byMac.forEach(TwoFrontEndsTest::itIsOneServers);
    List<Inet4Address> given =
        byMac.values().stream().map(seen -> addresses(seen).iterator().next()).toList();
    assertThat(given).doesNotHaveDuplicates();
  }

  private static void itIsOneServers(String mac, List<Seen> seen) {
    assertThat(addresses(seen)).as("of %s", mac).hasSize(1);
    assertThat(seen).noneMatch(packet -> packet.is(MessageType.NAK));
    Map<Long, List<Seen>> requests =
        seen.stream()
            .filter(packet -> packet.is(MessageType.REQUEST))
            .collect(Collectors.groupingBy(packet -> packet.message().xid()));
    requests.forEach(
        (xid, asked) -> {
          Inet4Address chosen = server(asked.getFirst());
          List<Seen> acks =
              seen.stream()
                  .filter(packet -> packet.is(MessageType.ACK) && packet.message().xid() == xid)
                  .toList();
          // as many as the client asked for, should it have been impatient
          assertThat(acks).hasSize(asked.size());
          assertThat(acks).allMatch(ack -> ack.isFrom(chosen));
        });
  }

  private static Set<Inet4Address> addresses(List<Seen> seen) {
    return seen.stream()
        .filter(packet -> packet.is(MessageType.OFFER) || packet.is(MessageType.ACK))
        .map(packet -> packet.message().yiaddr())
        .collect(Collectors.toSet());
  }

  private static Inet4Address server(Seen request) {
    return request.message().options().get(Option.SERVER_ID).orElseThrow();
  }
}
