package dev.bootbus.dhcp;

import static dev.bootbus.dhcp.Machines.ANSWER;
import static dev.bootbus.dhcp.Machines.SERVER;
import static dev.bootbus.dhcp.Machines.SETTINGS;
import static dev.bootbus.dhcp.wire.MessageType.DISCOVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.bootbus.dhcp.Delivery.Rule;
import dev.bootbus.dhcp.Destination.Relay;
import dev.bootbus.dhcp.DhcpServer.Port;
import dev.bootbus.dhcp.Intent.Asked;
import dev.bootbus.dhcp.Reply.Offer;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MalformedPacketException;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpRequest.Facts;
import dev.bootbus.schema.DhcpRequest.Mode;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.DhcpResponse.Dhcp;
import dev.bootbus.schema.Traceparent;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What relays add, and where their clients' answers go.
class RelayTest {
  private static final String RELAY = "10.0.0.1";
  private static final String LINK = "0504c0a84e00";
  private static final FullDhcp FULL = new FullDhcp(SETTINGS);

  private static TestPacket relayed(String info) {
    return TestPacket.of(DISCOVER)
        .giaddr(RELAY)
        .with(Option.RELAY_AGENT_INFO, Bytes.ofHex(info.replace(" ", "")));
  }

  private static Facts facts(TestPacket packet) {
    return packet.client().question(Mode.DHCP, "eth0", Traceparent.fresh()).facts();
  }

  private static Offer offer(TestPacket packet, DhcpResponse answer) {
    return (Offer) FULL.reply((Asked) FULL.intent(packet.client(), true), answer);
  }

  static Stream<Arguments> links() {
    Inet4Address asked = Inet4Address.ofLiteral("192.168.79.0");
    return Stream.of(
        arguments("no relay", TestPacket.of(DISCOVER), null),
        arguments("RFC 2131 §4.3.1: giaddr's subnet", relayed("0101aa"), null),
        arguments("RFC 3527 §3: the relay selects", relayed("0101aa" + LINK), "192.168.78.0"),
        arguments(
            "RFC 3011 §2: the client selects",
            TestPacket.of(DISCOVER).with(Option.SUBNET_SELECTION, asked),
            "192.168.79.0"),
        arguments(
            "RFC 3527 §3: the relay's word goes first",
            relayed(LINK).with(Option.SUBNET_SELECTION, asked),
            "192.168.78.0"),
        arguments("without a relay anybody wrote it", relayed(LINK).giaddr("0.0.0.0"), null),
        arguments("nothing of what is cut off counts", relayed(LINK + "0104aa"), null),
        arguments("a selection of another size", relayed("0503c0a84e"), null),
        arguments("a selection of nothing", relayed("050400000000"), null),
        arguments(
            "option 118 of another size",
            TestPacket.of(DISCOVER).with(118, Bytes.ofHex("0a")),
            null));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("links")
  void the_backend_knows_which_subnet_is_meant(
      String row, TestPacket packet, @Nullable String link) {
    assertThat(facts(packet).linkAddress())
        .isEqualTo(link == null ? null : Inet4Address.ofLiteral(link));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "'0b040a000001',          10.0.0.1,     10.0.0.1", // RFC 5107 §4
    "'0101aa 0b040a000002',   10.0.0.1,     10.0.0.2",
    "'0b040a000001',          0.0.0.0,      192.168.77.1", // no relay has said so
    "'0b040a0000',            10.0.0.1,     192.168.77.1",
    "'0b04ffffffff',          10.0.0.1,     192.168.77.1",
    "'0101aa',                10.0.0.1,     192.168.77.1"
  })
  void a_relay_may_have_another_name_for_us(String info, String giaddr, String serverId) {
    DhcpMessage offer = offer(relayed(info).giaddr(giaddr), ANSWER).message();
    assertThat(offer.options().get(Option.SERVER_ID)).contains(Inet4Address.ofLiteral(serverId));
    assertThat(offer.siaddr()).isEqualTo(DhcpMessage.NO_ADDRESS);
  }

  @ParameterizedTest(name = "option 82 of {0} bytes")
  @CsvSource({"0, true", "1, true", "200, true", "255, true", "256, true", "400, false"})
  void option_82_comes_back_byte_for_byte_at_the_end_or_not_at_all(int length, boolean fits) {
    Bytes info = Bytes.ofHex("a5".repeat(length));
    TestPacket packet = TestPacket.of(DISCOVER).giaddr(RELAY).with(Option.RELAY_AGENT_INFO, info);
    Offer offer = offer(packet, ANSWER);
    String bytes = offer.message().encode().toString();
    assertThat(offer.message().options().has(Option.RELAY_AGENT_INFO)).isEqualTo(fits);
    assertThat(offer.remarks().contains("no room for 82")).isEqualTo(!fits);
    assertThat(offer.message().options().codes()).contains(1, 3, 51, 53, 54);
    if (fits && length > 0 && length < 256) {
      assertThat(bytes).containsPattern("52%02x%sff(00)*$".formatted(length, info));
    }
  }

