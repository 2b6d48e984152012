package dev.bootbus.dhcp;

import static dev.bootbus.dhcp.DropReason.BACKEND_ERROR;
import static dev.bootbus.dhcp.DropReason.BAD_ADDRESS;
import static dev.bootbus.dhcp.DropReason.FOREIGN_CIADDR;
import static dev.bootbus.dhcp.DropReason.FROM_A_SERVER;
import static dev.bootbus.dhcp.DropReason.MALFORMED;
import static dev.bootbus.dhcp.DropReason.MALFORMED_OPTION;
import static dev.bootbus.dhcp.DropReason.NOT_A_REQUEST;
import static dev.bootbus.dhcp.DropReason.NO_IDENTITY;
import static dev.bootbus.dhcp.DropReason.NO_MESSAGE_TYPE;
import static dev.bootbus.dhcp.DropReason.OTHER_SERVER;
import static dev.bootbus.dhcp.DropReason.TOO_MANY_HOPS;
import static dev.bootbus.dhcp.DropReason.UNKNOWN_MESSAGE_TYPE;
import static dev.bootbus.dhcp.Machines.ADDRESS;
import static dev.bootbus.dhcp.Machines.ANSWER;
import static dev.bootbus.dhcp.Machines.SERVER;
import static dev.bootbus.dhcp.Machines.SETTINGS;
import static dev.bootbus.dhcp.wire.MessageType.ACK;
import static dev.bootbus.dhcp.wire.MessageType.DISCOVER;
import static dev.bootbus.dhcp.wire.MessageType.NAK;
import static dev.bootbus.dhcp.wire.MessageType.OFFER;
import static dev.bootbus.dhcp.wire.MessageType.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.dhcp.Delivery.Rule;
import dev.bootbus.dhcp.DhcpServer.Port;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MalformedPacketException;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.runtime.LogText;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.MacAddress;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.helpers.NOPLogger;

/// What a network may send that no sane client does, and what becomes of it. After each row the
/// next good DISCOVER is answered. Answers of backends are in [HostileRepliesTest], floods in
/// [FloodTest].
class HostileInputsTest {
  private static final String CLIENT = "192.168.77.115";
  private static final String PXE_DISCOVER = "350101";
  private static final String ARCH_X64 = "5d020007";
  private static final Consumer<DhcpMessage> ANY = reply -> {};

  /// @param outcome a [DropReason], or the [MessageType] of the answer
  /// @param reply what else holds for the answer
  private record Row(String input, Bytes packet, Object outcome, Consumer<DhcpMessage> reply) {
    @Override
    public String toString() {
      return input;
    }
  }

  private static Row row(String input, Bytes packet, Object outcome, Consumer<DhcpMessage> reply) {
    return new Row(input, packet, outcome, reply);
  }

  private static Row row(String input, Bytes packet, Object outcome) {
    return new Row(input, packet, outcome, ANY);
  }

  private static Row row(String input, TestPacket packet, Object outcome) {
    return new Row(input, packet.message().encode(), outcome, ANY);
  }

  private static Row row(
      String input, TestPacket packet, Object outcome, Consumer<DhcpMessage> reply) {
    return new Row(input, packet.message().encode(), outcome, reply);
  }

  /// The header of a good DISCOVER, and these options.
  private static Bytes options(String hex) {
    byte[] header = header(TestPacket.of(DISCOVER).message());
    byte[] options = Bytes.ofHex(hex).toArray();
    return Bytes.of(
        ByteBuffer.allocate(header.length + options.length).put(header).put(options).array());
  }

  private static byte[] header(DhcpMessage message) {
    byte[] header = new byte[DhcpMessage.HEADER_SIZE];
    message.encode().buffer().get(header);
    return header;
  }

  /// A good DISCOVER with other bytes at one place of its header.
  private static Bytes patched(int at, String hex) {
    byte[] packet = TestPacket.of(DISCOVER).message().encode().toArray();
    ByteBuffer.wrap(packet).position(at).put(Bytes.ofHex(hex).toArray());
    return Bytes.of(packet);
  }

  private static TestPacket select(String requested) {
    return TestPacket.of(REQUEST)
        .with(Option.SERVER_ID, SERVER)
        .with(Option.REQUESTED_ADDRESS, Inet4Address.ofLiteral(requested));
  }

  private static Consumer<DhcpMessage> file(String file) {
    return reply -> assertThat(reply.file()).isEqualTo(file);
  }

  private static Consumer<DhcpMessage> atMost(int bytes) {
    return reply -> assertThat(reply.encode().length()).isLessThanOrEqualTo(bytes);
  }

