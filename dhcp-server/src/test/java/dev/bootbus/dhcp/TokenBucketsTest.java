package dev.bootbus.dhcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.bootbus.dhcp.TokenBuckets.Rate;
import java.time.Duration;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenBucketsTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private final Random random = new Random(1);

  private TokenBuckets buckets(int burst, int perSecond) {
    return new TokenBuckets(new Rate(burst, perSecond), random.nextLong());
  }

  private static long taken(TokenBuckets buckets, long key, int times, long now) {
    return LongStream.range(0, times).filter(i -> buckets.take(key, now)).count();
  }

  @Test
  void gives_the_burst_and_then_the_rate() {
    TokenBuckets buckets = buckets(20, 5);
    assertThat(taken(buckets, 7, 100, 0)).isEqualTo(20);
    assertThat(taken(buckets, 7, 100, SECOND)).isEqualTo(5);
    assertThat(taken(buckets, 7, 100, SECOND + SECOND / 10)).isZero();
    assertThat(taken(buckets, 7, 100, SECOND + SECOND / 5)).isEqualTo(1);
    assertThat(taken(buckets, 7, 100, 100 * SECOND)).isEqualTo(20);
  }

  @Test
  void one_key_takes_nothing_from_another() {
    TokenBuckets buckets = buckets(20, 5);
    assertThat(taken(buckets, 7, 1_000_000, 0)).isEqualTo(20);
    assertThat(taken(buckets, 8, 100, 0)).isEqualTo(20);
  }

  @Test
  void nothing_is_limited_where_no_rate_is_set() {
    TokenBuckets buckets = new TokenBuckets(Rate.UNLIMITED, 0);
    assertThat(taken(buckets, 7, 1000, 0)).isEqualTo(1000);
  }

  /// Ten thousand machines switched on at once, ten packets each in the same instant.
  @Test
  void machines_that_share_cells_are_not_refused() {
    TokenBuckets buckets = buckets(20, 5);
    for (long machine = 0; machine < 10_000; machine++) {
      assertThat(taken(buckets, machine, 10, 0)).isEqualTo(10);
    }
  }

  /// Where a table of the latest keys would have forgotten the honest one, or the flooding one.
  @Test
  void a_million_random_keys_neither_blind_nor_free_anybody() {
    TokenBuckets buckets = buckets(20, 5);
    long honest = 7;
    long greedy = 8;
    taken(buckets, greedy, 20, 0);
    for (int i = 1; i <= 1_000_000; i++) {
      // 100,000 a second
      long now = i * SECOND / 100_000;
      buckets.take(random.nextLong(), now);
      buckets.take(greedy, now);
      if (i % 100_000 == 0) {
        assertThat(buckets.take(honest, now)).as("after %d keys", i).isTrue();
        assertThat(taken(buckets, greedy, 100, now)).as("after %d keys", i).isLessThan(2);
      }
    }
  }

  @Test
  void reads_a_rate_as_it_prints_it() {
    assertThat(Rate.parse("20/5")).isEqualTo(new Rate(20, 5)).hasToString("20/5");
    assertThat(Rate.parse("off")).isEqualTo(Rate.UNLIMITED).hasToString("off");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "20", "20/", "0/5", "5/0", "-1/5", "20/5/1", "9999999999/1"})
  void no_other_text_is_a_rate(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Rate.parse(text));
  }
}
