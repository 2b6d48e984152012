package dev.bootbus.probe.artefact;

import dev.bootbus.probe.fetch.Fetcher;
import java.nio.ByteBuffer;
import java.util.List;

/// Is shown a whole file while it comes, keeps 64 KiB of it, and says what it is.
public final class Examiner implements Fetcher.Sink {

  @Override
  public void take(ByteBuffer piece) {
    throw new UnsupportedOperationException("not yet");
  }

  /// After the last piece.
  public Artefact artefact() {
    throw new UnsupportedOperationException("not yet");
  }

  static Artefact ofHead(byte[] head, long size) {
    return new Artefact(new Format.Unknown(), Software.UNKNOWN, size, List.of());
  }
}