  private static Stream<Row> rows() {
    return Stream.of(
            sizesAndCookies(),
            headers(),
            optionLists(),
            messageTypes(),
            firmware(),
            relays(),
            sizesOfReplies(),
            texts(),
            requests())
        .flatMap(List::stream);
  }

  private static List<Row> sizesAndCookies() {
    return List.of(
        row("1 no byte at all", Bytes.EMPTY, MALFORMED),
        row("1 one byte", Bytes.of((byte) 1), MALFORMED),
        row("1 a header without its last byte", Bytes.of(new byte[239]), MALFORMED),
        row("1 BOOTP, with a cookie and without option 53", options("ff"), NO_MESSAGE_TYPE),
        row("1 BOOTP as before there was a cookie", patched(236, "00000000"), MALFORMED),
        row("2 a wrong magic cookie", patched(236, "63825364"), MALFORMED),
        row("2 more than any client sends", Bytes.of(new byte[4097]), MALFORMED),
        row("3 a reply, sent to the servers' port", TestPacket.of(DISCOVER).op(2), NOT_A_REQUEST),
        row("3 an OFFER that calls itself a request", TestPacket.of(OFFER), FROM_A_SERVER));
  }

  private static List<Row> headers() {
    TestPacket infiniBand = TestPacket.of(DISCOVER).hlen(0).mac("00:00:00:00:00:00");
    return List.of(
        row("4 hlen 0", TestPacket.of(DISCOVER).hlen(0), NO_IDENTITY),
        row("4 hlen 20, more than the field holds", patched(2, "14"), NO_IDENTITY),
        row("4 hlen 255", patched(2, "ff"), NO_IDENTITY),
        row(
            "4 InfiniBand: hlen 0, known by option 61 (RFC 4390 §2.1)",
            infiniBand.with(61, Bytes.ofHex("ff00000000000200000010e0")),
            BACKEND_ERROR),
        row("15 hops 255 (RFC 1542 §4.1.1)", patched(3, "ff"), TOO_MANY_HOPS),
        row(
            "16 reserved bits in flags (RFC 2131 §2)",
            TestPacket.of(DISCOVER).flags(0x7f80),
            OFFER,
            reply -> assertThat(reply.flags()).isZero()),
        row(
            "16 the same with the broadcast bit",
            TestPacket.of(DISCOVER).flags(0xff80),
            OFFER,
            reply -> assertThat(reply.flags()).isEqualTo(0x8000)));
  }

  private static List<Row> optionLists() {
    String piece = "0cff" + "61".repeat(255);
    return List.of(
        row("5 an option that runs past the end", options(PXE_DISCOVER + "0cff6162"), MALFORMED),
        row("5 an option without its length", options(PXE_DISCOVER + "0c"), MALFORMED),
        row("6 no END, as real ROMs forget it", options(PXE_DISCOVER), OFFER),
        row("7 nothing but PAD", options("00".repeat(1400)), NO_MESSAGE_TYPE),
        row("7 PAD before everything", options("00".repeat(1000) + PXE_DISCOVER + "ff"), OFFER),
        row(
            "9 one option in 14 pieces of 255 (RFC 3396)",
            options(PXE_DISCOVER + piece.repeat(14) + "ff"),
            OFFER),
        row(
            "9 the same in more than a client sends",
            options(PXE_DISCOVER + piece.repeat(250)),
            MALFORMED),
        row(
            "9 option 53 in pieces is one option of 2 bytes",
            options("350101350101ff"),
            MALFORMED_OPTION),
        row("10 overload of 0 fields", options(PXE_DISCOVER + "340100ff"), OFFER),
        row("10 overload of 2 bytes", options(PXE_DISCOVER + "34020303ff"), MALFORMED),
        row("10 overload 1, `file` has no options", options(PXE_DISCOVER + "340101ff"), OFFER),
        row("10 overload 3, in `file` overload again", overloaded("340103ff", ""), OFFER),
        row("10 overload 3, `sname` runs past its end", overloaded("", "0cff"), MALFORMED),
        row("10 overload 3, option 53 in `sname`", overloaded("", "350101ff"), MALFORMED_OPTION));
  }

  private static Bytes overloaded(String file, String sname) {
    ByteBuffer packet = ByteBuffer.wrap(options(PXE_DISCOVER + "340103ff").toArray());
    packet.put(44, Bytes.ofHex(sname).toArray()).put(108, Bytes.ofHex(file).toArray());
    return Bytes.of(packet.array());
  }

  private static List<Row> messageTypes() {
    return List.of(
        row("8 option 53 twice", options("350101350103ff"), MALFORMED_OPTION),
        row("8 option 53 without a value", options("3500ff"), MALFORMED_OPTION),
        row("8 option 53 of 2 bytes", options("35020101ff"), MALFORMED_OPTION),
        row("8 option 53 = 0", options("350100ff"), UNKNOWN_MESSAGE_TYPE),
        row("8 option 53 = 9", options("350109ff"), UNKNOWN_MESSAGE_TYPE),
        row("8 option 53 = 255", options("3501ffff"), UNKNOWN_MESSAGE_TYPE));
  }

