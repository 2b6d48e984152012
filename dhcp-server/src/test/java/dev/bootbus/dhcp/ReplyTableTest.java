package dev.bootbus.dhcp;

import static dev.bootbus.dhcp.Machines.ADDRESS;
import static dev.bootbus.dhcp.Machines.ANSWER;
import static dev.bootbus.dhcp.Machines.SERVER;
import static dev.bootbus.dhcp.Machines.SETTINGS;
import static dev.bootbus.dhcp.wire.MessageType.DISCOVER;
import static dev.bootbus.dhcp.wire.MessageType.INFORM;
import static dev.bootbus.dhcp.wire.MessageType.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.bootbus.dhcp.Intent.Asked;
import dev.bootbus.dhcp.Reply.Sent;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.schema.DhcpResponse;
import java.net.Inet4Address;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// RFC 2131 §4.3.1, table 3, cell by cell; what the client sent is as strange as it may be.
class ReplyTableTest {
  private static final Inet4Address OTHER = Inet4Address.ofLiteral("192.168.77.200");
  private static final Bytes CLIENT_ID = Bytes.ofHex("0102");
  private static final Bytes RELAY_INFO = Bytes.ofHex("0104abcd0001");

  private static DhcpMessage offer() {
    return reply(strange(DISCOVER).with(Option.REQUESTED_ADDRESS, OTHER), ANSWER);
  }

  private static DhcpMessage ack() {
    return reply(strange(REQUEST).ciaddr(ADDRESS.getHostAddress()), ANSWER);
  }

  private static DhcpMessage informed() {
    return reply(strange(INFORM).ciaddr(OTHER.getHostAddress()), ANSWER);
  }

  private static DhcpMessage nak() {
    return reply(strange(REQUEST).ciaddr(OTHER.getHostAddress()), ANSWER);
  }

  private static TestPacket strange(MessageType type) {
    return TestPacket.pxe(type, 0)
        .flags(0x7f80)
        .hops(3)
        .giaddr("10.0.0.1")
        .with(Option.PARAMETER_LIST, List.of(1, 3, 50, 51, 55, 56, 57, 60, 66, 67))
        .with(Option.CLIENT_ID, CLIENT_ID)
        .with(Option.SUBNET_SELECTION, SERVER)
        .with(Option.RELAY_AGENT_INFO, RELAY_INFO);
  }

  private static DhcpMessage reply(TestPacket packet, DhcpResponse response) {
    FullDhcp responder = new FullDhcp(SETTINGS);
    Asked intent = (Asked) responder.intent(packet.client(), false);
    return ((Sent) responder.reply(intent, response)).message();
  }

  static Stream<Arguments> fields() {
    Inet4Address none = DhcpMessage.NO_ADDRESS;
    return Stream.of(
        row("op: BOOTREPLY", DhcpMessage::op, 2, 2, 2, 2),
        row("htype", DhcpMessage::htype, 1, 1, 1, 1),
        row("hlen: as of the client", DhcpMessage::hlen, 6, 6, 6, 6),
        row("hops: 0", DhcpMessage::hops, 0, 0, 0, 0),
        row(
            "xid: the client's",
            DhcpMessage::xid,
            0x12345678L,
            0x12345678L,
            0x12345678L,
            0x12345678L),
        row("secs: 0", DhcpMessage::secs, 0, 0, 0, 0),
        row("ciaddr: 0; the client's or 0; 0", DhcpMessage::ciaddr, none, ADDRESS, OTHER, none),
        row(
            "yiaddr: offered; assigned; 4.3.5 none; 0",
            DhcpMessage::yiaddr,
            ADDRESS,
            ADDRESS,
            none,
            none),
        row("siaddr: next bootstrap server; 0", DhcpMessage::siaddr, SERVER, SERVER, SERVER, none),
        row(
            "flags: the client's, of which one counts; 4.3.2 set in a NAK",
            DhcpMessage::flags,
            0,
            0,
            0,
            0x8000),
        row(
            "giaddr: the client's",
            m -> m.giaddr().getHostAddress(),
            "10.0.0.1",
            "10.0.0.1",
            "10.0.0.1",
            "10.0.0.1"),
        row(
            "sname: server host name, which old ROMs read; unused",
            DhcpMessage::sname,
            "192.168.77.1",
            "192.168.77.1",
            "192.168.77.1",
            ""),
        row(
            "file: boot file; unused",
            DhcpMessage::file,
            "undionly.kpxe",
            "undionly.kpxe",
            "undionly.kpxe",
            ""));
  }

  static Stream<Arguments> options() {
    return Stream.of(
        row("Requested IP address: MUST NOT", has(50), false, false, false, false),
        row("Lease time: MUST; MUST, NOT for INFORM; MUST NOT", has(51), true, true, false, false),
        row("Use file/sname fields: MAY; MUST NOT", has(52), false, false, false, false),
        row("Message type", value(53), "02", "05", "05", "06"),
        row("Parameter request list: MUST NOT", has(55), false, false, false, false),
        row(
            "Message: SHOULD; here only where it says something",
            has(56),
            false,
            false,
            false,
            true),
        row(
            "Client identifier: RFC 6842 §3 MUST, if sent",
            value(61),
            "0102",
            "0102",
            "0102",
            "0102"),
        row("Vendor class identifier: MAY", has(60), true, true, true, false),
        row("Server identifier: MUST", value(54), "c0a84d01", "c0a84d01", "c0a84d01", "c0a84d01"),
        row("Maximum message size: MUST NOT", has(57), false, false, false, false),
        row("All others: MAY; MUST NOT", has(1), true, true, true, false),
        row("4.3.5 INFORM: no lease expiration times: T1", has(58), true, true, false, false),
        row("4.3.5 INFORM: no lease expiration times: T2", has(59), true, true, false, false),
        row(
            "RFC 3046 §2.2: in all replies",
            value(82),
            "0104abcd0001",
            "0104abcd0001",
            "0104abcd0001",
            "0104abcd0001"),
        row(
            "RFC 3011 §2: as the client sent it",
            value(118),
            "c0a84d01",
            "c0a84d01",
            "c0a84d01",
            ""));
  }

  private static Function<DhcpMessage, Object> has(int code) {
    return message -> message.options().raw(code).isPresent();
  }

  private static Function<DhcpMessage, Object> value(int code) {
    return message -> message.options().raw(code).map(Bytes::toString).orElse("");
  }

  private static Arguments row(
      String name,
      Function<DhcpMessage, Object> cell,
      Object offer,
      Object ack,
      Object informed,
      Object nak) {
    return arguments(name, cell, List.of(offer, ack, informed, nak));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"fields", "options"})
  void table_3(String row, Function<DhcpMessage, Object> cell, List<Object> values) {
    assertThat(Stream.of(offer(), ack(), informed(), nak()).map(cell).toList()).isEqualTo(values);
  }

  @Test
  void a_nak_without_a_relay_has_the_client_s_flag() {
    DhcpMessage nak =
        reply(TestPacket.of(REQUEST).ciaddr(OTHER.getHostAddress()).flags(0x7f80), ANSWER);
    assertThat(nak.flags()).isZero();
    assertThat(nak.options().codes()).containsExactly(53, 54, 56);
  }
}
