package dev.bootbus.dhcp;

import static dev.bootbus.dhcp.wire.MessageType.ACK;
import static dev.bootbus.dhcp.wire.MessageType.NAK;
import static dev.bootbus.dhcp.wire.MessageType.OFFER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.bootbus.dhcp.Delivery.Rule;
import dev.bootbus.dhcp.Destination.Broadcast;
import dev.bootbus.dhcp.Destination.LinkLayer;
import dev.bootbus.dhcp.Destination.Relay;
import dev.bootbus.dhcp.Destination.Unicast;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DeliveryTest {
  private static final String CLIENT = "192.168.77.115";
  private static final String RELAY = "10.0.0.1";
  private static final Inet4Address ADDRESS = Inet4Address.ofLiteral(CLIENT);
  private static final MacAddress MAC = MacAddress.parse(TestPacket.MAC);
  private static final Destination BY_RELAY = new Relay(Inet4Address.ofLiteral(RELAY), 67);
  private static final Destination TO_CLIENT = new Unicast(ADDRESS, 68);
  private static final Destination TO_ALL = new Broadcast(68);

  static Stream<Arguments> ways() {
    return Stream.of(
        arguments("4.1 giaddr set: to the relay, server port", all(OFFER).giaddr(RELAY), BY_RELAY),
        arguments("4.1 ciaddr set: unicast", all(ACK), TO_CLIENT),
        arguments("4.1 ciaddr goes before the broadcast flag", all(ACK).flags(0x8000), TO_CLIENT),
        arguments("4.1 broadcast flag", given(OFFER).flags(0x8000), TO_ALL),
        arguments("2: the other flags do not count", given(OFFER).flags(0x7f80), frame(MAC)),
        arguments("4.1 no flag: to hardware address and yiaddr", given(OFFER), frame(MAC)),
        arguments("4.1 the same for an ACK", given(ACK), frame(MAC)),
        arguments("no address given, as in proxy mode", TestPacket.of(OFFER), TO_ALL),
        arguments("InfiniBand, RFC 4390 §2.2", given(OFFER).htype(32).hlen(0), TO_ALL),
        arguments("Ethernet's type, another size", given(OFFER).hlen(8), TO_ALL),
        arguments("a chaddr of a group", given(OFFER).mac("01:00:5e:00:00:01"), TO_ALL),
        arguments("a chaddr of everybody", given(OFFER).mac("ff:ff:ff:ff:ff:ff"), TO_ALL),
        arguments("a chaddr of nobody", given(OFFER).mac("00:00:00:00:00:00"), TO_ALL),
        arguments("4.1 a NAK is broadcast whatever ciaddr says", all(NAK), TO_ALL),
        arguments("4.1 a NAK by a relay", all(NAK).giaddr(RELAY), BY_RELAY),
        arguments("4.3.5 INFORM: to ciaddr", TestPacket.of(ACK).ciaddr(CLIENT), TO_CLIENT),
        arguments(
            "4.3.5 INFORM: to ciaddr, by a relay too",
            TestPacket.of(ACK).ciaddr(CLIENT).giaddr(RELAY),
            TO_CLIENT));
  }

  private static TestPacket given(MessageType type) {
    return TestPacket.of(type).yiaddr(CLIENT);
  }

  private static TestPacket all(MessageType type) {
    return given(type).ciaddr(CLIENT);
  }

  private static Destination frame(MacAddress mac) {
    return new LinkLayer(ADDRESS, mac, 68);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ways")
  void on_the_dhcp_port(String row, TestPacket reply, Destination destination) {
    Delivery dhcp = new Delivery(Rule.DHCP, 67, 68);
    assertThat(dhcp.of(reply.message(), socket("0.0.0.0:68"))).isEqualTo(destination);
  }

  @ParameterizedTest(name = "from {0}, relay {1}")
  @CsvSource({
    "192.168.77.115:68, 0.0.0.0,  192.168.77.115:68",
    "0.0.0.0:68,        0.0.0.0,  192.168.77.115:68",
    "192.168.77.99:68,  0.0.0.0,  192.168.77.99:68", // not to whom it names
    "10.0.0.1:67,       10.0.0.1, 192.168.77.115:68"
  })
  void an_inform_is_answered_to_its_client(String source, String relay, String destination) {
    TestPacket reply = TestPacket.of(ACK).ciaddr(CLIENT).giaddr(relay);
    assertThat(new Delivery(Rule.DHCP, 67, 68).of(reply.message(), socket(source)).socketAddress())
        .isEqualTo(socket(destination));
  }

  @ParameterizedTest(name = "{0} asked")
  @CsvSource({
    "192.168.77.115:4011, 192.168.77.115:4011", // UEFI
    "192.168.77.115:68,   192.168.77.115:68", // iPXE
    "0.0.0.0:68,          255.255.255.255:68"
  })
  void on_the_boot_service_s_port_and_the_loopback_interface(String source, String destination) {
    Delivery service = new Delivery(Rule.SOURCE, 4011, 68);
    TestPacket reply = TestPacket.of(ACK).ciaddr("1.2.3.4");
    assertThat(service.of(reply.message(), socket(source)).socketAddress())
        .isEqualTo(socket(destination));
  }

  @ParameterizedTest
  @CsvSource({"10.0.0.1, true", "0.0.0.0, false", "127.0.0.1, false", "224.0.0.1, false"})
  void tells_machines_from_other_addresses(String address, boolean host) {
    assertThat(Destination.isHost(Inet4Address.ofLiteral(address))).isEqualTo(host);
  }

  private static InetSocketAddress socket(String text) {
    String[] parts = text.split(":");
    return new InetSocketAddress(Inet4Address.ofLiteral(parts[0]), Integer.parseInt(parts[1]));
  }
}
