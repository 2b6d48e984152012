package dev.bootbus.tftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RateLimitTest {
  private static final long SECOND = 1_000_000_000;
  private static final InetAddress PEER = InetAddress.ofLiteral("192.0.2.1");
  private static final long BEGIN = Long.MAX_VALUE - 5 * SECOND; // nanoTime may wrap

  private final RateLimit limit = new RateLimit(3, 99, BEGIN);

  private int admitted(InetAddress peer, int asked, long now) {
    int admitted = 0;
    for (int i = 0; i < asked; i++) {
      admitted += limit.admits(peer, now) ? 1 : 0;
    }
    return admitted;
  }

  @Test
  void tenSecondsWorthAtOnceAndThenAsManyAsTheRateSays() {
    assertThat(admitted(PEER, 100, BEGIN)).isEqualTo(30);
    assertThat(admitted(PEER, 100, BEGIN + SECOND)).isEqualTo(3);
    assertThat(admitted(PEER, 100, BEGIN + 3 * SECOND)).isEqualTo(6);
    assertThat(admitted(PEER, 100, BEGIN + 100 * SECOND)).isEqualTo(30);
  }

  @Test
  void oneAddressDoesNotCostAnother() {
    admitted(PEER, 1000, BEGIN);

    Random random = new Random(3);
    for (int i = 0; i < 200; i++) {
      byte[] address = new byte[16];
      random.nextBytes(address);
      assertThat(admitted(address(address), 1, BEGIN)).isEqualTo(1);
    }
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (java.net.UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void rate0IsNoLimit() {
    RateLimit none = new RateLimit(0, 1, BEGIN);
    for (int i = 0; i < 1000; i++) {
      assertThat(none.admits(PEER, BEGIN)).isTrue();
    }
  }
}
