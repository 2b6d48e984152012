package dev.bootbus.tftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockSizesTest {
  private static final InetAddress PEER = InetAddress.ofLiteral("192.0.2.1");

  private final BlockSizes sizes = new BlockSizes();

  @ParameterizedTest(name = "after {0} bytes {1}")
  @CsvSource({"65464, 1468", "1468, 1428", "1432, 1428", "1428, 1024", "1024, 512", "513, 512"})
  void theNextStepIsTried(int lost, int next) {
    sizes.lost(PEER, lost, 0);

    assertThat(sizes.largest(PEER, 1)).isEqualTo(next);
    assertThat(sizes.largest(InetAddress.ofLiteral("192.0.2.2"), 1))
        .isEqualTo(Negotiation.MAX_BLKSIZE);
  }

  @Test
  void rfc1350BlocksAreNeverTooLarge() {
    sizes.lost(PEER, 512, 0);

    assertThat(sizes.largest(PEER, 1)).isEqualTo(Negotiation.MAX_BLKSIZE);
  }

  @Test
  void itIsForgottenAfterAnHour() {
    sizes.lost(PEER, 1468, 0);

    assertThat(sizes.largest(PEER, Duration.ofMinutes(60).toNanos())).isEqualTo(1428);
    assertThat(sizes.largest(PEER, Duration.ofMinutes(61).toNanos()))
        .isEqualTo(Negotiation.MAX_BLKSIZE);
  }

  @Test
  void strangersCannotFillTheMemory() throws UnknownHostException {
    for (int i = 0; i < 10_000; i++) {
      byte[] address = {10, 0, (byte) (i >> 8), (byte) i};
      sizes.lost(InetAddress.getByAddress(address), 1468, 0);
    }

    assertThat(sizes.largest(InetAddress.ofLiteral("10.0.0.0"), 1))
        .isEqualTo(Negotiation.MAX_BLKSIZE);
    assertThat(sizes.largest(InetAddress.ofLiteral("10.0.39.15"), 1)).isEqualTo(1428);
  }
}
