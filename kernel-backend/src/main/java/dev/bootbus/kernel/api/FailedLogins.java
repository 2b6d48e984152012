package dev.bootbus.kernel.api;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/// Who has shown wrong tokens, and how often: after some, an address waits.
final class FailedLogins {
  private static final int ALLOWED = 10;
  private static final int MAX_ADDRESSES = 1024;
  static final Duration WAIT = Duration.ofMinutes(1);

  private static final class Count {
    private final long since;
    private int failures;

    Count(long since) {
      this.since = since;
    }
  }

  private final Map<String, Count> counts = new LinkedHashMap<>();

  /// @param nanos of [System#nanoTime()]
  synchronized boolean isBlocked(InetAddress peer, long nanos) {
    Count count = counts.get(key(peer));
    if (count == null) {
      return false;
    }
    if (nanos - count.since > WAIT.toNanos()) {
      counts.remove(key(peer));
      return false;
    }
    return count.failures >= ALLOWED;
  }

  /// @return how many there were from there within the last minute, this one too
  synchronized int failed(InetAddress peer, long nanos) {
    Count count = counts.computeIfAbsent(key(peer), _ -> new Count(nanos));
    if (counts.size() > MAX_ADDRESSES) { // the eldest goes
      counts.remove(counts.keySet().iterator().next());
    }
    return ++count.failures;
  }

  /// With IPv6 a host has as many addresses as it likes, in its own /64.
  private static String key(InetAddress peer) {
    byte[] bytes = peer.getAddress();
    return HexFormat.of().formatHex(peer instanceof Inet6Address ? Arrays.copyOf(bytes, 8) : bytes);
  }
}
