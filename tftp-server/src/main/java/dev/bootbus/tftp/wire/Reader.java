package dev.bootbus.tftp.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/// Reads a datagram field by field; the one place that finds out that it ends too early.
final class Reader {
  private final ByteBuffer in;

  Reader(ByteBuffer in) {
    this.in = in;
  }

  boolean hasMore() {
    return in.hasRemaining();
  }

  int uint16(String field) throws MalformedPacketException {
    if (in.remaining() < 2) {
      throw new MalformedPacketException(field + " is cut off");
    }
    return in.getShort() & 0xFFFF;
  }

  /// A zero-terminated string. RFC 1350 says netascii; names in UTF-8 are common and read the same.
  String text(String field) throws MalformedPacketException {
    ByteBuffer bytes = in.slice();
    int length = 0;
    while (length < bytes.limit() && bytes.get(length) != 0) {
      length++;
    }
    if (length == bytes.limit()) {
      throw new MalformedPacketException(field + " does not end with a zero byte");
    }
    in.position(in.position() + length + 1);
    try {
      return UTF_8.newDecoder().decode(bytes.limit(length)).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedPacketException(field + " is neither ASCII nor UTF-8");
    }
  }

  /// The text of an ERROR packet, whatever it is: some clients leave out its end (PyPXE issue 66),
  /// and the error must count all the same.
  String message() {
    String text = ISO_8859_1.decode(rest()).toString();
    int end = text.indexOf('\0');
    return end < 0 ? text : text.substring(0, end);
  }

  ByteBuffer rest() {
    ByteBuffer rest = in.slice();
    in.position(in.limit());
    return rest;
  }
}
