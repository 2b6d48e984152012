package dev.bootbus.dhcp;

import static dev.bootbus.dhcp.Machines.ADDRESS;
import static dev.bootbus.dhcp.Machines.SERVER;
import static dev.bootbus.dhcp.wire.MessageType.ACK;
import static dev.bootbus.dhcp.wire.MessageType.DECLINE;
import static dev.bootbus.dhcp.wire.MessageType.DISCOVER;
import static dev.bootbus.dhcp.wire.MessageType.INFORM;
import static dev.bootbus.dhcp.wire.MessageType.NAK;
import static dev.bootbus.dhcp.wire.MessageType.OFFER;
import static dev.bootbus.dhcp.wire.MessageType.RELEASE;
import static dev.bootbus.dhcp.wire.MessageType.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.bootbus.dhcp.Intent.BootRequest;
import dev.bootbus.dhcp.Intent.Decline;
import dev.bootbus.dhcp.Intent.Discover;
import dev.bootbus.dhcp.Intent.Ignore;
import dev.bootbus.dhcp.Intent.Inform;
import dev.bootbus.dhcp.Intent.InitReboot;
import dev.bootbus.dhcp.Intent.Rebind;
import dev.bootbus.dhcp.Intent.Release;
import dev.bootbus.dhcp.Intent.Renew;
import dev.bootbus.dhcp.Intent.Select;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.Option;
import java.net.Inet4Address;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class IntentTest {
  private static final boolean UNICAST = true;
  private static final boolean BROADCAST = false;
  private static final Inet4Address OTHER = Inet4Address.ofLiteral("192.168.77.2");

  private static TestPacket decline() {
    return TestPacket.of(DECLINE)
        .with(Option.SERVER_ID, SERVER)
        .with(Option.REQUESTED_ADDRESS, ADDRESS);
  }

  private static TestPacket release() {
    return TestPacket.of(RELEASE).with(Option.SERVER_ID, SERVER).ciaddr("192.168.77.115");
  }

  /// By a relay that calls us 10.0.0.1, and to that name.
  private static TestPacket overridden(TestPacket packet) {
    return packet
        .giaddr("10.0.0.1")
        .with(82, Bytes.ofHex("0b040a000001"))
        .with(Option.SERVER_ID, Inet4Address.ofLiteral("10.0.0.1"));
  }

  private static TestPacket request() {
    return TestPacket.of(REQUEST);
  }

  static Stream<Arguments> wishes() {
    return Stream.of(
        arguments("DISCOVER", TestPacket.of(DISCOVER), BROADCAST, Discover.class),
        arguments(
            "4.3.6 SELECTING: server-ip MUST, requested-ip MUST, ciaddr zero",
            request().with(Option.SERVER_ID, SERVER).with(Option.REQUESTED_ADDRESS, ADDRESS),
            BROADCAST,
            Select.class),
        arguments(
            "4.3.6 INIT-REBOOT: server-ip MUST NOT, requested-ip MUST, ciaddr zero",
            request().with(Option.REQUESTED_ADDRESS, ADDRESS),
            BROADCAST,
            InitReboot.class),
        arguments(
            "4.3.6 RENEWING: unicast, no server-ip, no requested-ip, ciaddr set",
            request().ciaddr("192.168.77.115"),
            UNICAST,
            Renew.class),
        arguments(
            "4.3.6 REBINDING: the same, broadcast",
            request().ciaddr("192.168.77.115"),
            BROADCAST,
            Rebind.class),
        arguments(
            "renewing although requested-ip is there too",
            request().ciaddr("192.168.77.115").with(Option.REQUESTED_ADDRESS, ADDRESS),
            UNICAST,
            Renew.class),
        arguments(
            "the same, with our identifier",
            request().ciaddr("192.168.77.115").with(Option.SERVER_ID, SERVER),
            UNICAST,
            Renew.class),
        arguments(
            "RFC 4390 §2.1: InfiniBand has no chaddr, but a client identifier",
            TestPacket.of(DISCOVER).hlen(0).with(Option.CLIENT_ID, Bytes.ofHex("ff00")),
            BROADCAST,
            Discover.class),
        arguments(
            "4.4.1 table 5 DECLINE: server-ip MUST, requested-ip MUST, ciaddr zero",
            decline(),
            BROADCAST,
            Decline.class),
        arguments(
            "4.4.1 table 5 RELEASE: server-ip MUST, requested-ip MUST NOT, ciaddr set",
            release(),
            UNICAST,
            Release.class),
        arguments(
            "4.4.1 table 5 INFORM: no server-ip, no requested-ip, ciaddr set",
            TestPacket.of(INFORM).ciaddr("192.168.77.115"),
            BROADCAST,
            Inform.class),
        arguments(
            "RFC 5107 §4: the name that the relay has for us",
            overridden(request()).with(Option.REQUESTED_ADDRESS, ADDRESS),
            UNICAST,
            Select.class),
        arguments(
            "RFC 5107 §4: the same in a DECLINE",
            overridden(TestPacket.of(DECLINE)).with(Option.REQUESTED_ADDRESS, ADDRESS),
            UNICAST,
            Decline.class),
        arguments(
            "RFC 1542 §4.1.1: 16 hops are not too many",
            TestPacket.of(DISCOVER).hops(16).giaddr("10.0.0.1"),
            UNICAST,
            Discover.class),
        arguments(
            "RFC 3046 §2.1: a bridge adds option 82 and no giaddr",
            TestPacket.of(DISCOVER).with(82, Bytes.ofHex("0104abcd0001")),
            BROADCAST,
            Discover.class),
        arguments(
            "RFC 3046 §2.0: a cut off sub-option is not ours to judge",
            TestPacket.of(DISCOVER).with(82, Bytes.ofHex("01ffab")).giaddr("10.0.0.1"),
            BROADCAST,
            Discover.class),
        arguments(
            "hops, secs and reserved flags do not matter",
            TestPacket.of(DISCOVER).flags(0x7f80),
            BROADCAST,
            Discover.class));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wishes")
  void is_understood(String row, TestPacket packet, boolean unicast, Class<? extends Intent> kind) {
    assertThat(Intent.of(packet.client(), unicast, SERVER)).isInstanceOf(kind);
  }

  static Stream<Arguments> ignored() {
    return Stream.of(
        arguments(TestPacket.of(DISCOVER).op(2), DropReason.NOT_A_REQUEST),
        arguments(TestPacket.bootp(), DropReason.NO_MESSAGE_TYPE),
        arguments(TestPacket.bootp().with(53, Bytes.EMPTY), DropReason.MALFORMED_OPTION),
        arguments(TestPacket.bootp().with(53, Bytes.ofHex("0101")), DropReason.MALFORMED_OPTION),
        arguments(TestPacket.bootp().with(53, Bytes.ofHex("00")), DropReason.UNKNOWN_MESSAGE_TYPE),
        arguments(TestPacket.bootp().with(53, Bytes.ofHex("09")), DropReason.UNKNOWN_MESSAGE_TYPE),
        arguments(TestPacket.bootp().with(53, Bytes.ofHex("ff")), DropReason.UNKNOWN_MESSAGE_TYPE),
        arguments(TestPacket.of(OFFER), DropReason.FROM_A_SERVER),
        arguments(TestPacket.of(ACK), DropReason.FROM_A_SERVER),
        arguments(TestPacket.of(NAK), DropReason.FROM_A_SERVER),
        arguments(TestPacket.of(DECLINE), DropReason.NO_SERVER_ID),
        arguments(TestPacket.of(DECLINE).with(54, Bytes.EMPTY), DropReason.MALFORMED_OPTION),
        arguments(decline().with(Option.SERVER_ID, OTHER), DropReason.OTHER_SERVER),
        arguments(
            TestPacket.of(DECLINE).with(Option.SERVER_ID, SERVER), DropReason.NO_REQUESTED_ADDRESS),
        arguments(decline().with(50, Bytes.ofHex("0a")), DropReason.MALFORMED_OPTION),
        arguments(TestPacket.of(RELEASE).ciaddr("192.168.77.115"), DropReason.NO_SERVER_ID),
        arguments(release().with(Option.SERVER_ID, OTHER), DropReason.OTHER_SERVER),
        arguments(release().ciaddr("0.0.0.0"), DropReason.NO_CLIENT_ADDRESS),
        arguments(release().ciaddr("255.255.255.255"), DropReason.BAD_ADDRESS),
        arguments(TestPacket.of(INFORM), DropReason.NO_CLIENT_ADDRESS),
        arguments(TestPacket.of(DISCOVER).hops(17), DropReason.TOO_MANY_HOPS),
        arguments(TestPacket.of(DISCOVER).hops(255), DropReason.TOO_MANY_HOPS),
        // RFC 5107 §4: only a relay has another name for us
        arguments(overridden(request()).giaddr("0.0.0.0"), DropReason.OTHER_SERVER),
        arguments(request(), DropReason.NO_REQUESTED_ADDRESS),
        arguments(request().with(Option.SERVER_ID, SERVER), DropReason.NO_REQUESTED_ADDRESS),
        arguments(request().with(Option.SERVER_ID, OTHER), DropReason.OTHER_SERVER),
        arguments(request().with(50, Bytes.ofHex("0a00")), DropReason.MALFORMED_OPTION),
        arguments(request().with(54, Bytes.ofHex("0a0000010a")), DropReason.MALFORMED_OPTION),
        arguments(TestPacket.of(DISCOVER).hlen(0), DropReason.NO_IDENTITY),
        arguments(TestPacket.of(DISCOVER).hlen(17), DropReason.NO_IDENTITY),
        arguments(TestPacket.of(DISCOVER).hlen(255), DropReason.NO_IDENTITY),
        arguments(TestPacket.of(DISCOVER).giaddr("192.168.77.1"), DropReason.BAD_ADDRESS),
        arguments(TestPacket.of(DISCOVER).giaddr("255.255.255.255"), DropReason.BAD_ADDRESS),
        arguments(TestPacket.of(DISCOVER).giaddr("224.0.0.1"), DropReason.BAD_ADDRESS),
        arguments(TestPacket.of(DISCOVER).giaddr("127.0.0.1"), DropReason.BAD_ADDRESS),
        arguments(TestPacket.of(DISCOVER).giaddr("0.0.0.1"), DropReason.BAD_ADDRESS),
        arguments(request().ciaddr("239.1.2.3"), DropReason.BAD_ADDRESS));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("ignored")
  void is_ignored_with_a_reason(TestPacket packet, DropReason reason) {
    assertThat(Intent.of(packet.client(), BROADCAST, SERVER)).isEqualTo(new Ignore(reason));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("atBootService")
  void the_boot_service_takes_requests(TestPacket packet, Class<? extends Intent> kind) {
    assertThat(Intent.atBootService(packet.client(), SERVER)).isInstanceOf(kind);
  }

  static Stream<Arguments> atBootService() {
    return Stream.of(
        arguments(request().ciaddr("192.168.77.115"), BootRequest.class),
        arguments(request(), BootRequest.class),
        arguments(TestPacket.of(DISCOVER), Ignore.class),
        arguments(TestPacket.of(INFORM), Ignore.class));
  }
}
