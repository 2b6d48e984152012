package dev.bootbus.http;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// What a client sends, up to a limit; remembers why it cannot be read on.
final class UploadBody extends InputStream {
  /// It is larger than the limit.
  static final class TooLargeException extends IOException {
    private static final long serialVersionUID = 1;

    TooLargeException(long max) {
      super("more than " + max + " bytes");
    }
  }

  private final InputStream body;
  private final long max;
  private long count;
  private @Nullable IOException broken;

  UploadBody(InputStream body, long max) {
    this.body = body;
    this.max = max;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    throwIfBroken();
    try {
      int read = body.read(bytes, offset, length);
      count += Math.max(0, read);
      if (count > max) {
        throw new TooLargeException(max);
      }
      return read;
    } catch (IOException e) {
      broken = e;
      throw e;
    }
  }

  void throwIfBroken() throws IOException {
    if (broken != null) {
      throw broken;
    }
  }
}
