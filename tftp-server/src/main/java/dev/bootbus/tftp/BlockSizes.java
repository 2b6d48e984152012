package dev.bootbus.tftp;

import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/// Remembers to whom large blocks got lost: a tunnel or a bond on the way may swallow them without
/// a word, and within a transfer the size cannot change. So the next one is offered less.
final class BlockSizes {
  /// In the order tried: Ethernet; with room for a tunnel's header; for several; RFC 1350.
  private static final int[] STEPS = {1468, 1428, 1024, 512};

  private static final int MAX_PEERS = 4096;

  /// Then the way may be another.
  private static final Duration MEMORY = Duration.ofHours(1);

  /// After so many resends of the first block its size is to blame.
  static final int PROOF = 2;

  private record Cap(int blksize, long since) {}

  private final Map<InetAddress, Cap> caps =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetAddress, Cap> eldest) {
          return size() > MAX_PEERS;
        }
      };

  /// The largest block that is worth a try.
  ///
  /// @param now by a clock that never goes back, in nanoseconds
  int largest(InetAddress peer, long now) {
    Cap cap = caps.get(peer);
    if (cap == null) {
      return Negotiation.MAX_BLKSIZE;
    }
    if (now - cap.since() > MEMORY.toNanos()) {
      caps.remove(peer);
      return Negotiation.MAX_BLKSIZE;
    }
    return cap.blksize();
  }

  /// Blocks of that size did not arrive. The smallest step stays what it is.
  void lost(InetAddress peer, int blksize, long now) {
    IntStream.of(STEPS)
        .filter(step -> step < blksize)
        .findFirst()
        .ifPresent(step -> caps.put(peer, new Cap(step, now)));
  }
}
