package dev.bootbus.probe.artefact;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32;

/// The two checksums of U-Boot's legacy image (include/image.h).
final class UImageCheck {
  private static final int HEADER = 64;
  private static final int HEADER_CRC = 4;
  private static final int DATA_SIZE = 12;
  private static final int DATA_CRC = 24;

  private final byte[] header = new byte[HEADER];
  private int have;
  private long left;
  private final CRC32 crc = new CRC32();

  void take(ByteBuffer piece) {
    while (have < HEADER && piece.hasRemaining()) {
      header[have++] = piece.get();
      left = have == HEADER ? word(DATA_SIZE) : 0;
    }
    if (have == HEADER && isImage() && left > 0) {
      ByteBuffer data = piece.duplicate();
      data.limit(data.position() + (int) Math.min(left, data.remaining()));
      left -= data.remaining();
      crc.update(data);
    }
  }

  private boolean isImage() {
    return word(0) == 0x27051956L;
  }

  private long word(int at) {
    return ByteBuffer.wrap(header).getInt(at) & 0xffff_ffffL;
  }

  /// After the last piece.
  Optional<Finding> damage() {
    if (have < HEADER || !isImage()) {
      return Optional.empty();
    }
    byte[] blank = header.clone();
    ByteBuffer.wrap(blank).putInt(HEADER_CRC, 0);
    CRC32 of = new CRC32();
    of.update(blank);
    if (of.getValue() != word(HEADER_CRC)) {
      return Optional.of(new Finding(Cause.FILE_CORRUPT, "the header's checksum is another"));
    }
    return left == 0 && crc.getValue() != word(DATA_CRC)
        ? Optional.of(new Finding(Cause.FILE_CORRUPT, "the image's checksum is another"))
        : Optional.empty();
  }
}
