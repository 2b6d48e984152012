package dev.bootbus.dhcp;

import static dev.bootbus.dhcp.Machines.ADDRESS;
import static dev.bootbus.dhcp.Machines.ANSWER;
import static dev.bootbus.dhcp.Machines.SERVER;
import static dev.bootbus.dhcp.Machines.SETTINGS;
import static dev.bootbus.dhcp.wire.MessageType.DISCOVER;
import static dev.bootbus.dhcp.wire.MessageType.INFORM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.bootbus.dhcp.Intent.Asked;
import dev.bootbus.dhcp.Reply.Ack;
import dev.bootbus.dhcp.Reply.Offer;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.DhcpResponse.Answer;
import dev.bootbus.schema.DhcpResponse.Dhcp;
import dev.bootbus.schema.DhcpResponse.Extensions;
import dev.bootbus.schema.DhcpResponse.OptionValue;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What a backend says, as bytes.
class OptionsOnWireTest {
  private static final FullDhcp FULL = new FullDhcp(SETTINGS);

  private static Offer offer(TestPacket packet, DhcpResponse answer) {
    return (Offer) FULL.reply((Asked) FULL.intent(packet.client(), false), answer);
  }

  private static TestPacket asking(Integer... codes) {
    return TestPacket.of(DISCOVER).with(Option.PARAMETER_LIST, List.of(codes));
  }

  /// @param options code and value in hex, `58=00000e10`
  private static Answer giving(String... options) {
    Map<Integer, OptionValue> values = new TreeMap<>();
    for (String option : options) {
      String[] parts = option.split("=", 2);
      byte[] bytes = HexFormat.of().parseHex(parts[1]);
      values.put(
          Integer.valueOf(parts[0]),
          new OptionValue.Bytes(
              IntStream.range(0, bytes.length).mapToObj(i -> bytes[i] & 255).toList()));
    }
    return Machines.with(new Extensions(values, "", null, "", 0));
  }

  @ParameterizedTest(name = "option {0}")
  @CsvSource({
    "1,   ffffff00", // RFC 2132 §3.3
    "3,   c0a84d01", // §3.5
    "6,   c0a84d0108080808", // §3.8
    "12,  6e6f64652d31", // §3.14
    "15,  6578616d706c652e636f6d", // §3.17
    "28,  c0a84dff", // §5.3
    "42,  84a36002", // §8.3
    "51,  00000e10", // §9.2
    "53,  02", // §9.6
    "54,  c0a84d01", // §9.7
    "58,  00000708", // RFC 2131 §4.4.5
    "59,  00000c4e",
    // RFC 3397 §2: example.com, and example.net with no tail in common
    "119, 076578616d706c6503636f6d00076578616d706c65036e657400"
  })
  void a_field_of_the_contract_is_an_option(int code, String hex) {
    Options options = offer(asking(6, 12, 15, 28, 42, 119), ANSWER).message().options();
    assertThat(options.raw(code)).contains(Bytes.ofHex(hex));
  }

  @ParameterizedTest(name = "option {0}")
  @CsvSource({
    "16,  c0a84d02", // RFC 2132 §3.18, FreeBSD
    "17,  2f737276", // §3.19
    "26,  2328", // §5.1
    "72,  c0a84d01", // §8.12
    "121, 00c0a84d01", // RFC 3442
    "150, c0a84d01",
    "209, 7078656c696e7578", // RFC 5071 §5
    "224, 00"
  })
  void a_further_option_is_sent_whether_asked_for_or_not(int code, String hex) {
    for (TestPacket packet : List.of(asking(1), asking(code), TestPacket.of(DISCOVER))) {
      Options options = offer(packet, giving(code + "=" + hex)).message().options();
      assertThat(options.raw(code)).contains(Bytes.ofHex(hex));
    }
  }