  private static List<Row> firmware() {
    TestPacket pxe = TestPacket.pxe(DISCOVER, 7);
    String client = PXE_DISCOVER + "3c09505845436c69656e74";
    return List.of(
        row("11 option 93 without a value", options(client + "5d00ff"), OFFER, file("")),
        row("11 option 93 of 1 byte", options(client + "5d0107ff"), OFFER, file("")),
        row("11 option 93 of 3 bytes", options(client + "5d03000700ff"), OFFER, file("")),
        row(
            "11 five architectures, the third is the first that is known",
            options(client + "5d0afffefffd0007000bfffcff"),
            OFFER,
            file("ipxe.efi")),
        row("11 option 93 = 0xFFFF", options(client + "5d02ffffff"), OFFER, file("")),
        row("12 no option 97", options(client + ARCH_X64 + "ff"), OFFER, file("ipxe.efi")),
        row(
            "12 option 97 of 16 bytes is not given back",
            pxe.with(97, Bytes.ofHex("00".repeat(16))),
            OFFER,
            reply -> assertThat(reply.options().raw(97)).isEmpty()),
        row(
            "12 option 97 of type 7 is not given back",
            TestPacket.pxe(DISCOVER, 7).with(97, Bytes.ofHex("07" + "11".repeat(16))),
            OFFER,
            reply -> assertThat(reply.options().raw(97)).isEmpty()),
        row("19 user class iPXE, raw", user("69505845"), OFFER, file(Machines.SCRIPT)),
        row("19 user class iPXE, RFC 3004 §4", user("0469505845"), OFFER, file(Machines.SCRIPT)),
        row("19 user class whose length runs past its end", user("0969505845"), OFFER),
        row("19 user class without a value", user(""), OFFER),
        row(
            "19 a vendor class with an architecture that is no number of 16 bits",
            TestPacket.of(DISCOVER).with(Option.VENDOR_CLASS, "PXEClient:Arch:99999:UNDI:"),
            OFFER,
            file("")),
        row(
            "19 a vendor class of 255 letters",
            TestPacket.of(DISCOVER).with(Option.VENDOR_CLASS, "A".repeat(255)),
            OFFER),
        row("19 option 43 nested in itself", with43("2b042b022b00"), OFFER, file("ipxe.efi")),
        row("19 option 43 that runs past its end", with43("47ff00"), OFFER, file("ipxe.efi")),
        row(
            "19 option 175 of junk",
            TestPacket.pxe(DISCOVER, 7).with(175, Bytes.ofHex("b1ff")),
            OFFER));
  }

  private static TestPacket user(String hex) {
    return TestPacket.pxe(DISCOVER, 7).with(77, Bytes.ofHex(hex));
  }

  private static TestPacket with43(String hex) {
    return TestPacket.pxe(DISCOVER, 7).with(43, Bytes.ofHex(hex));
  }

  private static List<Row> relays() {
    Bytes full = Bytes.ofHex("fffd" + "ab".repeat(253));
    return List.of(
        row(
            "13 option 82 of 255 bytes, unknown sub-option",
            by("192.168.78.1", full),
            OFFER,
            echo(full)),
        row(
            "13 option 82 cut off",
            by("192.168.78.1", Bytes.ofHex("0109")),
            OFFER,
            echo(Bytes.ofHex("0109"))),
        row(
            "13 option 82 of 600 bytes in pieces",
            by("192.168.78.1", Bytes.ofHex("cd".repeat(600))),
            OFFER,
            atMost(548)),
        row(
            "13 option 82 without a relay, as snooping switches send it",
            by("0.0.0.0", full),
            OFFER,
            echo(full)),
        row("14 giaddr is our own", TestPacket.of(DISCOVER).giaddr("192.168.77.1"), BAD_ADDRESS),
        row(
            "14 giaddr is broadcast",
            TestPacket.of(DISCOVER).giaddr("255.255.255.255"),
            BAD_ADDRESS),
        row("14 giaddr is multicast", TestPacket.of(DISCOVER).giaddr("224.0.0.1"), BAD_ADDRESS),
        row("14 giaddr is loopback", TestPacket.of(DISCOVER).giaddr("127.0.0.1"), BAD_ADDRESS),
        row("14 giaddr is in 0/8", TestPacket.of(DISCOVER).giaddr("0.0.0.1"), BAD_ADDRESS),
        row(
            "14 ciaddr is broadcast",
            TestPacket.of(REQUEST).ciaddr("255.255.255.255"),
            BAD_ADDRESS),
        row(
            "14 ciaddr is somebody else's",
            TestPacket.of(REQUEST).ciaddr("192.168.77.9"),
            FOREIGN_CIADDR));
  }

