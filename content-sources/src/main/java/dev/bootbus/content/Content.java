package dev.bootbus.content;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.util.OptionalLong;

/// What a file holds. A server that can do more with an open file or with bytes in memory than read
/// a stream switches over the kinds; [#from] serves all of them.
public sealed interface Content extends AutoCloseable {
  String BYTES = "application/octet-stream";

  /// Bytes in all, if that is known.
  OptionalLong size();

  /// The bytes from there to the end; whoever takes the stream closes it. Reading blocks, at most
  /// until a deadline of the source, and then throws. Only one stream of a content is open at once.
  ///
  /// @param offset 0 to size
  InputStream from(long offset) throws IOException;

  @Override
  void close() throws IOException;

  /// A regular file, open for reading, and what it was when it was opened.
  record OpenFile(FileChannel channel, FileVersion version) implements Content {
    @Override
    public OptionalLong size() {
      return OptionalLong.of(version.size());
    }

    @Override
    public InputStream from(long offset) throws IOException {
      channel.position(offset);
      return Channels.newInputStream(channel);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /// Written for the machine that asks, and small: another machine, or the same one later, may get
  /// another text.
  ///
  /// @param bytes not to be changed
  /// @param mediaType as in an HTTP Content-Type
  record Written(byte[] bytes, String mediaType) implements Content {
    @Override
    public OptionalLong size() {
      return OptionalLong.of(bytes.length);
    }

    @Override
    public InputStream from(long offset) {
      return new ByteArrayInputStream(bytes, (int) offset, bytes.length - (int) offset);
    }

    @Override
    public void close() {}
  }

  /// Comes from elsewhere while it is read. For sources of one's own.
  non-sealed interface Streamed extends Content {

    /// As in an HTTP Content-Type; [#BYTES] if it is not known.
    String mediaType();

    /// What tells one state of the file from another, without quotes; empty if nothing does.
    String version();
  }
}
