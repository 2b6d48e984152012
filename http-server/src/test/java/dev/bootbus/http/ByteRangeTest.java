package dev.bootbus.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {
  private static final long LENGTH = 10_000;

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "RFC 9110 14.1.2, the first 500 bytes    | bytes=0-499                | 0-499",
        "RFC 9110 14.1.2, the second 500 bytes   | bytes=500-999              | 500-999",
        "RFC 9110 14.1.2, the final 500 bytes    | bytes=-500                 | 9500-9999",
        "RFC 9110 14.1.2, the same, open         | bytes=9500-                | 9500-9999",
        "RFC 9110 14.1.2, first and last byte    | bytes=0-0,-1               | 0-0 9999-9999",
        "RFC 9110 14.1.2, middle, out of order   | bytes=600-700, 500-599     | 600-700 500-599",
        "RFC 9110 14.1.2, last past the end      | bytes=9990-20000           | 9990-9999",
        "RFC 9110 14.1.2, suffix longer than all | bytes=-20000               | 0-9999",
        "RFC 9110 14.1, unit in capitals         | BYTES=0-1                  | 0-1",
        "RFC 9110 5.6.1.2, empty list elements   | bytes=, 0-1 ,,             | 0-1",
        "one of two can be satisfied             | bytes=20000-,0-1           | 0-1",
        "first past the end                      | bytes=10000-               | ''",
        "suffix of nothing                       | bytes=-0                   | ''",
        "more digits than a long has             | bytes=99999999999999999999-| ''",
        "last of more digits                     | bytes=5-99999999999999999999| 5-9999",
      })
  void rangesAreTakenInTheirOrder(String name, String header, String expected) {
    assertThat(ByteRange.parse(header, LENGTH).map(ByteRangeTest::shown)).contains(expected);
  }

  private static String shown(List<ByteRange> ranges) {
    return ranges.stream().map(r -> r.first() + "-" + r.last()).collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes=",
        "bytes=,",
        "bytes=-",
        "bytes=a-b",
        "bytes=5",
        "bytes=5-4",
        "bytes=-5-6",
        "bytes=--5",
        "bytes=+1-2",
        "bytes=1-2,x",
        "bytes 0-1",
        "lines=0-1",
        "",
        "bytes=0-1,bytes=3-4",
        "bytes=0-5,5-9",
        "bytes=0-,0-",
        "bytes=0-0,0-1,0-2"
      })
  void malformedAndOverlappingRangesAreIgnored(String header) {
    assertThat(ByteRange.parse(header, LENGTH)).isEmpty();
  }

  @Test
  void manyRangesAreIgnored() {
    assertThat(ByteRange.parse(ranges(ByteRange.MAX_RANGES), LENGTH).orElseThrow()).hasSize(16);
    assertThat(ByteRange.parse(ranges(ByteRange.MAX_RANGES + 1), LENGTH)).isEmpty();
    assertThat(ByteRange.parse(ranges(100_000), LENGTH)).isEmpty();
  }

  private static String ranges(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> 2 * i + "-" + 2 * i)
        .collect(Collectors.joining(",", "bytes=", ""));
  }

  @Test
  void anEmptyFileHasNoRanges() {
    assertThat(ByteRange.parse("bytes=0-0", 0)).isEmpty();
    assertThat(ByteRange.parse("bytes=-1", 0)).isEmpty();
  }

  @Test
  void whateverIsAskedForTheRangesLieInTheFile() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String alphabet = "0123456789-,- ,9=b";
    for (int i = 0; i < 200_000; i++) {
      StringBuilder header = new StringBuilder("bytes=");
      random
          .ints(random.nextInt(24), 0, alphabet.length())
          .forEach(c -> header.append(alphabet.charAt(c)));
      long length = random.nextInt(200);
      Optional<List<ByteRange>> ranges = ByteRange.parse(header.toString(), length);
      assertThat(ranges.orElse(List.of()))
          .as("seed %d, %s of %d", seed, header, length)
          .hasSizeLessThanOrEqualTo(ByteRange.MAX_RANGES)
          .allMatch(r -> 0 <= r.first() && r.first() <= r.last() && r.last() < length);
    }
  }
}
