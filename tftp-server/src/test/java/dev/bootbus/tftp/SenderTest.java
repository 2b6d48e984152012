package dev.bootbus.tftp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.tftp.Sender.Action;
import dev.bootbus.tftp.wire.Options;
import dev.bootbus.tftp.wire.Options.Option;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SenderTest {
  private static final Patience OWN = Patience.growing(Duration.ofSeconds(1));
  private static final long NOW = 12_345;
  private static final long ENDLESS = 1L << 40;
  private static final Action OACK = new Action.SendOptionAck();
  private static final Action WAIT = new Action.Wait();
  private static final Action DONE = new Action.Done();
  private static final Action GIVE_UP = new Action.GiveUp();

  private static Action blocks(long first, long last) {
    return new Action.Send(first, last);
  }

  private static Sender lockStep() {
    return supplied(new Negotiation(512, 1, OWN, Options.NONE), Rollover.TO_0);
  }

  private static Sender supplied(Negotiation agreed, Rollover rollover) {
    Sender sender = new Sender(agreed, rollover, OWN, 5);
    sender.supplied(ENDLESS, false, NOW);
    return sender;
  }

  private static Sender windowed(int windowsize) {
    return windowed(windowsize, OWN);
  }

  private static Sender windowed(int windowsize, Patience agreed) {
    Options accepted = new Options(List.of(new Option("windowsize", "" + windowsize)));
    return supplied(new Negotiation(512, windowsize, agreed, accepted), Rollover.TO_0);
  }

  /// One whose options the client has accepted, with the first window under way.
  private static Sender running(int windowsize) {
    Sender sender = windowed(windowsize);
    sender.start(NOW);
    sender.acknowledged(0, NOW);
    return sender;
  }

  @Test
  void rfc1350_withoutOptionsTheFirstBlockAnswersTheRequest() {
    Sender sender = lockStep();

    assertThat(sender.start(NOW)).isEqualTo(blocks(1, 1));
    assertThat(sender.acknowledged(1, NOW)).isEqualTo(blocks(2, 2));
  }

  @Test
  void rfc2347_optionsAreAnsweredAndTheClientAcknowledgesThemWithBlock0() {
    Sender sender = windowed(4);

    assertThat(sender.start(NOW)).isEqualTo(OACK);
    assertThat(sender.acknowledged(1, NOW)).isEqualTo(WAIT);
    assertThat(sender.acknowledged(0, NOW)).isEqualTo(blocks(1, 4));
  }

  @Test
  void rfc1350_6_theAckOfTheLastBlockEndsTheTransfer() {
    Sender sender = lockStep();
    sender.supplied(1, true, NOW);
    sender.start(NOW);

    assertThat(sender.acknowledged(1, NOW)).isEqualTo(DONE);
  }

  @Test
  void rfc7440_4_aWindowIsSentForEachAckOfTheOneBefore() {
    Sender sender = windowed(4);
    sender.supplied(10, true, NOW);
    sender.start(NOW);
    sender.acknowledged(0, NOW);

    assertThat(sender.acknowledged(4, NOW)).isEqualTo(blocks(5, 8));
    assertThat(sender.acknowledged(8, NOW)).isEqualTo(blocks(9, 10));
    assertThat(sender.acknowledged(12, NOW)).isEqualTo(WAIT);
    assertThat(sender.acknowledged(10, NOW)).isEqualTo(DONE);
  }

  @Test
  void rfc7440_4_anAckInsideTheWindowMovesItsBeginning() {
    Sender sender = running(4);

    assertThat(sender.acknowledged(2, NOW)).isEqualTo(blocks(3, 6));
    assertThat(sender.acknowledged(6, NOW)).isEqualTo(blocks(7, 10));
  }

  @Test
  void rfc7440_4_aRepeatedAckSaysThatTheFirstBlockOfTheWindowWasLost() {
    Sender sender = running(4);

    assertThat(sender.acknowledged(4, NOW)).isEqualTo(blocks(5, 8));
    assertThat(sender.acknowledged(4, NOW)).isEqualTo(blocks(5, 8));
  }

  @Test
  void rfc7440_4_theSameForTheFirstWindow() {
    Sender sender = running(4);

    assertThat(sender.acknowledged(0, NOW)).isEqualTo(blocks(1, 4));
  }

  @Test
  void edk2RepeatsTheAckForEachBlockAfterTheLostOneWhichRestartsTheWindowOnce() {
    Sender sender = running(4);
    sender.acknowledged(4, NOW);

    assertThat(sender.acknowledged(4, NOW)).isEqualTo(blocks(5, 8));
    assertThat(sender.acknowledged(4, NOW)).isEqualTo(WAIT);
    assertThat(sender.acknowledged(4, NOW)).isEqualTo(WAIT);
  }

  @Test
  void edk2RepeatsAnAckInsideTheWindowTooWhichMovesItOnce() {
    Sender sender = running(4);

    assertThat(sender.acknowledged(1, NOW)).isEqualTo(blocks(2, 5));
    assertThat(sender.acknowledged(1, NOW)).isEqualTo(WAIT);
    assertThat(sender.acknowledged(1, NOW)).isEqualTo(WAIT);
  }

  @Test
  void anotherLossInAWindowThatBeganAnewBeginsItAnewAgain() {
    Sender sender = running(8);
    assertThat(sender.acknowledged(1, NOW)).as("2 is lost").isEqualTo(blocks(2, 9));

    assertThat(sender.acknowledged(4, NOW)).as("5 is lost").isEqualTo(blocks(5, 12));
    assertThat(sender.acknowledged(4, NOW)).as("as said for 7, too").isEqualTo(WAIT);
    assertThat(sender.acknowledged(12, NOW)).isEqualTo(blocks(13, 20));
  }

  @Test
  void aPacketRepeatedByTheNetworkHasNoLastingConsequence() {
    Sender sender = running(4);
    assertThat(sender.acknowledged(2, NOW)).as("2 came twice").isEqualTo(blocks(3, 6));

    assertThat(sender.acknowledged(4, NOW)).as("so 3 came twice").isEqualTo(blocks(7, 8));
    assertThat(sender.acknowledged(4, NOW)).as("and 4").isEqualTo(WAIT);
    assertThat(sender.acknowledged(8, NOW)).isEqualTo(blocks(9, 12));
  }

  @Test
  void acksRepeatedBecauseAWindowWentTwiceCauseNoFurtherResend() {
    Sender sender = running(4);
    assertThat(sender.silence()).isEqualTo(blocks(1, 4));

    assertThat(sender.acknowledged(4, NOW)).isEqualTo(blocks(5, 8));
    assertThat(sender.acknowledged(4, NOW)).isEqualTo(WAIT);
    assertThat(sender.acknowledged(8, NOW)).isEqualTo(blocks(9, 12));
    assertThat(sender.acknowledged(8, NOW)).as("clean again").isEqualTo(blocks(9, 12));
  }

  @Test
  void anAckRepeatedBecauseTheOptionsWentTwiceCausesNoResend() {
    Sender sender = windowed(4);
    sender.start(NOW);
    assertThat(sender.silence()).isEqualTo(OACK);

    assertThat(sender.acknowledged(0, NOW)).isEqualTo(blocks(1, 4));
    assertThat(sender.acknowledged(0, NOW)).isEqualTo(WAIT);
  }

  @Test
  void rfc1123_4_2_3_1_inLockStepARepeatedAckNeverCausesAResend() {
    Sender sender = lockStep();
    sender.start(NOW);
    sender.acknowledged(1, NOW);

    for (int i = 0; i < 100; i++) {
      assertThat(sender.acknowledged(1, NOW)).isEqualTo(WAIT);
    }
    assertThat(sender.acknowledged(2, NOW)).isEqualTo(blocks(3, 3));
  }

  @Test
  void rfc7440_4_aWindowOf1IsLockStep() {
    Sender sender = running(1);
    sender.acknowledged(1, NOW);

    assertThat(sender.acknowledged(1, NOW)).isEqualTo(WAIT);
    assertThat(sender.acknowledged(0, NOW)).isEqualTo(WAIT);
  }

  @Test
  void acksOfThePastAndOfTheFutureAreIgnored() {
    Sender sender = running(4);
    sender.acknowledged(4, NOW);
    sender.acknowledged(8, NOW);

    for (int block : new int[] {0, 1, 4, 7, 13, 14, 1000, 40000, 65535}) {
      assertThat(sender.acknowledged(block, NOW)).as("ACK %d", block).isEqualTo(WAIT);
    }
  }

  @Test
  void afterBlock65535ComesBlock0() {
    Sender sender = lockStep();
    sender.start(NOW);
    for (int block = 1; block <= 65535; block++) {
      sender.acknowledged(block, NOW);
    }

    assertThat(sender.acknowledged(65535, NOW)).isEqualTo(WAIT);
    assertThat(sender.acknowledged(0, NOW)).isEqualTo(blocks(65537, 65537));
    assertThat(sender.acknowledged(0, NOW)).isEqualTo(WAIT);
    assertThat(sender.acknowledged(1, NOW)).isEqualTo(blocks(65538, 65538));
  }

  @Test
  void aWindowMayLieAcrossTheRollover() {
    Sender sender = running(8);
    for (int block = 8; block <= 65528; block += 8) {
      sender.acknowledged(block, NOW);
    }
    assertThat(sender.acknowledged(65533, NOW)).isEqualTo(blocks(65534, 65541));
    assertThat(sender.acknowledged(5, NOW)).isEqualTo(blocks(65542, 65549));
  }

  @Test
  void silenceSendsTheWindowAgainAndGivesUpAfterTheRetries() {
    Sender sender = running(4);
    sender.acknowledged(4, NOW);

    for (int i = 0; i < 5; i++) {
      assertThat(sender.silence()).isEqualTo(blocks(5, 8));
      assertThat(sender.isStalled()).isTrue();
    }
    assertThat(sender.silence()).isEqualTo(GIVE_UP);
  }

  @Test
  void progressBeginsTheCountAnew() {
    Sender sender = running(4);
    for (int i = 0; i < 5; i++) {
      sender.silence();
    }

    assertThat(sender.acknowledged(2, NOW)).isEqualTo(blocks(3, 6));
    assertThat(sender.isStalled()).isFalse();
    assertThat(sender.patience()).isEqualTo(RoundTrip.SHORTEST);
    assertThat(sender.silence()).isEqualTo(blocks(3, 6));
  }

  @Test
  void rfc1123_4_2_3_2_theWaitGrowsExponentially() {
    Sender sender = running(4);
    Duration all = Duration.ZERO;
    do {
      all = all.plus(sender.patience());
    } while (!sender.silence().equals(GIVE_UP));

    assertThat(all).isEqualTo(RoundTrip.SHORTEST.plusSeconds(1 + 2 + 4 + 8 + 8));
  }

  @Test
  void rfc6298_theWaitFollowsTheRoundTrip() {
    Sender sender = windowed(4);
    long now = 0;
    sender.start(now);
    sender.acknowledged(0, now += 400_000_000);
    assertThat(sender.patience()).as("R + 4 * R/2").isEqualTo(Duration.ofMillis(1200));
    for (int block = 4; block <= 400; block += 4) {
      sender.acknowledged(block, now += 400_000_000);
    }

    assertThat(sender.patience()).isBetween(Duration.ofMillis(400), Duration.ofMillis(401));
    sender.silence();
    assertThat(sender.patience()).as("as without").isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void rfc6298_3_anAnswerToWhatWasSentTwiceIsNotTimed() {
    Sender sender = running(4);
    Duration before = sender.patience();
    sender.silence();

    sender.acknowledged(4, NOW + 5_000_000_000L);

    assertThat(sender.patience()).isEqualTo(before);
  }

  @Test
  void aStreamIsSentInWholeWindowsAndItsEndAsItIs() {
    Sender sender = windowed(4);
    sender.supplied(0, false, NOW);
    sender.start(NOW);
    assertThat(sender.acknowledged(0, NOW)).isEqualTo(WAIT);
    assertThat(sender.isIdle()).isTrue();

    assertThat(sender.supplied(3, false, NOW)).isEqualTo(WAIT);
    assertThat(sender.supplied(5, false, NOW)).isEqualTo(blocks(1, 4));
    assertThat(sender.isIdle()).isFalse();
    assertThat(sender.acknowledged(4, NOW)).isEqualTo(WAIT);
    assertThat(sender.acknowledged(4, NOW)).as("nothing is on the way").isEqualTo(WAIT);
    assertThat(sender.supplied(6, true, NOW)).isEqualTo(blocks(5, 6));
    assertThat(sender.acknowledged(6, NOW)).isEqualTo(DONE);
  }

  @Test
  void aStreamThatBreaksOffIsMissedOnceAllBeforeIsAcknowledged() {
    Sender sender = lockStep();
    sender.supplied(1, false, NOW);
    sender.start(NOW);
    assertThat(sender.isStarved()).isFalse();

    sender.acknowledged(1, NOW);

    assertThat(sender.isStarved()).isTrue();
  }

  @Test
  void byOptionBlock1ComesAfterBlock65535() {
    Sender sender = supplied(new Negotiation(512, 1, OWN, Options.NONE), Rollover.TO_1);
    sender.start(NOW);
    for (int block = 1; block <= 65535; block++) {
      sender.acknowledged(block, NOW);
    }

    assertThat(sender.acknowledged(0, NOW)).isEqualTo(WAIT);
    assertThat(sender.acknowledged(65535, NOW)).isEqualTo(WAIT);
    assertThat(sender.acknowledged(1, NOW)).isEqualTo(blocks(65537, 65537));
  }

  @Test
  void whoWasNeverHeardGetsThreePacketsAtMost() {
    for (Sender sender : List.of(lockStep(), windowed(64))) {
      Action first = sender.start(NOW);

      assertThat(sender.silence()).isEqualTo(first);
      assertThat(sender.silence()).isEqualTo(first);
      assertThat(sender.silence()).isEqualTo(GIVE_UP);
      assertThat(sender.isHeard()).isFalse();
    }
  }

  @Test
  void rfc2349_theTimeoutOfTheClientCountsOnceItHasAcceptedTheOptions() {
    Sender sender = windowed(4, Patience.constant(Duration.ofSeconds(200)));
    sender.start(NOW);
    assertThat(sender.patience()).isEqualTo(Duration.ofSeconds(1));
    sender.silence();
    assertThat(sender.patience()).isEqualTo(Duration.ofSeconds(2));

    sender.acknowledged(0, NOW);

    assertThat(sender.patience()).isEqualTo(Duration.ofSeconds(200));
    sender.silence();
    assertThat(sender.patience()).isEqualTo(Duration.ofSeconds(200));
  }
}
