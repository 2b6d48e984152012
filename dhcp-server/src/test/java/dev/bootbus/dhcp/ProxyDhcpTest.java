package dev.bootbus.dhcp;

import static dev.bootbus.dhcp.Machines.ANSWER;
import static dev.bootbus.dhcp.Machines.SERVER;
import static dev.bootbus.dhcp.Machines.SETTINGS;
import static dev.bootbus.dhcp.wire.MessageType.DISCOVER;
import static dev.bootbus.dhcp.wire.MessageType.INFORM;
import static dev.bootbus.dhcp.wire.MessageType.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.bootbus.dhcp.Intent.Asked;
import dev.bootbus.dhcp.Intent.Ignore;
import dev.bootbus.dhcp.Reply.Ack;
import dev.bootbus.dhcp.Reply.Offer;
import dev.bootbus.dhcp.Reply.Silence;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.schema.DhcpRequest.Mode;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.DhcpResponse.Netboot;
import java.net.Inet4Address;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Both halves of ProxyDHCP: the offer, and the boot service.
class ProxyDhcpTest {
  private static final ProxyDhcp PROXY = new ProxyDhcp(SETTINGS);
  private static final BootService SERVICE = new BootService(SETTINGS);

  private static Reply reply(Responder responder, TestPacket packet, DhcpResponse response) {
    return responder.reply((Asked) responder.intent(packet.client(), true), response);
  }

  @Test
  void the_offer_suits_every_firmware() {
    Offer offer = (Offer) reply(PROXY, TestPacket.pxe(DISCOVER, 7), ANSWER);
    assertThat(Dump.of(offer.message()))
        .isEqualTo(
            """
              op 2 htype 1 hlen 6 hops 0 xid 12345678 secs 0 flags 0000
              ciaddr 0.0.0.0 yiaddr 0.0.0.0 siaddr 192.168.77.1 giaddr 0.0.0.0
              chaddr 52540077001000000000000000000000 sname "" file "ipxe.efi"
                43 VENDOR_SPECIFIC 6=08 10=00505845
                53 MESSAGE_TYPE 2
                54 SERVER_ID 192.168.77.1
                60 VENDOR_CLASS "PXEClient"
                66 TFTP_SERVER_NAME "192.168.77.1"
                67 BOOT_FILE_NAME "ipxe.efi"
                97 CLIENT_UUID 564d4c41-4200-4077-8000-000000000010
            """);
  }

  @Test
  void http_boot_is_offered_a_url() {
    Offer offer = (Offer) reply(PROXY, TestPacket.http(DISCOVER, 16), ANSWER);
    assertThat(offer.message().options().get(Option.VENDOR_CLASS)).contains("HTTPClient");
    assertThat(offer.message().file()).isEqualTo("http://192.168.77.1/ipxe.efi");
    assertThat(offer.message().options().has(Option.VENDOR_SPECIFIC)).isFalse();
  }

  @Test
  void ipxe_is_offered_its_script() {
    Offer offer = (Offer) reply(PROXY, TestPacket.ipxe(DISCOVER, 0), ANSWER);
    assertThat(offer.message().file()).isEqualTo(Machines.SCRIPT);
    assertThat(offer.message().options().get(Option.VENDOR_CLASS)).contains("PXEClient");
  }

  static Stream<Arguments> ignored() {
    TestPacket pxe = TestPacket.pxe(REQUEST, 7);
    return Stream.of(
        arguments(PROXY, TestPacket.of(DISCOVER), DropReason.NOT_PXE),
        arguments(
            PROXY,
            TestPacket.of(DISCOVER).with(Option.VENDOR_CLASS, "U-Boot.armv8"),
            DropReason.NOT_PXE),
        arguments(
            PROXY, TestPacket.of(DISCOVER).with(77, Bytes.ofHex("69505845")), DropReason.NOT_PXE),
        arguments(PROXY, pxe, DropReason.NOT_FOR_PROXY),
        arguments(PROXY, pxe.with(Option.SERVER_ID, SERVER), DropReason.NOT_FOR_PROXY),
        arguments(PROXY, TestPacket.pxe(INFORM, 7), DropReason.NOT_FOR_PROXY),
        arguments(PROXY, TestPacket.pxe(DISCOVER, 7).op(2), DropReason.NOT_A_REQUEST),
        arguments(SERVICE, TestPacket.of(REQUEST), DropReason.NOT_PXE),
        arguments(SERVICE, TestPacket.pxe(DISCOVER, 7), DropReason.WRONG_PORT),
        arguments(SERVICE, TestPacket.pxe(REQUEST, 7).op(2), DropReason.NOT_A_REQUEST));
  }

