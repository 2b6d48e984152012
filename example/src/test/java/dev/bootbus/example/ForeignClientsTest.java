package dev.bootbus.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.example.ClientRun.Told;
import dev.bootbus.example.Wire.Seen;
import dev.bootbus.schema.BackendResponder;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.DhcpResponse.Answer;
import dev.bootbus.schema.DhcpResponse.Dhcp;
import dev.bootbus.schema.DhcpResponse.Extensions;
import dev.bootbus.schema.DhcpResponse.Netboot;
import dev.bootbus.schema.DhcpResponse.OptionValue;
import dev.bootbus.schema.ServiceTerms;
import dev.bootbus.schema.testing.lab.Host;
import dev.bootbus.schema.testing.lab.Lab;
import dev.bootbus.schema.testing.lab.Link;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Clients that are not ours, against the whole stack: a lease, its renewal, its end.
class ForeignClientsTest {
  private static final Inet4Address SERVER = Inet4Address.ofLiteral("10.77.0.1");

  private static final String OPTIONS_SUBJECT = "bootbus.v1.options";
  private static final int INTERFACE_MTU = 26;
  private static final int CLASSLESS_ROUTES = 121;
  private static final int PERFDHCP_CLIENTS = 200;

  @TempDir private static Path logs;

  private static Lab lab;
  private static Link link;
  private static Link optionsLink;
  private static BackendResponder responder;

  @BeforeAll
  static void theStack() throws Exception {
    Lab.assumePossible(
        """
        udhcpc udhcpc
        dhclient isc-dhcp-client
        dhcpcd dhcpcd-base
        perfdhcp kea-admin""");
    lab = Lab.open(logs, Service.DEPLOYED);
    link = lab.link("lan");
    optionsLink = lab.link("options");
    Host server =
        lab.host("server")
            .plug("eth0", "52:54:00:01:00:01", link, "10.77.0.1/22")
            .plug("eth1", "52:54:00:01:00:02", optionsLink, "10.78.0.1/24");
    server.bus();
    server.service(
        "kernel-backend",
        "--pool 10.77.1.0-10.77.2.255 --subnet 10.77.0.0/22 --gateway 10.77.0.1"
            + " --dns 10.77.0.1,10.77.0.2 --domain lab.example --ntp 10.77.0.3 --lease-time 6");
    server.service("dhcp-server", "--deadline-ms 10000 --interface eth0");
    server.service("dhcp-server", "--interface eth1 --subject " + OPTIONS_SUBJECT);
    responder = server.inside(ForeignClientsTest::responderWithAllOptions);
  }

  private static BackendResponder responderWithAllOptions() {
    BusSettings settings = BusSettings.from("options", Map.of());
    return BackendResponder.connect(
            settings.withSubjects(settings.subjects().withDhcp(OPTIONS_SUBJECT)),
            ServiceTerms.of("options"),
            state -> {})
        .answerDhcp(ForeignClientsTest::allOptions);
  }

  private static DhcpResponse allOptions(DhcpRequest request) {
    int last = 100 + (request.mac().bytes()[5] & 0xFF);
    Dhcp dhcp =
        new Dhcp(
            request.mac(),
            address("10.78.0." + last),
            address("255.255.255.0"),
            address("10.78.0.1"),
            List.of(address("10.78.0.1"), address("10.78.0.2")),
            "node-" + last,
            "lab.example",
            address("10.78.0.255"),
            List.of(address("10.78.0.3"), address("10.78.0.4")),
            3600,
            List.of("lab.example", "net.lab.example"));
    Map<Integer, OptionValue> further =
        Map.of(
            INTERFACE_MTU,
            bytes("0578"),
            CLASSLESS_ROUTES, // RFC 3442: prefix length, the bytes of the network, the router
            bytes("10 0a63 0a4e0009" + "00 0a4e0001"));
    return new Answer(dhcp, Netboot.DENIED, new Extensions(further, "", null, "", 0));
  }

  private static OptionValue bytes(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    return new OptionValue.Bytes(
        IntStream.range(0, bytes.length).mapToObj(i -> bytes[i] & 0xFF).toList());
  }

  private static Inet4Address address(String text) {
    return Inet4Address.ofLiteral(text);
  }

