package dev.bootbus.tftp;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Text as netascii (RFC 1350 §1, RFC 764): LF goes out as CR LF, and CR as CR NUL.
final class Netascii extends FilterInputStream {
  private static final int NONE = -1;
  private int pending = NONE;

  Netascii(InputStream bytes) {
    super(bytes);
  }

  @Override
  public int read() throws IOException {
    if (pending != NONE) {
      int second = pending;
      pending = NONE;
      return second;
    }
    int next = super.read();
    return switch (next) {
      case '\n' -> {
        pending = '\n';
        yield '\r';
      }
      case '\r' -> {
        pending = 0;
        yield next;
      }
      default -> next;
    };
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int count = 0;
    while (count < length) {
      int next = read();
      if (next == NONE) {
        return count == 0 && length > 0 ? NONE : count;
      }
      buffer[offset + count++] = (byte) next;
    }
    return count;
  }
}
