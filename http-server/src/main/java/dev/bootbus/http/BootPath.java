package dev.bootbus.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// The name of a file below the root, from the path of a URL (RFC 3986 §3.3): each segment is
/// decoded once and by itself, so that nothing encoded can act as a separator or as `..`.
///
/// @param segments none of them empty, `.` or `..`, or with a slash, backslash or control character
/// @param directory whether the path ended in a slash, so that no regular file is meant
record BootPath(List<String> segments, boolean directory) {

  /// The path can be no file of ours.
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
      super(message, null, false, false);
    }
  }

  BootPath {
    segments = List.copyOf(segments);
  }

  /// Empty segments are skipped: SYSLINUX asks `efi64//vmlinuz` for a `KERNEL /vmlinuz`.
  ///
  /// @param raw as it stands in the request, without the query
  static BootPath of(String raw) throws RefusedException {
    List<String> segments = new ArrayList<>();
    for (String encoded : raw.split("/")) {
      String segment = decoded(encoded);
      boolean dots = segment.equals(".") || segment.equals("..");
      if (dots && encoded.contains("%")) {
        throw new RefusedException("the path hides a dot segment");
      }
      if (segment.equals("..") && segments.isEmpty()) {
        throw new RefusedException("the path leads out of the root");
      }
      if (segment.equals("..")) {
        segments.removeLast();
      } else if (!dots && !segment.isEmpty()) {
        segments.add(segment);
      }
    }
    return new BootPath(segments, raw.isEmpty() || raw.endsWith("/"));
  }

  private static String decoded(String encoded) throws RefusedException {
    String segment = encoded.indexOf('%') < 0 ? encoded : percentDecoded(encoded);
    for (int i = 0; i < segment.length(); i++) {
      char c = segment.charAt(i);
      if (Character.isISOControl(c)) {
        throw new RefusedException("the path has a control character");
      }
      if (c == '/' || c == '\\') {
        throw new RefusedException("the path has a slash or a backslash inside a name");
      }
    }
    return segment;
  }

  private static String percentDecoded(String encoded) throws RefusedException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(encoded.length());
    byte[] raw = encoded.getBytes(UTF_8);
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] != '%') {
        bytes.write(raw[i]);
        continue;
      }
      if (i + 2 >= raw.length || !isHex(raw[i + 1]) || !isHex(raw[i + 2])) {
        throw new RefusedException("the path has a % without two hex digits");
      }
      bytes.write(HexFormat.fromHexDigit(raw[i + 1]) << 4 | HexFormat.fromHexDigit(raw[i + 2]));
      i += 2;
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
    } catch (CharacterCodingException e) {
      throw new RefusedException("the path is not UTF-8");
    }
  }

  private static boolean isHex(byte b) {
    return HexFormat.isHexDigit(b);
  }

  /// Without a leading slash, as [dev.bootbus.schema.FileRequest] wants it.
  @Override
  public String toString() {
    return String.join("/", segments);
  }
}