  @AfterAll
  static void removeTheStack() {
    if (responder != null) {
      responder.close();
    }
    if (lab != null) {
      lab.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void getsALeaseRenewsItAndGivesItBack(ForeignClient client) throws Exception {
    String mac = "52:54:00:01:01:0" + client.ordinal();
    Host host = lab.host(client.program()).plug("eth0", mac, link, "");
    try (Wire wire = Wire.on(link)) {
      ClientRun run = client.start(host);

      Map<String, String> lease = run.bound();
      assertThat(lease)
          .containsAllEntriesOf(
              Map.of(
                  "router", "10.77.0.1",
                  "dns", "10.77.0.1 10.77.0.2",
                  "domain", "lab.example",
                  "ntp", "10.77.0.3"));
      assertThat(lease.get("address")).matches("10\\.77\\.[12]\\..*");
      assertThat(lease.get("mask")).isIn("255.255.252.0", "22");

      run.renew();
      run.await1(Told::isRenewed); // at T1, half of the lease time (RFC 2131 §4.4.5)
      Seen renewal = wire.await1(seen -> isRenewal(seen, lease.get("address")));
      assertThat(renewal.target().getAddress()).as("RENEWING is unicast").isEqualTo(SERVER);

      run.release();
      Seen release = wire.await1(seen -> seen.is(MessageType.RELEASE));
      assertThat(release.target().getAddress()).isEqualTo(SERVER);
      assertThat(wire.seen(seen -> seen.is(MessageType.NAK))).isEmpty();
    }
  }

  /// RFC 2131 §4.3.6 table 4: RENEWING has an address, and names neither server nor address.
  private static boolean isRenewal(Seen seen, String address) {
    return seen.is(MessageType.REQUEST)
        && seen.message().ciaddr().getHostAddress().equals(address)
        && !seen.message().options().has(Option.REQUESTED_ADDRESS);
  }

  @ParameterizedTest
  @EnumSource
  void understandsAllThatItIsGiven(ForeignClient client) throws Exception {
    String mac = "52:54:00:01:02:0" + client.ordinal();
    Host host = lab.host(client.program() + "-options").plug("eth0", mac, optionsLink, "");

    Map<String, String> lease = client.start(host).bound();

    String routes =
        client == ForeignClient.DHCLIENT // which gives the numbers as they are
            ? "16 10 99 10 78 0 9 0 10 78 0 1"
            : "10.99.0.0/16 10.78.0.9 0.0.0.0/0 10.78.0.1";
    assertThat(lease)
        .containsEntry("address", "10.78.0.10" + client.ordinal())
        .containsEntry("router", "10.78.0.1")
        .containsEntry("dns", "10.78.0.1 10.78.0.2")
        .containsEntry("domain", "lab.example")
        .containsEntry("ntp", "10.78.0.3 10.78.0.4")
        .containsEntry("mtu", "1400")
        .containsEntry("routes", routes);
    assertThat(lease.get("search").replaceAll("\\.(?= |$)", ""))
        .isEqualTo("lab.example net.lab.example");
  }

  /// A client that says that somebody else has the address gets another one (RFC 2131 §4.3.3).
  @ParameterizedTest
  @EnumSource(names = {"UDHCPC", "DHCPCD"}) // dhclient leaves the question to its script
  void declinesAnAddressThatAnotherHas(ForeignClient client) throws Exception {
    String mac = "52:54:00:01:03:0" + client.ordinal();
    Host host = lab.host(client.program() + "-declines").plug("eth0", mac, link, "");
    ClientRun first = client.start(host);
    String address = first.bound().get("address");
    first.program().close();
    host.run("ip addr flush dev eth0");
    String other = "52:54:00:01:04:0" + client.ordinal();
    lab.host(client.program() + "-has-it").plug("eth0", other, link, address + "/22");
    try (Wire wire = Wire.on(link)) {
      ClientRun again = client.startAndProbe(host);

      Seen decline = wire.await1(seen -> seen.is(MessageType.DECLINE));
      assertThat(decline.message().options().get(Option.REQUESTED_ADDRESS))
          .contains(address(address));
      assertThat(again.bound().get("address")).isNotEqualTo(address);
    }
  }

  /// RFC 2131 §4.3.5: by unicast to its address, without an address and without a lease time.
  @Test
  void aHostWithAnAddressIsInformed() throws Exception {
    Host host = lab.host("informed").plug("eth0", "52:54:00:01:05:01", link, "10.77.3.9/22");
    try (Wire wire = Wire.on(link)) {
      ForeignClient.DHCPCD.start(host, "--inform 10.77.3.9/22");

      Seen ack = wire.await1(seen -> seen.is(MessageType.ACK));
      assertThat(ack.target()).isEqualTo(new InetSocketAddress("10.77.3.9", 68));
      assertThat(ack.message().yiaddr()).isEqualTo(DhcpMessage.NO_ADDRESS);
      assertThat(ack.message().options().has(Option.LEASE_TIME)).isFalse();
      assertThat(ack.message().options().get(Option.DOMAIN_NAME)).contains("lab.example");
    }
  }

  @Test
  void manyClientsHaveOneAddressEach() throws Exception {
    Host many = lab.host("many").plug("eth0", "52:54:00:01:06:01", link, "10.77.3.10/22");

    try (Wire wire = Wire.on(link)) {
      PerfDhcp counted = PerfDhcp.run(many, PERFDHCP_CLIENTS, "-B", wire);
      assertThat(counted.lost()).as("%s", counted).isZero();
      Map<String, Set<Inet4Address>> leases = wire.leases(PerfDhcp.MACS);
      assertThat(leases).hasSize(PERFDHCP_CLIENTS);
      assertThat(leases.values()).doesNotHaveDuplicates().allMatch(given -> given.size() == 1);
    }
  }
}
