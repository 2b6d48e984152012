package dev.bootbus.probe.fetch;

import dev.bootbus.probe.Finding;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

/// Fetches one file, whoever serves it and however badly: it ends by its deadline, and holds no
/// more of a file than [Limits#kept].
public interface Fetcher {

  /// @param deadline for the whole file
  /// @param size bytes, more of which nobody boots
  /// @param kept bytes of the beginning that [Fetched.Whole] has
  record Limits(Duration deadline, long size, int kept) {}

  /// Is given each piece once and in order; what it is given is overwritten later.
  interface Sink {
    void take(ByteBuffer piece);

    /// What the server said the size would be, in bytes, if it did; it may be wrong.
    default void expect(long size) {}
  }

  /// What became of it.
  sealed interface Fetched {
    Duration took();

    /// @param size bytes
    /// @param head the beginning, as much as was to be kept
    /// @param sha256 of all of it
    /// @param how what the transfer agreed upon, for people: `blksize=1468 windowsize=4`
    /// @param findings what was odd on the way, yet does no harm to this client
    record Whole(
        long size, byte[] head, byte[] sha256, String how, List<Finding> findings, Duration took)
        implements Fetched {}

    /// @param received bytes until then
    record Broken(Finding finding, long received, Duration took) implements Fetched {}
  }

  /// @param uri `tftp://host[:port]/name`, `http:` or `https:`
  Fetched fetch(URI uri, Limits limits, Sink sink) throws InterruptedException;
}
