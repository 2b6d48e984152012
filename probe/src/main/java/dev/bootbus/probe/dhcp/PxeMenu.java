package dev.bootbus.probe.dhcp;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.MalformedPacketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// The menu of a PXE client, in option 43 (PXE specification 2.1 §2.2.3, tags 8, 9, 10 and 71).
final class PxeMenu {
  private static final int ITEM_SIZE = 4;

  private PxeMenu() {}

  /// Type, count and addresses each.
  static String servers(Bytes raw) throws MalformedPacketException {
    ByteBuffer in = raw.buffer();
    List<String> servers = new ArrayList<>();
    while (in.hasRemaining()) {
      int type = type(in);
      int count = in.hasRemaining() ? Byte.toUnsignedInt(in.get()) : Integer.MAX_VALUE;
      if (count > in.remaining() / Integer.BYTES) {
        throw new MalformedPacketException("cut off");
      }
      StringBuilder server = new StringBuilder("type " + type);
      for (int i = 0; i < count; i++) {
        byte[] four = new byte[Integer.BYTES];
        in.get(four);
        server.append(' ').append(Form.ADDRESS.read(Bytes.of(four)).value());
      }
      servers.add(server.toString());
    }
    return String.join(", ", servers);
  }

  /// Type, length and text each.
  static String menu(Bytes raw) throws MalformedPacketException {
    ByteBuffer in = raw.buffer();
    List<String> items = new ArrayList<>();
    while (in.hasRemaining()) {
      items.add("type %d %s".formatted(type(in), text(Tags.piece(in))));
    }
    return String.join(", ", items);
  }

  /// Seconds and text.
  static String prompt(Bytes raw) throws MalformedPacketException {
    if (raw.length() == 0) {
      throw new MalformedPacketException("no timeout");
    }
    ByteBuffer in = raw.buffer();
    int seconds = Byte.toUnsignedInt(in.get());
    return "%s %s".formatted(Words.promptTime(seconds), text(Bytes.drain(in)));
  }

  /// What was chosen: type and layer.
  static String item(Bytes raw) throws MalformedPacketException {
    if (raw.length() != ITEM_SIZE) {
      throw new MalformedPacketException(raw.length() + " bytes instead of " + ITEM_SIZE);
    }
    ByteBuffer in = raw.buffer();
    int type = type(in);
    return "type %d layer %d".formatted(type, type(in));
  }

  private static int type(ByteBuffer in) throws MalformedPacketException {
    if (in.remaining() < Short.BYTES) {
      throw new MalformedPacketException("cut off");
    }
    return Short.toUnsignedInt(in.getShort());
  }

  private static String text(Bytes foreign) {
    return '"' + Form.text(new String(foreign.toArray(), US_ASCII)) + '"';
  }
}
