package dev.bootbus.tftp.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bootbus.tftp.wire.Options.Option;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// One datagram of a TFTP conversation (RFC 1350 §5, RFC 2347).
///
/// ```
///  opcode
///  1 RRQ   | 1 | filename 0 | mode 0 | option 0 | value 0 | …
///  2 WRQ   | 2 | filename 0 | mode 0 | option 0 | value 0 | …
///  3 DATA  | 3 | block      | payload
///  4 ACK   | 4 | block      |
///  5 ERROR | 5 | code       | message 0
///  6 OACK  | 6 | option 0   | value 0 | …
/// ```
public sealed interface TftpPacket {
  /// RFC 2347: "The maximum size of a request packet is 512 octets."
  int MAX_REQUEST = 512;

  /// More than clients send (four at most), few enough to search one by one.
  int MAX_OPTIONS = 16;

  int DATA = 3;

  /// @param mode as spelt by the client; RFC 1350 allows any case
  record ReadRequest(String filename, String mode, Options options) implements TftpPacket {}

  /// @param mode as spelt by the client; RFC 1350 allows any case
  record WriteRequest(String filename, String mode, Options options) implements TftpPacket {}

  /// @param block number modulo 65536; the first block is 1
  record Data(int block, ByteBuffer payload) implements TftpPacket {
    public Data {
      payload = payload.slice().asReadOnlyBuffer();
    }

    @Override
    public ByteBuffer payload() {
      return payload.duplicate();
    }
  }

  /// @param block number modulo 65536; 0 acknowledges an OACK
  record Ack(int block) implements TftpPacket {}

  record Error(ErrorCode code, String message) implements TftpPacket {}

  record OptionAck(Options options) implements TftpPacket {}

  /// What precedes the payload of DATA, as one number in network byte order.
  static int dataHeader(int block) {
    return DATA << Short.SIZE | block;
  }

  /// Reads from the buffer's position to its limit, which become equal.
  static TftpPacket decode(ByteBuffer datagram) throws MalformedPacketException {
    Reader in = new Reader(datagram);
    int length = datagram.remaining();
    int opcode = in.uint16("opcode");
    return switch (opcode) {
      case 1 -> {
        checkRequestLength(length);
        yield new ReadRequest(in.text("filename"), in.text("mode"), options(in));
      }
      case 2 -> {
        checkRequestLength(length);
        yield new WriteRequest(in.text("filename"), in.text("mode"), options(in));
      }
      case DATA -> new Data(in.uint16("block number"), in.rest());
      case 4 -> {
        Ack ack = new Ack(in.uint16("block number"));
        in.rest();
        yield ack;
      }
      case 5 -> new Error(new ErrorCode(in.uint16("error code")), in.message());
      case 6 -> new OptionAck(options(in));
      default -> throw new MalformedPacketException("opcode " + opcode + " is unknown");
    };
  }

  private static void checkRequestLength(int length) throws MalformedPacketException {
    if (length > MAX_REQUEST) {
      throw new MalformedPacketException(
          "request is longer than " + MAX_REQUEST + " bytes (RFC 2347)");
    }
  }

  private static Options options(Reader in) throws MalformedPacketException {
    List<Option> options = new ArrayList<>();
    while (in.hasMore()) {
      String name = in.text("option name");
      if (name.isEmpty()) {
        in.rest(); // zeros that fill the packet up
        break;
      }
      if (options.size() == MAX_OPTIONS) {
        throw new MalformedPacketException("more than " + MAX_OPTIONS + " options");
      }
      options.add(new Option(name, in.text("value of option " + name)));
    }
    return new Options(options);
  }

  /// The datagram, ready to be sent.
  ///
  /// @throws IllegalArgumentException if a filename, mode or option holds a zero character
  default ByteBuffer encode() {
    return switch (this) {
      case ReadRequest(var filename, var mode, var options) ->
          texts(1, filename, mode, options.list());
      case WriteRequest(var filename, var mode, var options) ->
          texts(2, filename, mode, options.list());
      case Data(var block, var payload) ->
          header(DATA, block, payload.remaining()).put(payload).flip();
      case Ack(var block) -> header(4, block, 0).flip();
      case Error(var code, var message) -> {
        byte[] text = message.replace('\0', ' ').getBytes(ISO_8859_1);
        yield header(5, code.value(), text.length + 1).put(text).put((byte) 0).flip();
      }
      case OptionAck(var options) -> texts(6, options.list());
    };
  }

  private static ByteBuffer header(int opcode, int second, int more) {
    return ByteBuffer.allocate(4 + more).putShort((short) opcode).putShort((short) second);
  }

  private static ByteBuffer texts(int opcode, String filename, String mode, List<Option> options) {
    List<Option> all = new ArrayList<>(options);
    // on the wire, name and mode are one more pair of texts
    all.addFirst(new Option(filename, mode));
    return texts(opcode, all);
  }

  private static ByteBuffer texts(int opcode, List<Option> pairs) {
    List<byte[]> texts = new ArrayList<>();
    int length = 2;
    for (Option pair : pairs) {
      for (String text : List.of(pair.name(), pair.value())) {
        if (text.indexOf('\0') >= 0) {
          throw new IllegalArgumentException("a TFTP string cannot hold a zero character");
        }
        byte[] bytes = text.getBytes(UTF_8);
        texts.add(bytes);
        length += bytes.length + 1;
      }
    }
    ByteBuffer out = ByteBuffer.allocate(length).putShort((short) opcode);
    texts.forEach(text -> out.put(text).put((byte) 0));
    return out.flip();
  }
}
