package dev.bootbus.probe.artefact;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Unpacks the first member of a gzip file (RFC 1952) while it comes, keeps nothing of it, and
/// compares checksum and length. What follows that member is not looked at: initrds have all kinds
/// of things there.
final class GzipCheck {
  private static final int HEADER = 10;

  /// Bytes unpacked, after which a file is taken for good: no kernel or initrd is larger.
  private static final long LOOKED_AT = 2L << 30;

  /// Bounds of a header: a name and a comment without end are no header.
  private static final int MAX_HEADER = 4096;

  private enum At {
    HEADER,
    EXTRA_LENGTH,
    EXTRA,
    NAME,
    COMMENT,
    HEADER_CHECK,
    DATA,
    TRAILER,
    /// Nothing to say of the rest, or it is no gzip file.
    DONE,
    CORRUPT
  }

  private final byte[] field = new byte[HEADER];
  private int have;
  private int headerBytes;
  private int flags;
  private int extra;
  private At at = At.HEADER;
  private final byte[] out = new byte[32 << 10];
  private final CRC32 crc = new CRC32();
  private long unpacked;
  private final Inflater inflater = new Inflater(true);
  private String why = "";

  void take(ByteBuffer piece) {
    while (piece.hasRemaining() && at != At.DONE && at != At.CORRUPT) {
      switch (at) {
        case DATA -> inflate(piece);
        case TRAILER -> trailer(piece.get());
        case HEADER, EXTRA_LENGTH, EXTRA, NAME, COMMENT, HEADER_CHECK -> header(piece.get());
        case DONE, CORRUPT -> {}
      }
    }
  }

  private void header(byte b) {
    if (++headerBytes > MAX_HEADER) {
      end(At.DONE);
      return;
    }
    switch (at) {
      case HEADER -> {
        field[have++] = b;
        if (have == HEADER) {
          boolean gzip = field[0] == 0x1f && field[1] == (byte) 0x8b && field[2] == 8;
          flags = field[3];
          have = 0;
          at = gzip ? after(At.HEADER) : At.DONE;
          if (!gzip) {
            end(At.DONE);
          }
        }
      }
      case EXTRA_LENGTH -> {
        field[have++] = b;
        if (have == 2) {
          extra = field[0] & 0xff | (field[1] & 0xff) << 8;
          have = 0;
          at = extra == 0 ? after(At.EXTRA) : At.EXTRA;
        }
      }
      case EXTRA -> at = --extra == 0 ? after(At.EXTRA) : At.EXTRA;
      case NAME -> at = b == 0 ? after(At.NAME) : At.NAME;
      case COMMENT -> at = b == 0 ? after(At.COMMENT) : At.COMMENT;
      case HEADER_CHECK -> at = ++have == 2 ? after(At.HEADER_CHECK) : At.HEADER_CHECK;
      case DATA, TRAILER, DONE, CORRUPT -> {}
    }
  }

  /// The next field that the flags say is there (RFC 1952 §2.3.1).
  private At after(At before) {
    have = 0;
    if (before.compareTo(At.EXTRA_LENGTH) < 0 && (flags & 4) != 0) {
      return At.EXTRA_LENGTH;
    }
    if (before.compareTo(At.NAME) < 0 && (flags & 8) != 0) {
      return At.NAME;
    }
    if (before.compareTo(At.COMMENT) < 0 && (flags & 16) != 0) {
      return At.COMMENT;
    }
    if (before.compareTo(At.HEADER_CHECK) < 0 && (flags & 2) != 0) {
      return At.HEADER_CHECK;
    }
    return At.DATA;
  }

  private void inflate(ByteBuffer piece) {
    try {
      inflater.setInput(piece);
      int got;
      while ((got = inflater.inflate(out)) > 0) {
        crc.update(out, 0, got);
        unpacked += got;
        if (unpacked > LOOKED_AT) {
          end(At.DONE);
          return;
        }
      }
      if (inflater.finished()) {
        at = At.TRAILER;
      } else if (inflater.needsDictionary()) {
        corrupt("it needs a dictionary");
      }
    } catch (DataFormatException e) {
      corrupt("gzip: the packed data make no sense after " + unpacked + " bytes unpacked");
    }
  }

  private void trailer(byte b) {
    field[have++] = b;
    if (have < 8) {
      return;
    }
    ByteBuffer said = ByteBuffer.wrap(field).order(ByteOrder.LITTLE_ENDIAN);
    if (said.getInt(0) != (int) crc.getValue()) {
      corrupt("gzip: the checksum is another");
    } else if (said.getInt(4) != (int) unpacked) {
      corrupt("gzip: the length is another");
    } else {
      end(At.DONE);
    }
  }

  private void corrupt(String reason) {
    why = reason;
    end(At.CORRUPT);
  }

  private void end(At state) {
    at = state;
    inflater.end();
  }

  /// After the last piece.
  Optional<Finding> damage() {
    boolean within = at == At.DATA || at == At.TRAILER;
    inflater.end();
    if (at == At.CORRUPT) {
      return Optional.of(new Finding(Cause.FILE_CORRUPT, why));
    }
    return within
        ? Optional.of(
            new Finding(Cause.FILE_TRUNCATED, "gzip: ends after " + unpacked + " bytes unpacked"))
        : Optional.empty();
  }
}
