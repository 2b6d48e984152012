package dev.bootbus.tftp.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bootbus.tftp.wire.Options.Option;
import dev.bootbus.tftp.wire.TftpPacket.Ack;
import dev.bootbus.tftp.wire.TftpPacket.Data;
import dev.bootbus.tftp.wire.TftpPacket.OptionAck;
import dev.bootbus.tftp.wire.TftpPacket.ReadRequest;
import dev.bootbus.tftp.wire.TftpPacket.WriteRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TftpPacketTest {

  /// Each row: bytes that firmware or a server sent, what they say, who sent them.
  static List<Arguments> golden() throws IOException {
    try (InputStream in = TftpPacketTest.class.getResourceAsStream("/golden/packets.txt")) {
      return new String(in.readAllBytes(), UTF_8)
          .lines()
          .map(line -> line.split(" \\| "))
          .map(row -> Arguments.of(row[2], row[0], row[1]))
          .toList();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("golden")
  void readsAndWritesWhatRealMachinesSend(String sender, String hex, String dump)
      throws MalformedPacketException {
    TftpPacket packet = TftpPacket.decode(bytes(hex));

    assertThat(packet).hasToString(dump);
    assertThat(hex(packet.encode())).isEqualTo(hex);
  }

  static Stream<TftpPacket> packets() {
    return Stream.of(
        new ReadRequest("", "", Options.NONE),
        new ReadRequest("grün/ä", "NetASCII", options("blksize", "512", "x-own", "")),
        new WriteRequest("core", "octet", options("tsize", "7")),
        new Data(0, ByteBuffer.allocate(0)),
        new Data(65535, ByteBuffer.wrap(new byte[] {1, 2, 3})),
        new Ack(0),
        new Ack(65535),
        new TftpPacket.Error(new ErrorCode(0), ""),
        new TftpPacket.Error(new ErrorCode(0xBEEF), "unknown codes are kept: ÿ"),
        new OptionAck(Options.NONE),
        new OptionAck(options("windowsize", "4")));
  }

  @ParameterizedTest
  @MethodSource("packets")
  void whatIsWrittenReadsTheSame(TftpPacket packet) throws MalformedPacketException {
    assertThat(TftpPacket.decode(packet.encode())).isEqualTo(packet);
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                         | opcode is cut off
          00                                         | opcode is cut off
          0000                                       | opcode 0 is unknown
          0007                                       | opcode 7 is unknown
          0100666f6f006f6374657400                   | opcode 256 is unknown
          0001                                       | filename does not end with a zero byte
          0001666f6f                                 | filename does not end with a zero byte
          0001666f6f00                               | mode does not end with a zero byte
          0001666f6f006f63746574                     | mode does not end with a zero byte
          0001fffe006f6374657400                     | filename is neither ASCII nor UTF-8
          0001666f6f006f637465740062                 | option name does not end with a zero byte
          0001666f6f006f63746574006200               | value of option b does not end with a zero byte
          0001666f6f006f6374657400620031             | value of option b does not end with a zero byte
          0002666f6f                                 | filename does not end with a zero byte
          0003                                       | block number is cut off
          000300                                     | block number is cut off
          0004                                       | block number is cut off
          000400                                     | block number is cut off
          0005                                       | error code is cut off
          0006626c6b                                 | option name does not end with a zero byte
          """)
  void refusesWhatIsCutOffOrUnknown(String hex, String why) {
    assertThatThrownBy(() -> TftpPacket.decode(bytes(hex)))
        .isInstanceOf(MalformedPacketException.class)
        .hasMessage(why);
  }

  @Test
  void requestsHaveAtMost512Bytes() throws MalformedPacketException {
    String longest = "n".repeat(512 - 2 - 1 - 6);

    TftpPacket.decode(new ReadRequest(longest, "octet", Options.NONE).encode());

    ByteBuffer longer = new ReadRequest(longest + "n", "octet", Options.NONE).encode();
    assertThatThrownBy(() -> TftpPacket.decode(longer))
        .isInstanceOf(MalformedPacketException.class)
        .hasMessageContaining("RFC 2347");
  }

  @Test
  void optionsAreLimitedInNumber() throws MalformedPacketException {
    List<Option> many = new ArrayList<>();
    for (int i = 0; i < TftpPacket.MAX_OPTIONS; i++) {
      many.add(new Option("o" + i, ""));
    }
    TftpPacket.decode(new OptionAck(new Options(many)).encode());

    many.add(new Option("last", "straw"));
    assertThatThrownBy(() -> TftpPacket.decode(new OptionAck(new Options(many)).encode()))
        .isInstanceOf(MalformedPacketException.class)
        .hasMessage("more than 16 options");
  }

  @Test
  void optionNamesAreFoundInAnyCaseAndTheFirstOfTwoCounts() {
    Options options = options("BlkSize", "1", "blksize", "2");

    assertThat(options.value("blksize")).hasValue("1");
    assertThat(options.value("BLKSIZE")).hasValue("1");
    assertThat(options.value("tsize")).isEmpty();
  }

  @Test
  void zerosAtTheEndOfARequestAreNoOptions() throws MalformedPacketException {
    assertThat(TftpPacket.decode(bytes("0001610062000000000000")))
        .isEqualTo(new ReadRequest("a", "b", Options.NONE));
  }

  @Test
  void anErrorWithoutItsEndCountsAllTheSame() throws MalformedPacketException {
    assertThat(TftpPacket.decode(bytes("00050000ff6f")))
        .isEqualTo(new TftpPacket.Error(ErrorCode.NOT_DEFINED, "ÿo"));
    assertThat(TftpPacket.decode(bytes("00050002")))
        .isEqualTo(new TftpPacket.Error(ErrorCode.ACCESS_VIOLATION, ""));
  }

  @Test
  void aZeroInsideATextCannotBeWritten() {
    assertThatThrownBy(() -> new ReadRequest("a\0b", "octet", Options.NONE).encode())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void dataKeepsItsBytesToItself() {
    byte[] bytes = {1, 2, 3, 4};
    Data data = new Data(1, ByteBuffer.wrap(bytes, 1, 2));
    data.payload().get();

    assertThat(data.payload().remaining()).isEqualTo(2);
    assertThat(data.payload().isReadOnly()).isTrue();
  }

  private static Options options(String... namesAndValues) {
    List<Option> options = new ArrayList<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      options.add(new Option(namesAndValues[i], namesAndValues[i + 1]));
    }
    return new Options(options);
  }

  private static ByteBuffer bytes(String hex) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
  }

  private static String hex(ByteBuffer bytes) {
    byte[] array = new byte[bytes.remaining()];
    bytes.get(array);
    return HexFormat.of().formatHex(array);
  }
}