  /// Table 3 of RFC 2131 §4.3.1 says of the first three MUST NOT; the others are the responder's.
  @ParameterizedTest(name = "option {0}")
  @CsvSource({
    "50, c0a84d02",
    "55, 01",
    "57, 0240",
    "51, 00000001",
    "52, 01",
    "53, 06",
    "54, c0a84d02",
    "61, 0101",
    "66, 61",
    "67, 61",
    "82, 0101",
    "118, c0a84d00"
  })
  void what_is_not_the_backend_s_to_say_it_cannot_say(int code, String hex) {
    Options options = offer(TestPacket.of(DISCOVER), giving(code + "=" + hex)).message().options();
    assertThat(options.raw(code)).isNotEqualTo(Optional.of(Bytes.ofHex(hex)));
  }

  @Test
  void routers_go_with_classless_routes_for_those_that_know_only_them() {
    Options options = offer(asking(121, 3, 33), giving("121=00c0a84d01")).message().options();
    assertThat(options.codes()).contains(3, 121);
  }

  static Stream<Arguments> times() {
    return Stream.of(
        arguments("RFC 2131 §4.4.5: half and 7/8", 3600, new String[] {}, 1800L, 3150L, ""),
        arguments("T1 given", 3600, new String[] {"58=00000384"}, 900L, 3150L, ""),
        arguments("both", 3600, new String[] {"58=00000384", "59=00000708"}, 900L, 1800L, ""),
        arguments("T1 after T2", 3600, new String[] {"58=00000e00"}, 1800L, 3150L, "bad T1 or T2"),
        arguments(
            "T2 after the lease", 3600, new String[] {"59=00000e11"}, 1800L, 3150L, "bad T1 or T2"),
        arguments("RFC 2131 §3.3: for ever", 0xFFFF_FFFFL, new String[] {}, null, null, ""),
        arguments("two seconds", 2, new String[] {}, null, null, ""),
        arguments("the longest", 0xFFFF_FFFEL, new String[] {}, 0x7FFF_FFFFL, 3758096382L, ""));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("times")
  void t1_and_t2_are_in_order_or_not_there(
      String row, long lease, String[] options, Long renewal, Long rebinding, String remark) {
    Dhcp dhcp = Dhcp.of(MacAddress.NONE, ADDRESS, ip("255.255.255.0"), lease);
    Answer answer = new Answer(dhcp, Machines.NETBOOT, giving(options).extensions());
    Offer offer = offer(TestPacket.of(DISCOVER), answer);
    Options sent = offer.message().options();
    assertThat(sent.get(Option.RENEWAL_TIME).orElse(null)).isEqualTo(renewal);
    assertThat(sent.get(Option.REBINDING_TIME).orElse(null)).isEqualTo(rebinding);
    assertThat(offer.remarks()).isEqualTo(remark.isEmpty() ? List.of() : List.of(remark));
  }

  private static Inet4Address ip(String text) {
    return Inet4Address.ofLiteral(text);
  }

  static Stream<Arguments> badAnswers() {
    return Stream.of(
        arguments("a mask with holes", network("255.0.255.0", "192.168.77.1"), "bad value for 1"),
        arguments(
            "a router elsewhere",
            network("255.255.255.0", "192.168.78.1"),
            "router 192.168.78.1 is not in the machine's network"),
        arguments(
            "the machine's own router",
            network("255.255.255.0", "192.168.77.115"),
            "the router has the machine's address"),
        arguments("a search list that is text", giving("119=6162"), "bad value for 119"),
        arguments("routes that are text", giving("121=616263"), "bad value for 121"),
        arguments("a name with a newline", giving("12=610a62"), "bad value for 12"),
        arguments("an MTU of one byte", giving("26=09"), "bad value for 26"),
        arguments("no name servers at all", giving("6="), "bad value for 6"));
  }

  private static Answer network(String mask, String router) {
    Dhcp dhcp = Dhcp.of(MacAddress.NONE, ADDRESS, ip(mask), 60).withGateway(ip(router));
    return new Answer(dhcp, Machines.NETBOOT, Extensions.NONE);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badAnswers")
  void a_bad_answer_is_remarked_and_the_rest_of_it_is_sent(
      String row, Answer answer, String remark) {
    Offer offer = offer(TestPacket.of(DISCOVER), answer);
    assertThat(offer.remarks()).containsExactly(remark);
    assertThat(offer.message().yiaddr()).isEqualTo(ADDRESS);
  }

  @Test
  void a_bad_further_option_gives_way_to_the_contract_s() {
    Offer offer = offer(TestPacket.of(DISCOVER), giving("1=ff00ff00"));
    assertThat(offer.message().options().get(Option.SUBNET_MASK)).contains(ip("255.255.255.0"));
    assertThat(offer.remarks()).containsExactly("bad value for 1");
  }

  @Test
  void what_a_client_asked_for_first_is_left_out_last() {
    Answer much = giving("200=" + "aa".repeat(150), "201=" + "bb".repeat(150));
    TestPacket pxe = TestPacket.pxe(DISCOVER, 7).with(Option.MAX_MESSAGE_SIZE, 576);
    Options first = offer(pxe.with(Option.PARAMETER_LIST, List.of(201)), much).message().options();
    assertThat(first.codes()).contains(201).doesNotContain(200);
    Options other = offer(pxe.with(Option.PARAMETER_LIST, List.of(200)), much).message().options();
    assertThat(other.codes()).contains(200).doesNotContain(201);
  }

  @Test
  void is_remarked_once_however_often_it_is_asked_for() {
    Offer offer = offer(asking(200, 200, 200), giving("200=" + "aa".repeat(600)));
    assertThat(offer.remarks()).containsExactly("no room for 200");
  }

  @Test
  void what_does_not_fit_goes_into_file_and_sname_but_not_for_boot_roms() throws Exception {
    Answer much =
        giving("200=" + "aa".repeat(180), "201=" + "bb".repeat(120), "202=" + "cc".repeat(60));
    Offer offer = offer(TestPacket.of(DISCOVER), much);
    assertThat(offer.message().options().codes()).contains(200, 201, 202);
    Bytes written = offer.message().encode();
    assertThat(written.toString()).contains("63825363" + "350102" + "340103");
    assertThat(written.length()).isLessThanOrEqualTo(548);
    assertThat(DhcpMessage.decode(written)).isEqualTo(offer.message());

    TestPacket rom = TestPacket.pxe(DISCOVER, 0).with(Option.MAX_MESSAGE_SIZE, 576);
    Offer toRom = offer(rom, much);
    assertThat(toRom.message().file()).isEqualTo("undionly.kpxe");
    assertThat(toRom.remarks()).contains("no room for 200");
    assertThat(toRom.message().encode().toString()).doesNotContain("63825363" + "350102" + "34");
  }

  @Test
  void an_inform_is_told_everything_but_an_address_and_times() {
    TestPacket inform = TestPacket.of(INFORM).ciaddr("192.168.77.200");
    Answer answer = giving("58=00000384", "59=00000708", "26=2328");
    Ack ack = (Ack) FULL.reply((Asked) FULL.intent(inform.client(), false), answer);
    assertThat(ack.message().ciaddr()).isEqualTo(ip("192.168.77.200"));
    assertThat(ack.message().yiaddr()).isEqualTo(DhcpMessage.NO_ADDRESS);
    assertThat(ack.message().options().codes())
        .containsExactly(1, 3, 6, 12, 15, 26, 28, 42, 53, 54, 119);
    Answer noAddress = new Answer(Dhcp.NONE, Machines.NETBOOT, Extensions.NONE);
    assertThat(FULL.reply((Asked) FULL.intent(inform.client(), false), noAddress))
        .isInstanceOf(Ack.class);
  }

  @Test
  void the_same_answer_makes_the_same_bytes() {
    TestPacket packet = asking(119, 6, 3, 1, 42).with(Option.CLIENT_ID, Bytes.ofHex("0102"));
    Answer answer = giving("224=01", "121=00c0a84d01", "17=61");
    assertThat(offer(packet, answer).message().encode())
        .isEqualTo(offer(packet, answer).message().encode());
    assertThat(offer(packet, answer).message().options().get(Option.ROUTERS))
        .contains(List.of(SERVER));
  }
}
