package dev.bootbus.tftp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.tftp.Negotiation.Limits;
import dev.bootbus.tftp.wire.Options;
import dev.bootbus.tftp.wire.Options.Option;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NegotiationTest {
  private static final Patience PATIENCE = Patience.growing(Duration.ofSeconds(1));
  private static final Limits LIMITS = new Limits(1468, 64, PATIENCE);
  private static final OptionalLong SIZE = OptionalLong.of(850528);

  @ParameterizedTest(name = "{0}: {1} -> {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1350: no options, lock-step with 512 bytes         | ''                                  | ''                               | 512   | 1
          EDK2 wants the size                                | tsize=0 blksize=1468 windowsize=4   | tsize=850528 blksize=1468 windowsize=4 | 1468 | 4
          EDK2 reads                                         | blksize=1468 windowsize=4           | blksize=1468 windowsize=4        | 1468  | 4
          iPXE                                               | blksize=1432 tsize=0                | blksize=1432 tsize=850528        | 1432  | 1
          U-Boot                                             | timeout=5 blksize=1468              | timeout=5 blksize=1468           | 1468  | 1
          2347: in the order asked                           | windowsize=2 tsize=0 blksize=8      | windowsize=2 tsize=850528 blksize=8 | 8  | 2
          2347: names are case insensitive                   | BLKSIZE=1024 TSize=0                | BLKSIZE=1024 TSize=850528        | 1024  | 1
          2347: only once, so the first counts               | blksize=512 blksize=1024 BlkSize=8  | blksize=512                      | 512   | 1
          2347: the first is no good, so there is none       | blksize=x blksize=1024              | ''                               | 512   | 1
          2347: unknown options are left out                 | utimeout=5 multicast= x=y           | ''                               | 512   | 1
          2347: among known ones too                         | rollover=1 blksize=9 multicast=     | blksize=9                        | 9     | 1
          2348: valid from 8                                 | blksize=8                           | blksize=8                        | 8     | 1
          2348: 7 is out of range                            | blksize=7                           | ''                               | 512   | 1
          2348: 0 is out of range                            | blksize=0                           | ''                               | 512   | 1
          2348: valid to 65464, the answer is not more       | blksize=65464                       | blksize=1468                     | 1468  | 1
          2348: 65465 is out of range                        | blksize=65465                       | ''                               | 512   | 1
          2348: decimal digits                               | blksize=abc                         | ''                               | 512   | 1
          2348: no sign                                      | blksize=-1                          | ''                               | 512   | 1
          2348: no sign at all                               | blksize=+512                        | ''                               | 512   | 1
          2348: no blanks                                    | blksize=_512                        | ''                               | 512   | 1
          2348: ASCII digits                                 | blksize=٥١٢                         | ''                               | 512   | 1
          2348: more digits than a long has                  | blksize=99999999999999999999999     | ''                               | 512   | 1
          2348: 11 digits                                    | blksize=99999999999                 | ''                               | 512   | 1
          2348: no value                                     | blksize=                            | ''                               | 512   | 1
          2348: leading zeros change nothing                 | blksize=01024                       | blksize=1024                     | 1024  | 1
          2349: timeout from 1                               | timeout=1                           | timeout=1                        | 512   | 1
          2349: timeout to 255                               | timeout=255                         | timeout=255                      | 512   | 1
          2349: timeout 0 is out of range                    | timeout=0                           | ''                               | 512   | 1
          2349: timeout 256 is out of range                  | timeout=256                         | ''                               | 512   | 1
          2349: tsize of a read is 0, but some send another  | tsize=77                            | tsize=850528                     | 512   | 1
          2349: tsize is a number                            | tsize=-1                            | ''                               | 512   | 1
          7440: windowsize from 1                            | windowsize=1                        | windowsize=1                     | 512   | 1
          7440: 0 is out of range                            | windowsize=0                        | ''                               | 512   | 1
          7440: valid to 65535, the answer is not more       | windowsize=65535                    | windowsize=64                    | 512   | 64
          7440: 65536 is out of range                        | windowsize=65536                    | ''                               | 512   | 1
          7440: a small wish is granted as it is             | windowsize=63                       | windowsize=63                    | 512   | 63
          """)
  void agreesOn(String why, String requested, String accepted, int blksize, int windowsize) {
    Negotiation agreed = Negotiation.of(options(requested), SIZE, LIMITS);

    assertThat(text(agreed.accepted())).isEqualTo(accepted);
    assertThat(agreed.blksize()).isEqualTo(blksize);
    assertThat(agreed.windowsize()).isEqualTo(windowsize);
  }

  @Test
  void tsizeIsLeftOutWhereTheSizeIsUnknown() {
    Negotiation agreed = Negotiation.of(options("tsize=0 blksize=9"), OptionalLong.empty(), LIMITS);

    assertThat(text(agreed.accepted())).isEqualTo("blksize=9");
  }

  @Test
  void theSizeOfAnEmptyFileIsKnown() {
    Negotiation agreed = Negotiation.of(options("tsize=0"), OptionalLong.of(0), LIMITS);

    assertThat(text(agreed.accepted())).isEqualTo("tsize=0");
  }

  @Test
  void theClientsTimeoutTakesThePlaceOfTheServersPatience() {
    Negotiation without = Negotiation.of(Options.NONE, SIZE, LIMITS);
    Negotiation with = Negotiation.of(options("timeout=5"), SIZE, LIMITS);

    assertThat(without.patience()).isEqualTo(PATIENCE);
    assertThat(with.patience().after(0)).isEqualTo(Duration.ofSeconds(5));
    assertThat(with.patience().after(4)).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void patienceDoublesUpToEightfold() {
    assertThat(List.of(0, 1, 2, 3, 4, 100))
        .extracting(resends -> PATIENCE.after(resends).toSeconds())
        .containsExactly(1L, 2L, 4L, 8L, 8L, 8L);
  }

  private static Options options(String text) {
    return new Options(
        Arrays.stream(text.split(" "))
            .filter(pair -> !pair.isEmpty())
            .map(pair -> pair.replace('_', ' ').split("=", 2))
            .map(pair -> new Option(pair[0], pair[1]))
            .toList());
  }

  private static String text(Options options) {
    return options.list().stream()
        .map(option -> option.name() + "=" + option.value())
        .collect(Collectors.joining(" "));
  }
}
