package dev.bootbus.dhcp.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DhcpMessageTest {
  private static final int SNAME = 44;
  private static final int FILE = 108;

  /// A DISCOVER's header, and these options after it.
  private static byte[] packet(String options) {
    byte[] after = HexFormat.of().parseHex(options.replace(" ", ""));
    byte[] packet = Arrays.copyOf(new byte[] {1, 1, 6, 0}, DhcpMessage.HEADER_SIZE + after.length);
    System.arraycopy(HexFormat.of().parseHex("63825363"), 0, packet, 236, 4);
    System.arraycopy(after, 0, packet, DhcpMessage.HEADER_SIZE, after.length);
    return packet;
  }

  private static DhcpMessage decode(byte[] packet) throws MalformedPacketException {
    return DhcpMessage.decode(Bytes.of(packet));
  }

  static Stream<Arguments> malformed() {
    byte[] wrongCookie = packet("ff");
    wrongCookie[236] = 0;
    return Stream.of(
        arguments("nothing", new byte[0]),
        arguments("one byte", new byte[1]),
        arguments("header without cookie", new byte[239]),
        arguments("BOOTP, no cookie", new byte[300]),
        arguments("wrong cookie", wrongCookie),
        arguments("length past the end", packet("3501 01 0c05 61")),
        arguments("code without length", packet("350101 0c")),
        arguments("more than we hold", Arrays.copyOf(packet("ff"), DhcpMessage.MAX_SIZE + 1)),
        arguments("overload of two bytes", packet("34020101ff")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformed")
  void refuses(String name, byte[] packet) {
    assertThatThrownBy(() -> decode(packet))
        .isInstanceOf(MalformedPacketException.class)
        .satisfies(e -> assertThat(e.getStackTrace()).isEmpty());
  }

  @Test
  void accepts_a_packet_without_end() throws Exception {
    assertThat(decode(packet("350101")).options().get(Option.MESSAGE_TYPE)).contains(1);
  }

  @Test
  void accepts_nothing_but_padding() throws Exception {
    assertThat(decode(packet("00".repeat(1400))).options()).isEqualTo(Options.EMPTY);
  }

  @Test
  void what_follows_the_end_is_not_an_option() throws Exception {
    assertThat(decode(packet("350101 ff 0c0161")).options().has(Option.HOST_NAME)).isFalse();
  }

  @Test
  void an_option_in_pieces_is_one_option_as_in_RFC_3396_5() throws Exception {
    Options options = decode(packet("0c026e6f 350101 0c026465 ff")).options();
    assertThat(options.get(Option.HOST_NAME)).contains("node");
  }

  @Test
  void options_go_on_in_file_and_then_in_sname_as_in_RFC_2131_4_1() throws Exception {
    byte[] packet = packet("350101 340103 0c0161 ff");
    System.arraycopy(HexFormat.of().parseHex("0c0162ff"), 0, packet, FILE, 4);
    System.arraycopy(HexFormat.of().parseHex("0c0163ff"), 0, packet, SNAME, 4);
    DhcpMessage message = decode(packet);
    assertThat(message.options().get(Option.HOST_NAME)).contains("abc");
    assertThat(message.file()).isEmpty();
    assertThat(message.sname()).isEmpty();
    assertThat(message.options().has(Option.OVERLOAD)).isFalse();
  }

  @Test
  void an_overload_within_an_overloaded_field_is_not_followed() throws Exception {
    byte[] packet = packet("350101 340101 ff");
    System.arraycopy(HexFormat.of().parseHex("340102ff"), 0, packet, FILE, 4);
    System.arraycopy(HexFormat.of().parseHex("0c0163ff"), 0, packet, SNAME, 4);
    DhcpMessage message = decode(packet);
    assertThat(message.options().has(Option.HOST_NAME)).isFalse();
    assertThat(message.sname()).isEqualTo("\f\u0001c\u00ff");
  }

  @Test
  void a_field_may_be_full_and_is_cut_at_its_first_nul() throws Exception {
    byte[] packet = packet("ff");
    Arrays.fill(packet, FILE, FILE + 128, (byte) 'x');
    System.arraycopy("host\0rest".getBytes(UTF_8), 0, packet, SNAME, 9);
    DhcpMessage message = decode(packet);
    assertThat(message.file()).isEqualTo("x".repeat(128));
    assertThat(message.sname()).isEqualTo("host");
    assertThat(DhcpMessage.decode(message.encode())).isEqualTo(message);
  }

  @Test
  void the_type_comes_first_the_relay_s_option_last_and_all_else_in_order() throws Exception {
    byte[] scrambled = packet("5203010161 0c0161 350101 fe0162 010400000000 ff");
    byte[] written = decode(scrambled).encode().toArray();
    byte[] options = Arrays.copyOfRange(written, DhcpMessage.HEADER_SIZE, written.length);
    assertThat(HexFormat.of().formatHex(options))
        .startsWith("350101" + "010400000000" + "0c0161" + "fe0162" + "5203010161" + "ff00");
    assertThat(written).hasSize(DhcpMessage.MIN_SIZE);
  }

  @Test
  void options_may_stand_in_file_and_sname_as_in_RFC_2132_9_3() throws Exception {
    Options options =
        Options.builder()
            .put(Option.MESSAGE_TYPE, 2)
            .put(Option.RELAY_AGENT_INFO, Bytes.ofHex("0101"))
            .put(3, Bytes.ofHex("0a000001"))
            .put(12, Bytes.ofHex("61"), Options.Field.FILE)
            .put(15, Bytes.ofHex("62"), Options.Field.SNAME)
            .put(1, Bytes.ofHex("ffffff00"), Options.Field.FILE)
            .build();
    DhcpMessage message = with(decode(packet("350101ff")), options);
    Bytes written = message.encode();
    assertThat(written.slice(DhcpMessage.HEADER_SIZE, 18).toString())
        .as("type, overload, the rest, the relay's last")
        .isEqualTo("350102" + "340103" + "03040a000001" + "52020101" + "ff00");
    assertThat(written.slice(FILE, 10).toString()).isEqualTo("0104ffffff000c0161ff");
    assertThat(written.slice(SNAME, 4).toString()).isEqualTo("0f0162ff");
    assertThat(DhcpMessage.decode(written)).isEqualTo(message);
  }

  @Test
  void options_stand_in_no_field_that_says_something_or_is_too_small() throws Exception {
    Options large = Options.builder().put(12, Bytes.of(new byte[62]), Options.Field.SNAME).build();
    DhcpMessage empty = decode(packet("350101ff"));
    assertThatThrownBy(() -> with(empty, large)).isInstanceOf(IllegalArgumentException.class);
    byte[] named = packet("350101ff");
    named[FILE] = 'x';
    Options inFile = Options.builder().put(12, Bytes.of((byte) 1), Options.Field.FILE).build();
    DhcpMessage full = decode(named);
    assertThatThrownBy(() -> with(full, inFile)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_long_value_is_split_as_in_RFC_3396_6() throws Exception {
    ByteArrayOutputStream value = new ByteArrayOutputStream();
    new Random(1).ints(600).forEach(value::write);
    Options long250 = Options.builder().put(250, Bytes.of(value.toByteArray())).build();
    DhcpMessage message = with(decode(packet("350101ff")), long250);
    Bytes written = message.encode();
    assertThat(written.at(DhcpMessage.HEADER_SIZE + 1)).isEqualTo(255);
    assertThat(DhcpMessage.decode(written)).isEqualTo(message);
    assertThat(written.length() - DhcpMessage.HEADER_SIZE - 1)
        .isEqualTo(Options.encodedSize(600))
        .isEqualTo(606);
  }

  @Test
  void an_option_may_be_empty() throws Exception {
    DhcpMessage message = decode(packet("350101 5000 ff"));
    assertThat(message.options().raw(80)).contains(Bytes.EMPTY);
    assertThat(DhcpMessage.decode(message.encode())).isEqualTo(message);
    assertThat(Options.encodedSize(0)).isEqualTo(2);
  }

  private static DhcpMessage with(DhcpMessage message, Options options) {
    return new DhcpMessage(
        message.op(),
        message.htype(),
        message.hlen(),
        message.hops(),
        message.xid(),
        message.secs(),
        message.flags(),
        message.ciaddr(),
        message.yiaddr(),
        message.siaddr(),
        message.giaddr(),
        message.chaddr(),
        message.sname(),
        message.file(),
        options);
  }

  @Test
  void whatever_is_written_is_read_again() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      DhcpMessage message = random(random);
      assertThat(DhcpMessage.decode(message.encode())).as("seed %d", seed).isEqualTo(message);
    }
  }

  private static DhcpMessage random(Random random) throws MalformedPacketException {
    byte[] header = new byte[DhcpMessage.HEADER_SIZE];
    random.nextBytes(header);
    System.arraycopy(HexFormat.of().parseHex("63825363"), 0, header, 236, 4);
    Options.Builder options = Options.builder();
    for (int i = random.nextInt(8); i > 0; i--) {
      int code = 1 + random.nextInt(254);
      byte[] value = new byte[random.nextInt(random.nextInt(10) == 0 ? 400 : 20)];
      random.nextBytes(value);
      if (code != Option.OVERLOAD.code()) {
        options.put(code, Bytes.of(value));
      }
    }
    return with(decode(header), options.build());
  }
}
