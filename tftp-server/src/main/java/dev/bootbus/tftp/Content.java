package dev.bootbus.tftp;

import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/// What a file holds, read once from start to end.
///
/// @param size in bytes, if it is known
record Content(OptionalLong size, InputStream bytes) implements AutoCloseable {
  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
