package dev.bootbus.content;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bootbus.schema.Traceparent;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// The name of a file below the root, as all sources know it: `/grub//x.cfg`, `grub\x.cfg`,
/// `./grub/x.cfg` and `a/../grub/x.cfg` are the same file, and so is `grub/x.cfg-00-…-01` with the
/// trace that a DHCP server with OpenTelemetry puts behind the boot file it names.
///
/// @param segments none of them empty, `.` or `..`, or with a slash, backslash or control character
/// @param directory whether the name ended in a slash, so that no regular file is meant
public record BootPath(List<String> segments, boolean directory) {

  /// The name can be no file of ours.
  public static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
      super(message, null, false, false);
    }
  }

  public BootPath {
    segments = List.copyOf(segments);
  }

  /// From the path of a URL (RFC 3986 §3.3): each segment is decoded once and by itself, so that
  /// nothing encoded can act as a separator or as `..`.
  ///
  /// @param raw as it stands in the request, without the query
  public static BootPath ofUrl(String raw) throws RefusedException {
    List<String> names = new ArrayList<>();
    for (String encoded : split(raw)) {
      String name = encoded.indexOf('%') < 0 ? encoded : percentDecoded(encoded);
      if (name.length() != encoded.length() && (name.equals(".") || name.equals(".."))) {
        throw new RefusedException("the path hides a dot segment");
      }
      if (name.indexOf('/') >= 0 || name.indexOf('\\') >= 0) {
        throw new RefusedException("the path has a slash or a backslash inside a name");
      }
      names.add(name);
    }
    return resolved(names, raw);
  }

  /// From the name in a TFTP request. Nothing is decoded: TFTP has no percent encoding, so `%2e%2e`
  /// is a name like any other.
  public static BootPath ofTftp(String requested) throws RefusedException {
    // SYSLINUX marks "from the root of the TFTP server" so
    String name = requested.startsWith("::") ? requested.substring(2) : requested;
    BootPath path = resolved(List.of(split(name)), name);
    if (!path.segments.isEmpty() && path.segments.getFirst().matches("[A-Za-z]:.*")) {
      throw new RefusedException("the name has a drive letter");
    }
    return path;
  }

  /// The trace that a name as it was asked for ends in.
  public static Optional<Traceparent> trace(String requested) {
    int dash = requested.length() - Traceparent.LENGTH - 1;
    return dash > 0
            && requested.charAt(dash) == '-'
            && "/\\".indexOf(requested.charAt(dash - 1)) < 0
        ? Traceparent.parse(requested.substring(dash + 1))
        : Optional.empty();
  }

  private static String withoutTrace(String name) {
    return trace(name).isEmpty() ? name : name.substring(0, name.length() - Traceparent.LENGTH - 1);
  }

  private static String[] split(String name) {
    return name.replace('\\', '/').split("/");
  }

  /// Empty segments are skipped: SYSLINUX asks `efi64//vmlinuz` for a `KERNEL /vmlinuz`.
  private static BootPath resolved(List<String> names, String asked) throws RefusedException {
    List<String> segments = new ArrayList<>();
    boolean directory = asked.isEmpty() || asked.endsWith("/") || asked.endsWith("\\");
    for (int i = 0; i < names.size(); i++) {
      boolean last = i == names.size() - 1 && !directory;
      // before the dots are looked at, or `..-00-…` would become one
      String name = last ? withoutTrace(names.get(i)) : names.get(i);
      if (name.chars().anyMatch(Character::isISOControl)) {
        throw new RefusedException("the path has a control character");
      }
      if (name.equals("..")) {
        if (segments.isEmpty()) {
          throw new RefusedException("the path leads out of the root");
        }
        segments.removeLast();
      } else if (!name.isEmpty() && !name.equals(".")) {
        segments.add(name);
      }
    }
    return new BootPath(segments, directory);
  }

  private static String percentDecoded(String encoded) throws RefusedException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(encoded.length());
    byte[] raw = encoded.getBytes(UTF_8);
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] != '%') {
        bytes.write(raw[i]);
        continue;
      }
      if (i + 2 >= raw.length
          || !HexFormat.isHexDigit(raw[i + 1])
          || !HexFormat.isHexDigit(raw[i + 2])) {
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

  /// Without a leading slash, as [dev.bootbus.schema.FileRequest] wants it.
  @Override
  public String toString() {
    return String.join("/", segments);
  }
}
