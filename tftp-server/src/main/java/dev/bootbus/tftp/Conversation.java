package dev.bootbus.tftp;

import dev.bootbus.tftp.BlockWindow.UnreadableException;
import dev.bootbus.tftp.Outcome.Ending;
import dev.bootbus.tftp.Outcome.Traffic;
import dev.bootbus.tftp.Sender.Action;
import dev.bootbus.tftp.wire.ErrorCode;
import dev.bootbus.tftp.wire.TftpPacket;
import dev.bootbus.tftp.wire.TftpPacket.Ack;
import dev.bootbus.tftp.wire.TftpPacket.Data;
import dev.bootbus.tftp.wire.TftpPacket.OptionAck;
import dev.bootbus.tftp.wire.TftpPacket.ReadRequest;
import dev.bootbus.tftp.wire.TftpPacket.WriteRequest;
import java.io.IOException;
import java.util.Optional;

/// The blocks and ACKs of one transfer: does what [Sender] decides, and tells it what was heard.
final class Conversation {
  private static final Action WAIT = new Action.Wait();

  private final TransferSocket socket;
  private final Negotiation agreed;
  private final BlockWindow window;
  private final Sender sender;
  private long resent;
  private volatile boolean begun;
  private volatile boolean stalled;

  Conversation(TransferSocket socket, BlockWindow window, Negotiation agreed, Sender sender) {
    this.socket = socket;
    this.agreed = agreed;
    this.window = window;
    this.sender = sender;
  }

  /// @param onBegin called before the first block is sent
  /// @throws IOException if the socket was closed
  Outcome run(Runnable onBegin) throws IOException {
    try {
      return exchange(onBegin);
    } catch (UnreadableException e) {
      String reason = "cannot read on: " + e.getMessage();
      socket.sendError(ErrorCode.NOT_DEFINED, reason);
      return new Outcome(Ending.READ_FAILED, reason, traffic());
    }
  }

  private Outcome exchange(Runnable onBegin) throws IOException, UnreadableException {
    Action action = sender.start();
    long deadline = 0;
    while (true) {
      switch (action) {
        case Action.SendOptionAck() -> socket.send(new OptionAck(agreed.accepted()).encode());
        case Action.Send(var first, var last) -> {
          if (!begun) {
            begun = true;
            onBegin.run();
          }
          send(first, last);
        }
        case Action.Wait() -> {}
        case Action.Done() -> {
          return new Outcome(Ending.SENT, "", traffic());
        }
        case Action.GiveUp() -> {
          return new Outcome(Ending.NO_ACK, whatWasMissed(), traffic());
        }
      }
      if (!action.equals(WAIT)) {
        deadline = System.nanoTime() + sender.patience().toNanos();
      }
      Optional<TftpPacket> heard = socket.listen(deadline);
      if (heard.isPresent() && heard.get() instanceof TftpPacket.Error(var code, var message)) {
        String detail = "error " + code.value() + ": " + message;
        return new Outcome(Ending.ABORTED_BY_CLIENT, detail, traffic());
      }
      action = heard.isPresent() ? reaction(heard.get()) : sender.silence();
      stalled = sender.isStalled();
    }
  }

  private void send(long first, long last) throws UnreadableException {
    for (long number = first; number <= last; number++) {
      boolean again = number <= window.blocks();
      if (!window.has(number)) {
        break;
      }
      socket.send(window.packet(number));
      resent += again ? 1 : 0;
    }
    if (window.hasEnded()) {
      sender.ended(window.blocks());
    }
  }

  private Action reaction(TftpPacket packet) {
    return switch (packet) {
      case Ack(var block) -> sender.acknowledged(block);
      case ReadRequest _, WriteRequest _, Data _, OptionAck _, TftpPacket.Error _ -> {
        socket.outOfPlace(packet);
        yield WAIT;
      }
    };
  }

  /// What an operator should know of a client that fell silent.
  private String whatWasMissed() {
    String missed = "no ACK after block " + sender.acked();
    if (!sender.isHeard()) {
      missed = "the client never answered; is there a firewall or NAT on the way?";
    } else if (sender.acked() == 0) {
      missed = "no ACK of block 1; is blksize " + agreed.blksize() + " too large for the way?";
    }
    return socket.trouble().isEmpty() ? missed : missed + " (" + socket.trouble() + ")";
  }

  Traffic traffic() {
    return new Traffic(window.bytes(), agreed.blksize(), agreed.windowsize(), resent);
  }

  /// Whether any block was sent.
  boolean hasBegun() {
    return begun;
  }

  boolean isStalled() {
    return stalled;
  }
}
