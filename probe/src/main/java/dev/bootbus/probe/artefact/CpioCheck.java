package dev.bootbus.probe.artefact;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Goes from entry to entry of a cpio archive in the new format, as an initrd is, up to its
/// trailer. What follows that is not looked at: as a rule it is another archive, packed.
final class CpioCheck {
  private static final int HEADER = 110;
  private static final int NAME_SIZE = 94;
  private static final int FILE_SIZE = 54;
  private static final String TRAILER = "TRAILER!!!";

  private final byte[] header = new byte[HEADER + TRAILER.length()];
  private int have;
  private long skip;
  private long entries;
  private boolean done;
  private boolean corrupt;

  void take(ByteBuffer piece) {
    while (piece.hasRemaining() && !done) {
      if (skip > 0) {
        int step = (int) Math.min(skip, piece.remaining());
        piece.position(piece.position() + step);
        skip -= step;
        continue;
      }
      header[have++] = piece.get();
      if (have == 6 && !text(0, 6).startsWith("07070")) {
        done = true;
        corrupt = entries > 0;
      }
      if (have == header.length) {
        entry();
      }
    }
  }

  private void entry() {
    long name = hex(NAME_SIZE);
    long file = hex(FILE_SIZE);
    if (name < 1 || name > 4096 || file < 0) {
      done = true;
      corrupt = true;
      return;
    }
    if (text(HEADER, TRAILER.length()).equals(TRAILER)) {
      done = true;
      return;
    }
    entries++;
    have = 0;
    long whole = padded(HEADER + name) + padded(file);
    long read = header.length;
    skip = Math.max(0, whole - read);
    if (whole < read) { // the next header has begun
      have = (int) (read - whole);
      System.arraycopy(header, (int) whole, header, 0, have);
    }
  }

  private static long padded(long length) {
    return length + 3 & ~3L;
  }

  private String text(int from, int length) {
    return new String(header, from, length, StandardCharsets.ISO_8859_1);
  }

  private long hex(int from) {
    try {
      return Long.parseLong(text(from, 8), 16);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /// After the last piece.
  Optional<Finding> damage() {
    if (corrupt) {
      return Optional.of(
          new Finding(Cause.FILE_CORRUPT, "cpio: no header after " + entries + " entries"));
    }
    boolean begun = entries > 0 || have >= 6;
    return begun && !done
        ? Optional.of(
            new Finding(
                Cause.FILE_TRUNCATED,
                "cpio: ends without its trailer after " + entries + " entries"))
        : Optional.empty();
  }
}