  @ParameterizedTest(name = "{2}")
  @MethodSource("ignored")
  void the_backend_is_not_asked_for(Responder responder, TestPacket packet, DropReason reason) {
    assertThat(responder.intent(packet.client(), false)).isEqualTo(new Ignore(reason));
    assertThat(responder.mode()).isEqualTo(Mode.PROXY);
  }

  static Stream<Arguments> silences() {
    return Stream.of(
        arguments(new DhcpResponse.Error(403, "no"), 7, DropReason.BACKEND_ERROR),
        arguments(Machines.with(Netboot.DENIED), 7, DropReason.NETBOOT_DENIED),
        arguments(ANSWER, 6, DropReason.NO_BOOT_FILE),
        arguments(ANSWER, 99, DropReason.UNKNOWN_ARCHITECTURE));
  }

  @ParameterizedTest(name = "{2}")
  @MethodSource("silences")
  void is_silent_where_there_is_nothing_to_boot(
      DhcpResponse response, int architecture, DropReason reason) {
    Reply offer = reply(PROXY, TestPacket.pxe(DISCOVER, architecture), response);
    Reply ack = reply(SERVICE, TestPacket.pxe(REQUEST, architecture), response);
    assertThat(offer).isEqualTo(ack);
    assertThat(((Silence) offer).reason()).isEqualTo(reason);
  }

  @Test
  void the_boot_service_acknowledges_with_the_same() {
    TestPacket packet = TestPacket.pxe(REQUEST, 7).ciaddr("192.168.77.115");
    DhcpMessage ack = ((Ack) reply(SERVICE, packet, ANSWER)).message();
    DhcpMessage offer = ((Offer) reply(PROXY, TestPacket.pxe(DISCOVER, 7), ANSWER)).message();
    assertThat(Dump.of(ack))
        .isEqualTo(
            Dump.of(offer)
                .replace("MESSAGE_TYPE 2", "MESSAGE_TYPE 5")
                .replace("6=08 10=00505845", "6=08")
                .replace("ciaddr 0.0.0.0", "ciaddr 192.168.77.115"));
  }

  @Test
  void a_choice_from_a_boot_menu_is_given_back() {
    TestPacket packet = TestPacket.pxe(REQUEST, 0).with(43, Bytes.ofHex("470480000000ff"));
    DhcpMessage ack = ((Ack) reply(SERVICE, packet, ANSWER)).message();
    assertThat(ack.options().raw(43)).contains(Bytes.ofHex("470480000000ff"));
  }

  @Test
  void junk_in_option_43_is_not_given_back() {
    TestPacket packet = TestPacket.pxe(REQUEST, 0).with(43, Bytes.ofHex("47ff80"));
    DhcpMessage ack = ((Ack) reply(SERVICE, packet, ANSWER)).message();
    assertThat(ack.options().raw(43)).contains(Bytes.ofHex("060108ff"));
  }

  @Test
  void never_takes_part_in_giving_addresses() {
    Inet4Address none = DhcpMessage.NO_ADDRESS;
    for (Golden.Packet packet : Golden.requests()) {
      if (PROXY.intent(Client.of(packet.message()), false) instanceof Asked asked
          && PROXY.reply(asked, ANSWER) instanceof Offer offer) {
        assertThat(offer.message().yiaddr()).isEqualTo(none);
        assertThat(offer.message().options().codes()).doesNotContain(1, 3, 6, 51, 58, 59);
        assertThat(offer.message().options().codes()).contains(53, 54, 60, 66, 67);
      }
    }
  }
}
