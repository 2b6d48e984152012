package dev.bootbus.probe.artefact;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import dev.bootbus.probe.fetch.Fetcher;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Is shown a whole file while it comes, keeps 64 KiB of it, and says what it is: its headers,
/// whose program it is, and whether it is whole.
public final class Examiner implements Fetcher.Sink {
  private static final int KEPT = 64 << 10;

  private byte[] head = new byte[4096];
  private int kept;
  private long size;
  private final Marks marks = new Marks();
  private final GzipCheck gzip = new GzipCheck();
  private final CpioCheck cpio = new CpioCheck();
  private final UImageCheck uImage = new UImageCheck();

  @Override
  public void take(ByteBuffer piece) {
    size += piece.remaining();
    int more = Math.min(piece.remaining(), KEPT - kept);
    if (kept + more > head.length) {
      head = Arrays.copyOf(head, Math.min(KEPT, Math.max(kept + more, 2 * head.length)));
    }
    piece.get(piece.position(), head, kept, more);
    kept += more;
    marks.take(piece);
    gzip.take(piece.duplicate());
    cpio.take(piece.duplicate());
    uImage.take(piece.duplicate());
    piece.position(piece.limit());
  }

  /// After the last piece.
  public Artefact artefact() {
    List<Finding> damage = new ArrayList<>();
    Artefact known = of(Arrays.copyOf(head, kept), size, marks, damage);
    gzip.damage().or(cpio::damage).or(uImage::damage).ifPresent(damage::add);
    return new Artefact(known.format(), known.software(), size, damage);
  }

  static Artefact ofHead(byte[] head, long size) {
    Marks marks = new Marks();
    byte[] begin = head.length > KEPT ? Arrays.copyOf(head, KEPT) : head;
    marks.take(ByteBuffer.wrap(begin));
    List<Finding> damage = new ArrayList<>();
    return of(begin, size, marks, damage);
  }

  private static Artefact of(byte[] bytes, long size, Marks marks, List<Finding> damage) {
    Header header = new Header(bytes, size);
    Format format = Formats.of(header);
    truncated(format, header).ifPresent(damage::add);
    return new Artefact(format, marks.of(format, header), size, damage);
  }

  private static Optional<Finding> truncated(Format format, Header header) {
    OptionalLong expected = Formats.expectedSize(format, header);
    if (expected.isEmpty() || expected.getAsLong() <= header.size()) {
      return Optional.empty();
    }
    return Optional.of(
        new Finding(
            Cause.FILE_TRUNCATED,
            header.size() + " bytes, and its header says " + expected.getAsLong()));
  }
}
