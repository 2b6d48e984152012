package dev.bootbus.probe.fetch;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import dev.bootbus.tftp.wire.ErrorCode;
import dev.bootbus.tftp.wire.MalformedPacketException;
import dev.bootbus.tftp.wire.TftpPacket;
import java.nio.ByteBuffer;
import java.util.Optional;

/// The receiving end of one transfer (RFC 1350, RFC 7440), without socket or clock: says what to
/// do about each packet of the server.
final class Receiving {
  /// What to do.
  sealed interface Step {
    /// A repeated, late or unreadable packet.
    record Ignore() implements Step {}

    record Reply(TftpPacket packet) implements Step {}

    /// The next piece of the file.
    record Take(ByteBuffer payload, Optional<TftpPacket> reply, boolean last) implements Step {}

    /// The size was asked for alone, and is known now, or never will be.
    record Sized(TftpPacket reply) implements Step {}

    /// No client can go on.
    record Stop(Optional<TftpPacket> reply, Finding finding) implements Step {}
  }

  private static final Step IGNORE = new Step.Ignore();

  private final TftpProfile asked;
  private final TftpPacket request;
  private final boolean sizeOnly;

  private Optional<Agreed> agreed = Optional.empty();
  private long blocks;
  private long bytes;
  private int expected = 1;
  private int unacknowledged;
  private int repeats;
  private int unreadable;
  private int zeroMissed;
  private boolean rolledToOne;

  /// A repetition is answered once between two timeouts: with a server that answers each repeated
  /// ACK, answering all would double the traffic for the rest of the file (RFC 1123 §4.2.3.1).
  private boolean answeredRepeat;

  Receiving(String filename, TftpProfile asked, boolean sizeOnly) {
    this.asked = asked;
    this.sizeOnly = sizeOnly;
    this.request = new TftpPacket.ReadRequest(filename, "octet", asked.options());
  }

  /// What is sent first, and whenever nothing came for a while.
  TftpPacket again() {
    answeredRepeat = false;
    if (agreed.isEmpty()) {
      return request;
    }
    unacknowledged = 0;
    return new TftpPacket.Ack(last());
  }

  Optional<Agreed> agreed() {
    return agreed;
  }

  /// Grows with each packet that the transfer was waiting for.
  long progress() {
    return blocks + (agreed.isPresent() ? 1 : 0);
  }

  /// Blocks taken.
  long blocks() {
    return blocks;
  }

  long bytes() {
    return bytes;
  }

  /// How often the server sent again what was acknowledged already.
  int repeats() {
    return repeats;
  }

  int unreadable() {
    return unreadable;
  }

  /// Whether the block after 65535 was number 1, not 0.
  boolean rolledToOne() {
    return rolledToOne;
  }

  private int last() {
    if (expected == 0 || rolledToOne && expected == 1 && blocks > 0) {
      return 0xFFFF;
    }
    return expected - 1;
  }

  Step packet(ByteBuffer datagram) {
    TftpPacket packet;
    try {
      packet = TftpPacket.decode(datagram);
    } catch (MalformedPacketException e) {
      unreadable++;
      return IGNORE;
    }
    return switch (packet) {
      case TftpPacket.Data(var block, var payload) -> data(block, payload);
      case TftpPacket.OptionAck(var options) -> optionAck(new TftpPacket.OptionAck(options));
      case TftpPacket.Error(var code, var message) ->
          new Step.Stop(Optional.empty(), refusal(code, message));
      case TftpPacket.ReadRequest _, TftpPacket.WriteRequest _, TftpPacket.Ack _ -> {
        unreadable++;
        yield IGNORE;
      }
    };
  }

  private Step optionAck(TftpPacket.OptionAck oack) {
    if (agreed.isPresent()) {
      return blocks == 0 && agreed.get().oack() ? repeat() : IGNORE;
    }
    try {
      agreed = Optional.of(Agreed.of(asked, oack.options()));
    } catch (Agreed.Refused e) {
      return stop(ErrorCode.OPTIONS_REFUSED, Cause.TFTP_OPTIONS_WRONG, e.getMessage());
    }
    if (sizeOnly) {
      // as edk2 does
      return new Step.Sized(
          new TftpPacket.Error(ErrorCode.OPTIONS_REFUSED, "User aborted the transfer"));
    }
    return new Step.Reply(new TftpPacket.Ack(0));
  }

  private Step data(int block, ByteBuffer payload) {
    if (agreed.isEmpty()) {
      if (block != 1) {
        unreadable++;
        return IGNORE;
      }
      agreed = Optional.of(Agreed.PLAIN);
      if (sizeOnly) {
        return new Step.Sized(new TftpPacket.Error(ErrorCode.NOT_DEFINED, "wanted the size only"));
      }
    }
    if (payload.remaining() > agreed.get().blksize()) {
      return stop(
          ErrorCode.ILLEGAL_OPERATION,
          Cause.TFTP_PACKET_WRONG,
          "block %d has %d bytes, %d were agreed on"
              .formatted(block, payload.remaining(), agreed.get().blksize()));
    }
    int ahead = block - expected & 0xFFFF;
    if (ahead == 1 && expected == 0 && (agreed.get().windowsize() == 1 || ++zeroMissed > 1)) {
      rolledToOne = true;
      ahead = 0;
    }
    if (ahead == 0) {
      return take(block, payload);
    }
    if (ahead > 0x8000) {
      return block == last() && blocks > 0 ? repeat() : IGNORE;
    }
    // RFC 7440 §4: a block is missing, the window begins anew after the last one in order
    return gap();
  }

  private Step take(int block, ByteBuffer payload) {
    blocks++;
    bytes += payload.remaining();
    expected = block + 1 & 0xFFFF;
    answeredRepeat = false;
    unacknowledged++;
    boolean last = payload.remaining() < agreed.orElseThrow().blksize();
    if (last || unacknowledged >= agreed.get().windowsize()) {
      unacknowledged = 0;
      return new Step.Take(payload, Optional.of(new TftpPacket.Ack(block)), last);
    }
    return new Step.Take(payload, Optional.empty(), false);
  }

  private Step repeat() {
    repeats++;
    return answerOnce();
  }

  private Step gap() {
    return answerOnce();
  }

  private Step answerOnce() {
    if (answeredRepeat) {
      return IGNORE;
    }
    answeredRepeat = true;
    unacknowledged = 0;
    return new Step.Reply(new TftpPacket.Ack(last()));
  }

  private static Step stop(ErrorCode code, Cause cause, String detail) {
    return new Step.Stop(
        Optional.of(new TftpPacket.Error(code, detail)), new Finding(cause, detail));
  }

  private Finding refusal(ErrorCode code, String message) {
    Cause cause =
        switch (code.value()) {
          case 1 -> Cause.TFTP_FILE_NOT_FOUND;
          case 2 -> Cause.TFTP_ACCESS_DENIED;
          case 8 -> Cause.TFTP_OPTIONS_REFUSED;
          default -> Cause.TFTP_REFUSED;
        };
    String text = "ERROR %d \"%s\"".formatted(code.value(), Words.printable(message));
    return new Finding(cause, blocks == 0 ? text : text + " after %d bytes".formatted(bytes));
  }
}
