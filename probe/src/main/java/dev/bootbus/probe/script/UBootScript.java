package dev.bootbus.probe.script;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.artefact.Artefact;
import dev.bootbus.probe.artefact.Format;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// The script in a legacy image of U-Boot (include/image.h; `mkimage -T script`): 64 bytes of
/// header, the length of each part and a 0, the parts, of which the first is the script.
final class UBootScript {
  private static final int HEADER = 64;
  private static final int SCRIPT = 6;
  private static final int MAX_PARTS = 64;

  private UBootScript() {}

  static boolean isImage(String text) {
    return text.startsWith("'\u0005\u0019V");
  }

  static String of(String image, String from) {
    byte[] bytes = image.getBytes(StandardCharsets.ISO_8859_1);
    Artefact artefact = Artefact.of(bytes, bytes.length);
    if (!(artefact.format() instanceof Format.UImage header) || header.type() != SCRIPT) {
      throw new Run.End(Cause.SCRIPT_NO_SCRIPT, from + " is " + artefact.title());
    }
    if (!artefact.damage().isEmpty()) {
      throw new Run.End(
          artefact.damage().getFirst().cause(),
          from + ": " + artefact.damage().getFirst().detail());
    }
    ByteBuffer parts = ByteBuffer.wrap(bytes).position(HEADER);
    long length = parts.remaining() < 4 ? 0 : parts.getInt() & 0xffff_ffffL;
    int others = 0;
    while (length > 0 && parts.remaining() >= 4 && others++ < MAX_PARTS && parts.getInt() != 0) {}
    if (length == 0 || length > parts.remaining()) {
      throw new Run.End(
          Cause.FILE_TRUNCATED,
          from + ": a script of " + length + " bytes, and " + parts.remaining() + " are there");
    }
    return image.substring(parts.position(), parts.position() + (int) length);
  }
}
