package dev.bootbus.http.mirror;

import dev.bootbus.content.BootPath;
import java.time.Duration;
import java.util.Locale;

/// What a mirror did; to be logged, counted and told.
public sealed interface Note {
  BootPath path();

  /// How a download ended; log key and counter at once.
  enum End {
    /// All has arrived, and is on disk.
    KEPT,
    /// Upstream says that what is on disk is current.
    UNCHANGED,
    /// Upstream has no such file, or does not give it.
    REFUSED,
    /// Upstream cannot be reached, broke off or was silent; nothing is left of the file.
    FAILED,
    /// It is another file than the pinned checksum says; nothing is left of it.
    MISMATCHED,
    /// There is no room on disk: it goes from upstream to each client.
    UNKEPT,
    /// The mirror was closed, or the file was deleted while it arrived.
    STOPPED;

    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Why a file went from the disk; log key and counter at once.
  enum Loss {
    /// Others needed the room, and it was not used for longest.
    SIZE,
    /// It was not used for too long.
    AGE,
    /// Upstream has another version, or none any more.
    CHANGED,
    /// It is another file than the pinned checksum says.
    UNPINNED,
    /// Somebody said so.
    DELETED,
    /// It is not on disk as it was left.
    DAMAGED;

    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// @param bytes that arrived, those of an earlier attempt included
  /// @param reason one sentence; empty if all is well
  record Ended(BootPath path, End end, long bytes, Duration took, String reason) implements Note {}

  record Lost(BootPath path, Loss loss, long bytes) implements Note {}

  /// Upstream cannot say whether the file on disk is current, so it was served as it is.
  record Stale(BootPath path, String reason) implements Note {}
}
