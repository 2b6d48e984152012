package dev.bootbus.tftp;

import java.time.Duration;
import java.util.NavigableSet;
import java.util.TreeSet;

/// The sending side of one transfer, as a state machine: what was heard goes in, what to do comes
/// out.
///
/// It knows no bytes, no socket and no clock. Blocks are counted from 1 without end; on the wire
/// the number is taken modulo 65536, so after 65535 comes 0. Wherever it sends, the caller waits
/// for [#patience] and then reports [#silence]; [Action.Wait] does not prolong that.
final class Sender {

  /// What to do next.
  sealed interface Action {
    record SendOptionAck() implements Action {}

    /// Send these blocks, both included, or none if the last is lower than the first. If the
    /// content ends with one of them, call [Sender#ended].
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

  private final int windowsize;
  private final int maxResends;
  private final Patience unheardPatience;
  private final Patience agreedPatience;

  private boolean negotiating;
  private boolean heard;
  private int resends;
  private long acked;
  private long sent;
  private long last = Long.MAX_VALUE;

  /// The block after which the window was last begun anew, and those that had been the last sent
  /// whenever it was; only what lies in the window counts.
  private long begunAfter;

  private final NavigableSet<Long> formerEnds = new TreeSet<>();

  /// @param patience until the client is heard for the first time
  /// @param maxResends of one window or OACK without any progress
  Sender(Negotiation agreed, Patience patience, int maxResends) {
    this.windowsize = agreed.windowsize();
    this.agreedPatience = agreed.patience();
    this.unheardPatience = patience;
    this.maxResends = maxResends;
    this.negotiating = !agreed.accepted().isEmpty();
  }

  Action start() {
    return negotiating ? new Action.SendOptionAck() : onward();
  }

  /// An ACK came.
  ///
  /// @param block its number as on the wire
  Action acknowledged(int block) {
    if (negotiating) {
      return block == 0 ? progress(0) : WAIT;
    }
    long number = acked + ((block - acked) & 0xFFFF);
    if (number == acked) {
      return repeated();
    }
    // a number from the future, or one from the past, which looks like one from a far future
    return number > sent ? WAIT : progress(number);
  }

  private Action progress(long number) {
    negotiating = false;
    heard = true;
    resends = 0;
    acked = number;
    formerEnds.headSet(acked).clear();
    if (acked == last) {
      return new Action.Done();
    }
    return acked == sent || isEcho() ? onward() : again();
  }

  /// In lock-step a repeated ACK must not cause a resend, or from then on every packet goes twice:
  /// the Sorcerer's Apprentice (RFC 1123 §4.2.3.1).
  private Action repeated() {
    return windowsize == 1 || isEcho() ? WAIT : again();
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
    if (negotiating) {
      formerEnds.add(0L);
      return new Action.SendOptionAck();
    }
    return again();
  }

  /// All of the window.
  private Action again() {
    formerEnds.add(sent);
    begunAfter = acked;
    sent = Math.min(acked + windowsize, last);
    return new Action.Send(acked + 1, sent);
  }

  /// What has come into the window.
  private Action onward() {
    long first = sent + 1;
    sent = Math.min(acked + windowsize, last);
    return new Action.Send(first, sent);
  }

  /// The content turned out to end with this block, which was sent.
  void ended(long lastBlock) {
    last = lastBlock;
    sent = Math.min(sent, last);
  }

  Duration patience() {
    return (heard ? agreedPatience : unheardPatience).after(resends);
  }

  /// Whether the client has answered at all.
  boolean isHeard() {
    return heard;
  }

  /// Whether a client that had answered does so no more.
  boolean isStalled() {
    return heard && resends > 0;
  }

  /// The highest block that the client has acknowledged.
  long acked() {
    return acked;
  }
}
