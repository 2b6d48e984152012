package dev.bootbus.dhcp;

import static dev.bootbus.dhcp.Machines.ADDRESS;
import static dev.bootbus.dhcp.Machines.ANSWER;
import static dev.bootbus.dhcp.Machines.SERVER;
import static dev.bootbus.dhcp.Machines.SETTINGS;
import static dev.bootbus.dhcp.wire.MessageType.DECLINE;
import static dev.bootbus.dhcp.wire.MessageType.DISCOVER;
import static dev.bootbus.dhcp.wire.MessageType.INFORM;
import static dev.bootbus.dhcp.wire.MessageType.RELEASE;
import static dev.bootbus.dhcp.wire.MessageType.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.bootbus.dhcp.Intent.Asked;
import dev.bootbus.dhcp.Reply.Ack;
import dev.bootbus.dhcp.Reply.Declined;
import dev.bootbus.dhcp.Reply.Nak;
import dev.bootbus.dhcp.Reply.NakReason;
import dev.bootbus.dhcp.Reply.Offer;
import dev.bootbus.dhcp.Reply.Released;
import dev.bootbus.dhcp.Reply.Silence;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.DhcpResponse.Answer;
import dev.bootbus.schema.DhcpResponse.Dhcp;
import dev.bootbus.schema.DhcpResponse.Extensions;
import dev.bootbus.schema.DhcpResponse.Netboot;
import dev.bootbus.schema.DhcpResponse.OptionValue;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FullDhcpTest {
  private static final Inet4Address OTHER = Inet4Address.ofLiteral("192.168.77.200");

  private static Reply reply(BootSettings settings, TestPacket packet, DhcpResponse response) {
    FullDhcp responder = new FullDhcp(settings);
    return responder.reply((Asked) responder.intent(packet.client(), false), response);
  }

  private static DhcpMessage offer(TestPacket packet, DhcpResponse response) {
    return ((Offer) reply(SETTINGS, packet, response)).message();
  }

  private static TestPacket select(Inet4Address requested) {
    return TestPacket.of(REQUEST)
        .with(Option.SERVER_ID, SERVER)
        .with(Option.REQUESTED_ADDRESS, requested);
  }

  @Test
  void an_offer_to_pxe_firmware_has_all_that_firmware_insists_on() {
    DhcpMessage offer = offer(TestPacket.pxe(DISCOVER, 7).flags(0xFFFF), ANSWER);
    assertThat(Dump.of(offer))
        .isEqualTo(
            """
              op 2 htype 1 hlen 6 hops 0 xid 12345678 secs 0 flags 8000
              ciaddr 0.0.0.0 yiaddr 192.168.77.115 siaddr 192.168.77.1 giaddr 0.0.0.0
              chaddr 52540077001000000000000000000000 sname "" file "ipxe.efi"
                1 SUBNET_MASK 255.255.255.0
                3 ROUTERS 192.168.77.1
                6 NAME_SERVERS 192.168.77.1 8.8.8.8
                12 HOST_NAME "node-1"
                15 DOMAIN_NAME "example.com"
                28 BROADCAST_ADDRESS 192.168.77.255
                42 NTP_SERVERS 132.163.96.2
                43 VENDOR_SPECIFIC 6=08
                51 LEASE_TIME 3600
                53 MESSAGE_TYPE 2
                54 SERVER_ID 192.168.77.1
                58 RENEWAL_TIME 1800
                59 REBINDING_TIME 3150
                60 VENDOR_CLASS "PXEClient"
                66 TFTP_SERVER_NAME "192.168.77.1"
                67 BOOT_FILE_NAME "ipxe.efi"
                97 CLIENT_UUID 564d4c41-4200-4077-8000-000000000010
                119 DOMAIN_SEARCH example.com example.net
            """
                .replace("example.com example.net", "\"example.com\" \"example.net\""));
    assertThat(offer.options().raw(43)).contains(Bytes.ofHex("060108ff"));
  }

  @Test
  void http_boot_gets_its_class_back_and_no_pxe_options() {
    DhcpMessage offer = offer(TestPacket.http(DISCOVER, 16), ANSWER);
    assertThat(offer.options().get(Option.VENDOR_CLASS)).contains("HTTPClient");
    assertThat(offer.options().get(Option.BOOT_FILE_NAME)).contains("http://192.168.77.1/ipxe.efi");
    assertThat(offer.options().has(Option.VENDOR_SPECIFIC)).isFalse();
  }

  @Test
  void an_operating_system_gets_an_address_and_nothing_to_boot() {
    DhcpMessage offer =
        offer(TestPacket.of(DISCOVER).with(Option.PARAMETER_LIST, List.of(1, 3, 66, 67)), ANSWER);
    assertThat(offer.yiaddr()).isEqualTo(ADDRESS);
    assertThat(offer.siaddr()).isEqualTo(DhcpMessage.NO_ADDRESS);
    assertThat(offer.file()).isEmpty();
    assertThat(offer.options().codes()).containsExactly(1, 3, 51, 53, 54, 58, 59);
  }

  @Test
  void a_machine_that_may_not_boot_gets_an_address() {
    DhcpMessage offer = offer(TestPacket.pxe(DISCOVER, 7), Machines.with(Netboot.DENIED));
    assertThat(offer.yiaddr()).isEqualTo(ADDRESS);
    assertThat(offer.file()).isEmpty();
    assertThat(offer.options().codes()).doesNotContain(43, 60, 66, 67);
  }

  static Stream<Arguments> requests() {
    return Stream.of(
        arguments("4.3.2 SELECTING, our offer", select(ADDRESS), Ack.class),
        arguments("4.3.2 SELECTING, another address", select(OTHER), Nak.class),
        arguments(
            "4.3.2 INIT-REBOOT, right",
            TestPacket.of(REQUEST).with(Option.REQUESTED_ADDRESS, ADDRESS),
            Ack.class),
        arguments(
            "4.3.2 INIT-REBOOT, wrong address or net: DHCPNAK",
            TestPacket.of(REQUEST).with(Option.REQUESTED_ADDRESS, OTHER),
            Nak.class),
        arguments(
            "4.3.2 RENEWING", TestPacket.of(REQUEST).ciaddr(ADDRESS.getHostAddress()), Ack.class),
        arguments(
            "4.3.2 RENEWING, the binding has moved",
            TestPacket.of(REQUEST).ciaddr(OTHER.getHostAddress()),
            Nak.class));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("requests")
  void answers_requests(String row, TestPacket packet, Class<? extends Reply> kind) {
    assertThat(reply(SETTINGS, packet, ANSWER)).isInstanceOf(kind);
  }

  @Test
  void an_ack_is_what_the_offer_was() {
    TestPacket request =
        TestPacket.pxe(REQUEST, 0)
            .with(Option.SERVER_ID, SERVER)
            .with(Option.REQUESTED_ADDRESS, ADDRESS);
    DhcpMessage ack = ((Ack) reply(SETTINGS, request, ANSWER)).message();
    DhcpMessage offer = offer(TestPacket.pxe(DISCOVER, 0), ANSWER);
    assertThat(Dump.of(ack)).isEqualTo(Dump.of(offer).replace("MESSAGE_TYPE 2", "MESSAGE_TYPE 5"));
  }

  @Test
  void a_nak_says_why_and_gives_nothing() {
    TestPacket packet =
        select(OTHER)
            .giaddr("10.0.0.1")
            .with(Option.CLIENT_ID, Bytes.ofHex("0102"))
            .with(Option.RELAY_AGENT_INFO, Bytes.ofHex("0104abcd0001"));
    DhcpMessage nak = ((Nak) reply(SETTINGS, packet, ANSWER)).message();
    assertThat(nak.yiaddr()).isEqualTo(DhcpMessage.NO_ADDRESS);
    assertThat(nak.wantsBroadcast()).as("RFC 2131 §4.3.2, by a relay").isTrue();
    assertThat(nak.options().codes()).containsExactly(53, 54, 56, 61, 82);
  }

  static Stream<Arguments> silences() {
    return Stream.of(
        arguments(new DhcpResponse.Error(404, "mac not found"), DropReason.BACKEND_ERROR),
        arguments(new Answer(Dhcp.NONE, Machines.NETBOOT, Extensions.NONE), DropReason.NO_ADDRESS),
        arguments(address("0.0.0.0"), DropReason.NO_ADDRESS),
        arguments(address("255.255.255.255"), DropReason.NO_ADDRESS),
        arguments(address("127.0.0.1"), DropReason.NO_ADDRESS),
        arguments(address("192.168.77.1"), DropReason.NO_ADDRESS),
        arguments(masked("192.168.77.0", "255.255.255.0"), DropReason.NO_ADDRESS),
        arguments(masked("192.168.77.255", "255.255.255.0"), DropReason.NO_ADDRESS));
  }

  private static Answer masked(String address, String mask) {
    Dhcp dhcp =
        Dhcp.of(MacAddress.NONE, Inet4Address.ofLiteral(address), Inet4Address.ofLiteral(mask), 60);
    return new Answer(dhcp, Machines.NETBOOT, Extensions.NONE);
  }

  private static Answer address(String text) {
    return new Answer(dhcp(Inet4Address.ofLiteral(text), 0), Machines.NETBOOT, Extensions.NONE);
  }

  private static Dhcp dhcp(Inet4Address address, long leaseTime) {
    return new Dhcp(
        MacAddress.NONE,
        address,
        null,
        null,
        List.of(),
        "",
        "",
        null,
        List.of(),
        leaseTime,
        List.of());
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("silences")
  void is_silent_where_the_backend_has_nothing_to_give(DhcpResponse response, DropReason reason) {
    TestPacket initReboot = TestPacket.of(REQUEST).with(Option.REQUESTED_ADDRESS, ADDRESS);
    TestPacket renew = TestPacket.of(REQUEST).ciaddr(ADDRESS.getHostAddress());
    for (TestPacket packet : List.of(TestPacket.of(DISCOVER), initReboot, renew)) {
      assertThat(reply(SETTINGS, packet, response))
          .isInstanceOfSatisfying(
              Silence.class, silence -> assertThat(silence.reason()).isEqualTo(reason));
    }
  }

  /// RFC 2131 §3.1 step 4: the server that was chosen says no if it cannot give what it offered. To
  /// everybody else it only says so if the address is another's.
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "403, true,  false",
    "404, true,  false",
    "409, true,  true",
    "429, false, false",
    "500, false, false",
    "503, false, false"
  })
  void tells_a_client_that_the_backend_refuses_for_good(
      int code, boolean chosen, boolean everybody) {
    DhcpResponse no = new DhcpResponse.Error(code, "no");
    assertNak(reply(SETTINGS, select(ADDRESS), no), chosen);
    String ciaddr = ADDRESS.getHostAddress();
    assertNak(
        reply(SETTINGS, TestPacket.of(REQUEST).with(Option.REQUESTED_ADDRESS, ADDRESS), no),
        everybody);
    assertNak(reply(SETTINGS, TestPacket.of(REQUEST).ciaddr(ciaddr), no), everybody);
    assertNak(reply(SETTINGS, TestPacket.of(DISCOVER), no), false);
    assertNak(reply(SETTINGS, TestPacket.of(INFORM).ciaddr(ciaddr), no), false);
  }

  private static void assertNak(Reply reply, boolean nak) {
    if (nak) {
      assertThat(reply).isInstanceOf(Nak.class);
      assertThat(((Nak) reply).reason()).isEqualTo(NakReason.NOT_GIVEN);
      return;
    }
    assertThat(reply)
        .isInstanceOfSatisfying(
            Silence.class,
            silence -> assertThat(silence.reason()).isEqualTo(DropReason.BACKEND_ERROR));
  }

  @Test
  void a_client_that_chose_us_is_told_that_there_is_no_address_any_more() {
    Answer none = new Answer(Dhcp.NONE, Machines.NETBOOT, Extensions.NONE);
    assertThat(((Nak) reply(SETTINGS, select(ADDRESS), none)).reason())
        .isEqualTo(NakReason.NOT_GIVEN);
  }

  @Test
  void a_decline_and_a_release_are_noted_and_never_answered() {
    TestPacket decline =
        TestPacket.of(DECLINE)
            .with(Option.SERVER_ID, SERVER)
            .with(Option.REQUESTED_ADDRESS, OTHER)
            .with(Option.MESSAGE, "it answers ARP");
    assertThat(reply(SETTINGS, decline, ANSWER)).isEqualTo(new Declined(OTHER, "it answers ARP"));
    TestPacket release =
        TestPacket.of(RELEASE).with(Option.SERVER_ID, SERVER).ciaddr(OTHER.getHostAddress());
    assertThat(reply(SETTINGS, release, ANSWER)).isEqualTo(new Released(OTHER));
    DhcpResponse no = new DhcpResponse.Error(409, "another's");
    for (TestPacket packet : List.of(decline, release)) {
      assertThat(reply(SETTINGS, packet, no))
          .isEqualTo(new Silence(DropReason.BACKEND_ERROR, "409 another's"));
    }
  }

  @Test
  void a_lease_has_a_time_and_an_infinite_one_is_never_renewed() {
    Answer unset = new Answer(dhcp(ADDRESS, 0), Machines.NETBOOT, Extensions.NONE);
    Options options = offer(TestPacket.of(DISCOVER), unset).options();
    assertThat(options.get(Option.LEASE_TIME)).contains(3600L);
    assertThat(options.codes()).containsExactly(51, 53, 54, 58, 59);
    Answer infinite = new Answer(dhcp(ADDRESS, 0xFFFF_FFFFL), Machines.NETBOOT, Extensions.NONE);
    assertThat(offer(TestPacket.of(DISCOVER), infinite).options().codes())
        .containsExactly(51, 53, 54);
  }

  @Test
  void a_client_gets_of_the_rest_what_it_asked_for() {
    DhcpMessage offer =
        offer(TestPacket.of(DISCOVER).with(Option.PARAMETER_LIST, List.of(12, 119)), ANSWER);
    assertThat(offer.options().codes()).containsExactly(1, 3, 12, 51, 53, 54, 58, 59, 119);
  }

  @Test
  void every_reply_gives_back_what_it_owes() {
    TestPacket packet =
        TestPacket.of(DISCOVER)
            .giaddr("10.0.0.1")
            .flags(0x8000)
            .with(Option.CLIENT_ID, Bytes.ofHex("0102"))
            .with(97, TestPacket.UUID)
            .with(Option.RELAY_AGENT_INFO, Bytes.ofHex("0104abcd0001ff"));
    DhcpMessage offer = offer(packet, ANSWER);
    assertThat(offer.xid()).isEqualTo(0x12345678L);
    assertThat(offer.giaddr()).isEqualTo(packet.message().giaddr());
    assertThat(offer.chaddr()).isEqualTo(packet.message().chaddr());
    assertThat(offer.wantsBroadcast()).isTrue();
    for (int code : List.of(61, 82, 97)) {
      assertThat(offer.options().raw(code)).isEqualTo(packet.message().options().raw(code));
    }
    Bytes bytes = offer.encode();
    assertThat(bytes.toString()).contains("52070104abcd0001ffff").doesNotEndWith("5207");
  }

  @Test
  void a_machine_uuid_that_is_none_is_not_given_back() {
    DhcpMessage offer = offer(TestPacket.pxe(DISCOVER, 0).with(97, Bytes.ofHex("0001")), ANSWER);
    assertThat(offer.options().raw(97)).isEmpty();
  }

  @Test
  void further_options_are_added_and_the_backend_s_win() {
    TreeMap<Integer, Bytes> configured = new TreeMap<>();
    configured.put(209, Bytes.ofHex("61"));
    configured.put(210, Bytes.ofHex("62"));
    Extensions extensions =
        new Extensions(
            Map.of(
                210, new OptionValue.Text("http://x/"),
                43, new OptionValue.Bytes(List.of(1, 0)),
                15, new OptionValue.Text("other.example"),
                54, new OptionValue.Text("no"),
                67, new OptionValue.Text("no"),
                82, new OptionValue.Text("no")),
            "",
            null,
            "",
            0);
    BootSettings settings = Machines.settings(Machines.SCRIPT, configured);
    Reply reply = reply(settings, TestPacket.pxe(DISCOVER, 0), Machines.with(extensions));
    Options options = ((Offer) reply).message().options();
    assertThat(options.raw(209)).contains(Bytes.ofHex("61"));
    assertThat(options.raw(210)).contains(Bytes.of("http://x/".getBytes()));
    assertThat(options.raw(43)).contains(Bytes.ofHex("0100"));
    assertThat(options.get(Option.DOMAIN_NAME)).contains("other.example");
    assertThat(options.get(Option.SERVER_ID)).contains(SERVER);
    assertThat(options.get(Option.BOOT_FILE_NAME)).contains("undionly.kpxe");
    assertThat(options.raw(82)).isEmpty();
  }

  @Test
  void a_name_too_long_for_the_header_is_in_option_67_alone() {
    String longest = "http://192.168.77.1/" + "x".repeat(107);
    for (String url : List.of(longest, longest + "x")) {
      DhcpMessage offer =
          offer(TestPacket.ipxe(DISCOVER, 0), Machines.with(new Netboot(true, url)));
      assertThat(offer.file()).isEqualTo(url.length() <= 127 ? url : "");
      assertThat(offer.options().get(Option.BOOT_FILE_NAME)).contains(url);
      assertThat(offer.encode().length()).isLessThanOrEqualTo(1472 - 28);
    }
  }

  @ParameterizedTest(name = "option 57 says {0}")
  @ValueSource(ints = {-1, 0, 100, 576, 700, 1472, 65280, 65535})
  void a_reply_is_never_larger_than_the_client_takes(int said) {
    TestPacket packet = TestPacket.pxe(DISCOVER, 0).with(57, Bytes.EMPTY);
    if (said >= 0) {
      packet.with(Option.MAX_MESSAGE_SIZE, said);
    }
    Dhcp much =
        new Dhcp(
            MacAddress.NONE,
            ADDRESS,
            Inet4Address.ofLiteral("255.255.255.0"),
            SERVER,
            Collections.nCopies(60, SERVER),
            "h".repeat(200),
            "d".repeat(200),
            SERVER,
            Collections.nCopies(60, SERVER),
            60,
            Collections.nCopies(60, "example.com"));
    Offer offer =
        (Offer) reply(SETTINGS, packet, new Answer(much, Machines.NETBOOT, Extensions.NONE));
    int most = Math.min(Math.max(said, 576), 1500) - 28;
    assertThat(offer.message().encode().length()).isBetween(300, most);
    assertThat(offer.message().options().codes()).contains(1, 3, 43, 51, 53, 54, 60, 66, 67);
    assertThat(offer.remarks().isEmpty()).isEqualTo(said >= 1472);
    assertThat(offer.remarks()).allMatch(remark -> remark.startsWith("no room for "));
    List<Integer> leftOut =
        offer.remarks().stream()
            .map(remark -> Integer.valueOf(remark.substring("no room for ".length())))
            .toList();
    assertThat(leftOut).doesNotContainAnyElementsOf(offer.message().options().codes());
  }
}
