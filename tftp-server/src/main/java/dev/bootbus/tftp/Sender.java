package dev.bootbus.tftp;

import java.time.Duration;
import java.util.NavigableSet;
import java.util.TreeSet;

/// The sending side of one transfer, as a state machine: what was heard goes in, what to do comes
/// out.
///
/// It knows no bytes, no socket and no clock: `now` is what the caller's clock shows, in
/// nanoseconds. Blocks are counted from 1 without end; what that is on the wire [Rollover] knows.
/// Wherever it sends, the caller waits for [#patience] and then reports [#silence]; [Action.Wait]
/// does not prolong that. While it [#isIdle], nothing is waited for but more of the content.
final class Sender {

  /// What to do next.
  sealed interface Action {
    record SendOptionAck() implements Action {}

    /// Send these blocks, both included.
    record Send(long first, long last) implements Action {}

    /// Nothing: what was heard changes nothing.
    record Wait() implements Action {}

    /// The client has it all.
    record Done() implements Action {}

    /// The client was silent for too long.
    record GiveUp() implements Action {}
  }

  /// Until the client has acknowledged anything, its address may be a forged one; then nobody
  /// should be sent more than three packets for the one that asked.
  static final int MAX_RESENDS_UNHEARD = 2;

  private static final Action WAIT = new Action.Wait();
  private static final long NONE = -1;

  private final int windowsize;
  private final Rollover rollover;
  private final int maxResends;
  private final Patience unheardPatience;
  private final Patience agreedPatience;
  private final RoundTrip roundTrip = new RoundTrip();

  private boolean started;
  private boolean negotiating;
  private boolean heard;
  private int resends;
  private long acked;
  private long sent;
  private long supplied;
  private boolean whole;

  /// The block whose answer is timed, if any, and when it was sent.
  private long timed = NONE;

  private long timedSince;

  /// The block after which the window was last begun anew, and those that had been the last sent
  /// whenever it was; only what lies in the window counts.
  private long begunAfter;

  private final NavigableSet<Long> formerEnds = new TreeSet<>();

  /// @param patience until the client is heard for the first time
  /// @param maxResends of one window or OACK without any progress
  Sender(Negotiation agreed, Rollover rollover, Patience patience, int maxResends) {
    this.windowsize = agreed.windowsize();
    this.rollover = rollover;
    this.agreedPatience = agreed.patience();
    this.unheardPatience = patience;
    this.maxResends = maxResends;
    this.negotiating = !agreed.accepted().isEmpty();
  }

  Action start(long now) {
    started = true;
    if (!negotiating) {
      return onward(now);
    }
    time(0, now);
    return new Action.SendOptionAck();
  }

  /// More of the content can be sent now, or, before [#start], this much of it.
  ///
  /// @param blocks all that there are, from the first one on
  /// @param ended whether no more will come
  Action supplied(long blocks, boolean ended, long now) {
    supplied = blocks;
    whole = ended;
    return negotiating || !started ? WAIT : onward(now);
  }

  /// An ACK came.
  ///
  /// @param block its number as on the wire
  Action acknowledged(int block, long now) {
    if (negotiating) {
      return block == 0 ? progress(0, now) : WAIT;
    }
    long number = rollover.fromTheWire(block, acked);
    if (number == acked) {
      return repeated();
    }
    // a number from the future, or one from the past, which looks like one from a far future
    return number > sent ? WAIT : progress(number, now);
  }

  private Action progress(long number, long now) {
    if (timed != NONE && number >= timed) {
      roundTrip.measured(now - timedSince);
      timed = NONE;
    }
    negotiating = false;
    heard = true;
    resends = 0;
    acked = number;
    if (!formerEnds.isEmpty()) {
      formerEnds.headSet(acked).clear();
    }
    if (whole && acked == supplied) {
      return new Action.Done();
    }
    return acked == sent || isEcho() ? onward(now) : again();
  }

  /// In lock-step a repeated ACK must not cause a resend, or from then on every packet goes twice:
  /// the Sorcerer's Apprentice (RFC 1123 §4.2.3.1).
  private Action repeated() {
    return windowsize == 1 || acked == sent || isEcho() ? WAIT : again();
  }

  /// Whether an ACK out of sequence says nothing new.
  ///
  /// With windows it is how a client says that the block after it was lost, and the window begins
  /// anew there (RFC 7440 §4). But EDK2 says the same again for each later block, which it drops;
  /// and for each block that it gets twice, which it does until the former end of the window if
  /// nothing was lost after all. If the window began anew at these as well, one packet that the
  /// network repeats would make all later blocks go windowsize times.
  private boolean isEcho() {
    return formerEnds.contains(acked) || (acked == begunAfter && !formerEnds.isEmpty());
  }

  /// Nothing was heard for as long as [#patience] said.
  Action silence() {
    resends++;
    if (resends > (heard ? maxResends : Math.min(maxResends, MAX_RESENDS_UNHEARD))) {
      return new Action.GiveUp();
    }
    timed = NONE;
    if (negotiating) {
      formerEnds.add(0L);
      return new Action.SendOptionAck();
    }
    return again();
  }

  /// All of the window.
  private Action again() {
    timed = NONE;
    formerEnds.add(sent);
    begunAfter = acked;
    sent = Math.min(acked + windowsize, supplied);
    return new Action.Send(acked + 1, sent);
  }

  /// What has come into the window. A part of one is held back: the client would not answer it, and
  /// the wait for the rest would look like its silence.
  private Action onward(long now) {
    if (isStarved()) {
      return WAIT;
    }
    long first = sent + 1;
    long last = Math.min(acked + windowsize, supplied);
    if (last < first) {
      return WAIT;
    }
    sent = last;
    if (timed == NONE) {
      time(sent, now);
    }
    return new Action.Send(first, sent);
  }

  private void time(long block, long now) {
    timed = block;
    timedSince = now;
  }

  Duration patience() {
    if (!heard) {
      return unheardPatience.after(resends);
    }
    return agreedPatience.isConstant()
        ? agreedPatience.first()
        : roundTrip.patience(agreedPatience, resends);
  }

  /// Whether the client has all that there is so far, and more is to come.
  boolean isIdle() {
    return !negotiating && acked == sent;
  }

  /// Whether the window has room for more than there is.
  boolean isStarved() {
    return !negotiating && !whole && supplied < acked + windowsize;
  }

  /// Whether the client has answered at all.
  boolean isHeard() {
    return heard;
  }

  /// Whether a client that had answered does so no more.
  boolean isStalled() {
    return heard && resends > 0;
  }

  /// How often in a row nothing was heard.
  int resends() {
    return resends;
  }

  /// The highest block that the client has acknowledged.
  long acked() {
    return acked;
  }
}
