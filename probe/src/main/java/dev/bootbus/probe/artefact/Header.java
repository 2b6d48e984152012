package dev.bootbus.probe.artefact;

import java.nio.charset.StandardCharsets;

/// The beginning of a file, and its size. Reads past what is there give 0, so that a lying offset
/// leads nowhere.
///
/// @param size of the whole file, bytes
record Header(byte[] bytes, long size) {

  int u8(long at) {
    return at < 0 || at >= bytes.length ? 0 : bytes[(int) at] & 0xff;
  }

  int u16(long at) {
    return u8(at) | u8(at + 1) << 8;
  }

  long u32(long at) {
    return u16(at) | (long) u16(at + 2) << 16;
  }

  long u64(long at) {
    return u32(at) | u32(at + 4) << 32;
  }

  long bigEndian32(long at) {
    return (long) u8(at) << 24 | u8(at + 1) << 16 | u8(at + 2) << 8 | u8(at + 3);
  }

  boolean has(long at, String text) {
    return has(at, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  boolean has(long at, byte... wanted) {
    if (at < 0 || at + wanted.length > bytes.length) {
      return false;
    }
    for (int i = 0; i < wanted.length; i++) {
      if (bytes[(int) at + i] != wanted[i]) {
        return false;
      }
    }
    return true;
  }

  /// Up to `length` bytes, to the first NUL.
  String text(long at, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length && u8(at + i) != 0; i++) {
      text.append((char) u8(at + i));
    }
    return text.toString();
  }
}
