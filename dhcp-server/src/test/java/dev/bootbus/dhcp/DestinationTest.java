package dev.bootbus.dhcp;

import static dev.bootbus.dhcp.wire.MessageType.ACK;
import static dev.bootbus.dhcp.wire.MessageType.NAK;
import static dev.bootbus.dhcp.wire.MessageType.OFFER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.bootbus.dhcp.Destination.Rule;
import dev.bootbus.dhcp.wire.MessageType;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DestinationTest {
  private static final String CLIENT = "192.168.77.115";
  private static final String RELAY = "10.0.0.1";

  static Stream<Arguments> ways() {
    TestPacket offer = TestPacket.of(OFFER);
    TestPacket wide = TestPacket.of(OFFER).flags(0x8000);
    TestPacket renewed = TestPacket.of(ACK).ciaddr(CLIENT);
    return Stream.of(
        arguments(
            "4.1 giaddr set: to the relay, server port", of(OFFER), "0.0.0.0:68", RELAY + ":67"),
        arguments("4.1 broadcast flag", wide, "0.0.0.0:68", "255.255.255.255:68"),
        arguments("4.1 no flag: a frame would do, too", offer, "0.0.0.0:68", "255.255.255.255:68"),
        arguments("4.1 ciaddr set: unicast", renewed, CLIENT + ":68", CLIENT + ":68"),
        arguments(
            "4.1 a NAK is broadcast whatever ciaddr says",
            TestPacket.of(NAK).ciaddr(CLIENT),
            CLIENT + ":68",
            "255.255.255.255:68"),
        arguments("4.1 a NAK by a relay", of(NAK), RELAY + ":67", RELAY + ":67"));
  }

  private static TestPacket of(MessageType type) {
    return TestPacket.of(type).giaddr(RELAY).ciaddr(CLIENT);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ways")
  void on_the_dhcp_port(String row, TestPacket reply, String source, String destination) {
    Destination dhcp = new Destination(Rule.DHCP, 67, 68);
    assertThat(dhcp.of(reply.message(), socket(source))).isEqualTo(socket(destination));
  }

  @ParameterizedTest(name = "{0} asked")
  @CsvSource({
    "192.168.77.115:4011, 192.168.77.115:4011", // UEFI
    "192.168.77.115:68,   192.168.77.115:68", // iPXE
    "0.0.0.0:68,          255.255.255.255:68"
  })
  void on_the_boot_service_s_port_and_the_loopback_interface(String source, String destination) {
    Destination service = new Destination(Rule.SOURCE, 4011, 68);
    assertThat(service.of(TestPacket.of(ACK).ciaddr("1.2.3.4").message(), socket(source)))
        .isEqualTo(socket(destination));
  }

  private static InetSocketAddress socket(String text) {
    String[] parts = text.split(":");
    return new InetSocketAddress(Inet4Address.ofLiteral(parts[0]), Integer.parseInt(parts[1]));
  }
}
