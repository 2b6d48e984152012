package dev.bootbus.probe.artefact;

import dev.bootbus.probe.Finding;
import java.util.List;

/// What a file is.
///
/// @param size bytes
/// @param damage what of it is missing or wrong by its own headers and checksums
public record Artefact(Format format, Software software, long size, List<Finding> damage) {
  public Artefact {
    damage = List.copyOf(damage);
  }

  /// By its beginning alone, of which 64 KiB are enough. Marks and checksums that need all of it
  /// are left out: [Examiner].
  public static Artefact of(byte[] head, long size) {
    return Examiner.ofHead(head, size);
  }
}
