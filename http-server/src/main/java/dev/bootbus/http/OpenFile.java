package dev.bootbus.http;

import java.io.IOException;
import java.nio.channels.FileChannel;

/// A regular file, open for reading, and what it was when it was opened.
record OpenFile(FileChannel channel, FileVersion version) implements AutoCloseable {
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