  private static TestPacket by(String relay, Bytes option82) {
    return TestPacket.of(DISCOVER).giaddr(relay).with(82, option82);
  }

  private static Consumer<DhcpMessage> echo(Bytes option82) {
    return reply -> {
      assertThat(reply.options().raw(82)).contains(option82);
      String hex = reply.encode().toString();
      assertThat(hex).matches(".*" + option82 + "ff(00)*");
    };
  }

  private static List<Row> sizesOfReplies() {
    return List.of(
        row("17 option 57 = 0", sized(0), OFFER, atMost(548)),
        row("17 option 57 = 100", sized(100), OFFER, atMost(548)),
        row("17 option 57 = 576", sized(576), OFFER, atMost(548)),
        row("17 option 57 = 65535", sized(65535), OFFER, atMost(1472)),
        row(
            "17 a reply is padded for relays that drop what is shorter (RFC 1542 §2.1)",
            TestPacket.of(DISCOVER).with(55, Bytes.of((byte) 1)),
            OFFER,
            reply -> assertThat(reply.encode().length()).isGreaterThanOrEqualTo(300)));
  }

  private static TestPacket sized(int bytes) {
    return TestPacket.pxe(DISCOVER, 7).with(Option.MAX_MESSAGE_SIZE, bytes);
  }

  /// What becomes of such a name in a question, an event or a log is in [ClientTest] and
  /// [LogTextTest].
  private static List<Row> texts() {
    return Stream.of(
            "a\0b",
            "x".repeat(255),
            "$(reboot)",
            "../../etc",
            "a\nready",
            "😀",
            "aaa..b",
            "\033[2J")
        .map(
            name ->
                row(
                    "18 host name " + LogText.of(name),
                    TestPacket.of(DISCOVER).with(Option.HOST_NAME, name),
                    OFFER,
                    reply -> assertThat(reply.options().get(Option.HOST_NAME)).contains("node-1")))
        .toList();
  }

  private static List<Row> requests() {
    return List.of(
        row(
            "20 REQUEST for another server",
            select(CLIENT).with(Option.SERVER_ID, Inet4Address.ofLiteral("192.168.77.2")),
            OTHER_SERVER),
        row("20 REQUEST for an address outside the subnet", select("10.0.0.9"), NAK),
        row("20 REQUEST for 255.255.255.255", select("255.255.255.255"), NAK),
        row("20 REQUEST for what it was given", select(CLIENT), ACK),
        row(
            "20 INIT-REBOOT of a machine that nobody knows",
            TestPacket.of(REQUEST).mac("02:00:00:00:00:99").with(Option.REQUESTED_ADDRESS, ADDRESS),
            BACKEND_ERROR));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void has_one_outcome_and_harms_nobody(Row row) throws MalformedPacketException {
    WireSocket wire =
        new WireSocket()
            .put(row.packet(), CLIENT)
            .put(TestPacket.of(DISCOVER).message().encode(), "0.0.0.0");
    Outcomes outcomes = new Outcomes(event -> {}, new SimpleMeterRegistry(), NOPLogger.NOP_LOGGER);
    Port port = new Port(wire, new FullDhcp(SETTINGS), new Delivery(Rule.DHCP, 67, 68));
    new DhcpServer(port, HostileInputsTest::known, outcomes).serve();

    switch (row.outcome()) {
      case DropReason reason -> {
        assertThat(outcomes.totals()).isEqualTo("offer=1 ack=0 nak=0 " + reason.key() + "=1");
        assertThat(wire.sent).hasSize(1);
      }
      case MessageType type -> {
        assertThat(outcomes.totals()).matches("offer=. ack=. nak=.");
        assertThat(wire.sent).hasSize(2);
        DhcpMessage reply = DhcpMessage.decode(wire.sent.getFirst().payload());
        assertThat(reply.options().get(Option.MESSAGE_TYPE)).contains(type.code());
        row.reply().accept(reply);
      }
      default -> throw new AssertionError(row.outcome());
    }
    DhcpMessage next = DhcpMessage.decode(wire.sent.getLast().payload());
    assertThat(next.options().get(Option.MESSAGE_TYPE)).contains(OFFER.code());
  }

  private static CompletableFuture<DhcpResponse> known(DhcpRequest request) {
    return CompletableFuture.completedFuture(
        request.mac().equals(MacAddress.parse(TestPacket.MAC))
            ? ANSWER
            : new DhcpResponse.Error(404, "mac not found"));
  }
}
