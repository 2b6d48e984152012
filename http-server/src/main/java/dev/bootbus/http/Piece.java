package dev.bootbus.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// A part of a response body: text of ours, or bytes of the file.
sealed interface Piece {
  long length();

  /// @param text ASCII
  record Text(String text) implements Piece {
    @Override
    public long length() {
      return text.length();
    }

    ByteBuffer bytes() {
      return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }
  }

  record Bytes(ByteRange range) implements Piece {
    @Override
    public long length() {
      return range.length();
    }

    private ByteBuffer of(ByteBuffer file) {
      return file.slice((int) range.first(), (int) range.length());
    }
  }

  static long length(List<Piece> pieces) {
    return pieces.stream().mapToLong(Piece::length).sum();
  }

  /// The ranges as `multipart/byteranges` (RFC 9110 §14.6).
  static List<Piece> multipart(List<ByteRange> ranges, Representation file, String boundary) {
    List<Piece> pieces = new ArrayList<>();
    boolean packed = file.coding() == Representation.Coding.GZIP;
    String coding = packed ? "Content-Encoding: gzip\r\n" : "";
    for (ByteRange range : ranges) {
      String head =
          "\r\n--%s\r\nContent-Type: %s\r\n%sContent-Range: %s\r\n\r\n"
              .formatted(boundary, file.mediaType(), coding, range.of(file.length()));
      pieces.add(new Text(head));
      pieces.add(new Bytes(range));
    }
    pieces.add(new Text("\r\n--" + boundary + "--\r\n"));
    return List.copyOf(pieces);
  }

  /// The body of a file that is in memory.
  static ByteBuffer join(List<Piece> pieces, ByteBuffer file) {
    if (pieces.size() == 1 && pieces.getFirst() instanceof Bytes bytes) {
      return bytes.of(file);
    }
    ByteBuffer body = ByteBuffer.allocate((int) length(pieces));
    for (Piece piece : pieces) {
      switch (piece) {
        case Text text -> body.put(text.bytes());
        case Bytes bytes -> body.put(bytes.of(file));
      }
    }
    return body.flip();
  }
}