  @Test
  void option_82_stays_behind_what_overflows_into_other_fields() {
    TestPacket packet =
        relayed("a5".repeat(200)).with(Option.CLIENT_ID, Bytes.ofHex("01".repeat(40)));
    Offer offer = offer(packet, ANSWER);
    assertThat(offer.remarks()).isEmpty();
    assertThat(offer.message().encode().toString())
        .as("option 52 follows the type")
        .contains("63825363" + "350102" + "340101")
        .containsPattern("52c8(a5){200}ff(00)*$");
  }

  @Test
  void a_relay_with_one_of_our_addresses_is_not_believed() {
    Admission admission = new OwnAddresses(Set.of(Inet4Address.ofLiteral(RELAY)));
    assertThat(admission.refusal(relayed("").client())).contains(DropReason.BAD_ADDRESS);
    assertThat(admission.refusal(TestPacket.of(DISCOVER).client())).isEmpty();
    assertThat(OwnAddresses.now().addresses()).contains(Inet4Address.ofLiteral("127.0.0.1"));
  }

  /// Packets come from a list, and answers go into one.
  private static final class Link implements DhcpSocket {
    private record Sent(DhcpMessage message, Destination destination) {}

    private final BlockingQueue<Optional<Datagram>> packets = new LinkedBlockingQueue<>();
    private final Queue<Sent> sent = new ConcurrentLinkedQueue<>();

    void arrive(TestPacket packet) {
      InetSocketAddress source = new InetSocketAddress(packet.message().giaddr(), 67);
      packets.add(
          Optional.of(
              new Datagram(packet.message().encode(), source, true, "eth0", System.nanoTime())));
    }

    @Override
    public List<Datagram> receive() throws ClosedChannelException {
      try {
        return List.of(packets.take().orElseThrow(ClosedChannelException::new));
      } catch (InterruptedException e) {
        throw new ClosedChannelException();
      }
    }

    @Override
    public void send(Bytes payload, Destination destination) {
      try {
        sent.add(new Sent(DhcpMessage.decode(payload), destination));
      } catch (MalformedPacketException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void close() {
      packets.add(Optional.empty());
    }
  }

  /// The last byte of a machine's address is its hardware address's, the first three its subnet's.
  private static DhcpResponse bySubnet(DhcpRequest request) {
    Facts facts = request.facts();
    Inet4Address link = facts.linkAddress() != null ? facts.linkAddress() : facts.giaddr();
    byte[] address = Optional.ofNullable(link).orElseThrow().getAddress();
    address[3] = request.mac().bytes()[5];
    Inet4Address mask = Inet4Address.ofLiteral("255.255.255.0");
    return DhcpResponse.address(Dhcp.of(request.mac(), address(address), mask, 600));
  }

  private static Inet4Address address(byte[] bytes) {
    return Inet4Address.ofLiteral(
        "%d.%d.%d.%d".formatted(bytes[0] & 255, bytes[1] & 255, bytes[2] & 255, bytes[3] & 255));
  }

  @Test
  void several_relays_with_several_vlans_at_once() {
    Map<String, String> subnets =
        Map.of(
            "10.1.0.254 0.0.0.0", "10.1.0.",
            "10.2.0.254 0.0.0.0", "10.2.0.",
            "10.2.0.254 10.20.5.0", "10.20.5.",
            "10.2.0.254 10.20.6.0", "10.20.6.",
            "172.16.0.1 10.30.7.0", "10.30.7.");
    Link link = new Link();
    Port port = new Port(link, FULL, new Delivery(Rule.DHCP, 67, 68));
    int machines = 40;
    try (RunningServer server = RunningServer.start(port, RelayTest::bySubnet)) {
      for (int machine = 1; machine <= machines; machine++) {
        for (String vlan : subnets.keySet()) {
          link.arrive(inVlan(vlan, machine));
        }
      }
      await().until(() -> link.sent.size() == machines * subnets.size());
      await()
          .untilAsserted(
              () ->
                  assertThat(server.outcomes.totals())
                      .startsWith("offer=" + machines * subnets.size()));
    }
    for (Link.Sent sent : link.sent) {
      DhcpMessage offer = sent.message();
      String relay = offer.giaddr().getHostAddress();
      String vlan = relay + " " + selected(offer).getHostAddress();
      assertThat(sent.destination()).isEqualTo(new Relay(offer.giaddr(), 67));
      assertThat(offer.yiaddr().getHostAddress())
          .isEqualTo(subnets.get(vlan) + offer.chaddr().at(5));
      assertThat(offer.options().get(Option.SERVER_ID)).contains(SERVER);
    }
    assertThat(link.sent.stream().map(sent -> sent.message().yiaddr()).distinct())
        .hasSize(machines * subnets.size());
  }

  private static TestPacket inVlan(String vlan, int machine) {
    String[] relayAndLink = vlan.split(" ");
    byte[] link = Inet4Address.ofLiteral(relayAndLink[1]).getAddress();
    String info = "0504" + HexFormat.of().formatHex(link) + "0102%04x".formatted(machine);
    return relayed(info).giaddr(relayAndLink[0]).mac("02:00:00:00:00:%02x".formatted(machine));
  }

  private static Inet4Address selected(DhcpMessage offer) {
    byte[] info = offer.options().get(Option.RELAY_AGENT_INFO).orElseThrow().toArray();
    return address(new byte[] {info[2], info[3], info[4], info[5]});
  }
}
