package dev.bootbus.probe.dhcp;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.MalformedPacketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Options in options: tag, length, value.
final class Tags {
  private static final int PAD = 0;
  private static final int END = 255;

  private Tags() {}

  /// @param option whose suboptions have these names
  /// @param marks whether PAD and END are what they are among options; option 82 does not know them
  static Form.Read inOption(int option, Bytes raw, boolean marks) throws MalformedPacketException {
    ByteBuffer in = raw.buffer();
    List<OptionText> parts = new ArrayList<>();
    while (in.hasRemaining()) {
      int code = Byte.toUnsignedInt(in.get());
      if (marks && code == END) {
        break;
      }
      if (!marks || code != PAD) {
        parts.add(OptionText.of(code, Registry.subOption(option, code), piece(in)));
      }
    }
    return new Form.Read("", List.copyOf(parts));
  }

  /// RFC 3925 §4
  static Form.Read byVendor(Bytes raw) throws MalformedPacketException {
    ByteBuffer in = raw.buffer();
    List<OptionText> parts = new ArrayList<>();
    while (in.hasRemaining()) {
      int enterprise = enterprise(in);
      Bytes value = piece(in);
      Form.Read inside = inOption(-1, value, false);
      parts.add(
          new OptionText(enterprise, "Enterprise " + enterprise, "", inside.parts(), value, true));
    }
    return new Form.Read("", List.copyOf(parts));
  }

  /// RFC 3925 §3
  static Form.Read classes(Bytes raw) throws MalformedPacketException {
    ByteBuffer in = raw.buffer();
    List<OptionText> parts = new ArrayList<>();
    while (in.hasRemaining()) {
      int enterprise = enterprise(in);
      Registry.Row row = new Registry.Row("Enterprise " + enterprise, Form.BYTES);
      parts.add(OptionText.of(enterprise, row, piece(in)));
    }
    return new Form.Read("", List.copyOf(parts));
  }

  private static int enterprise(ByteBuffer in) throws MalformedPacketException {
    if (in.remaining() < Integer.BYTES) {
      throw new MalformedPacketException("cut off");
    }
    return in.getInt();
  }

  /// What a length byte says.
  static Bytes piece(ByteBuffer in) throws MalformedPacketException {
    int length = in.hasRemaining() ? Byte.toUnsignedInt(in.get()) : Integer.MAX_VALUE;
    if (length > in.remaining()) {
      throw new MalformedPacketException("a suboption runs past the end");
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return Bytes.of(bytes);
  }
}
