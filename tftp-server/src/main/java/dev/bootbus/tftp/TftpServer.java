package dev.bootbus.tftp;

import dev.bootbus.content.ContentSource;
import dev.bootbus.tftp.wire.ErrorCode;
import dev.bootbus.tftp.wire.MalformedPacketException;
import dev.bootbus.tftp.wire.TftpPacket;
import dev.bootbus.tftp.wire.TftpPacket.Ack;
import dev.bootbus.tftp.wire.TftpPacket.Data;
import dev.bootbus.tftp.wire.TftpPacket.OptionAck;
import dev.bootbus.tftp.wire.TftpPacket.ReadRequest;
import dev.bootbus.tftp.wire.TftpPacket.WriteRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/// The port for requests: receives, decodes, admits, and leaves each read to a [Transfer].
final class TftpServer implements AutoCloseable {
  /// @param address where requests come in; port 0 takes any free port
  /// @param maxTransfers under way at once
  /// @param maxPerPeer of these for one address
  record Settings(
      InetSocketAddress address, Transfer.Terms terms, int maxTransfers, int maxPerPeer) {}

  /// One more than a request may have, so that a longer one is noticed.
  private static final int BUFFER = TftpPacket.MAX_REQUEST + 1;

  /// Room for the first requests of a rack that is switched on at once; the kernel may give less.
  private static final int RECEIVE_BUFFER = 1 << 20;

  private static final Set<String> MODES = Set.of("octet", "netascii");
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(1);
  private static final Duration TROUBLE_PAUSE = Duration.ofMillis(100);

  private final Settings settings;
  private final Journal journal;
  private final DatagramChannel channel;
  private final InFlight inFlight;

  private TftpServer(Settings settings, Journal journal, DatagramChannel channel) {
    this.settings = settings;
    this.journal = journal;
    this.channel = channel;
    this.inFlight = new InFlight(settings.maxTransfers(), settings.maxPerPeer());
  }

  /// @throws IOException if the port cannot be had
  static TftpServer bind(Settings settings, Journal journal) throws IOException {
    DatagramChannel channel = TransferSocket.bound(settings.address());
    channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
    return new TftpServer(settings, journal, channel);
  }

  int port() throws IOException {
    return ((InetSocketAddress) channel.getLocalAddress()).getPort();
  }

  /// Serves until [#close].
  void serve(ContentSource source) {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    while (channel.isOpen()) {
      try {
        InetSocketAddress from = (InetSocketAddress) channel.receive(buffer.clear());
        handle(buffer.flip(), from, source);
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        journal.trouble("cannot receive: " + e.getMessage());
        LockSupport.parkNanos(TROUBLE_PAUSE.toNanos());
      }
    }
  }

  private void handle(ByteBuffer datagram, InetSocketAddress from, ContentSource source) {
    try {
      switch (TftpPacket.decode(datagram)) {
        case ReadRequest request -> read(request, from, source);
        case WriteRequest request ->
            refuse(
                DropReason.WRITE_REQUEST,
                Call.of(request.filename(), from),
                ErrorCode.ACCESS_VIOLATION,
                "this server is read only");
        case Data _, Ack _, OptionAck _, TftpPacket.Error _ ->
            journal.dropped(DropReason.OUT_OF_PLACE, from, "not a request");
      }
    } catch (MalformedPacketException e) {
      journal.dropped(DropReason.MALFORMED, from, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      journal.bug(datagram.rewind(), from, e);
    }
  }

  private void read(ReadRequest request, InetSocketAddress from, ContentSource source) {
    Call call = Call.of(request.filename(), from);
    if (!MODES.contains(request.mode().toLowerCase(Locale.ROOT))) {
      refuse(
          DropReason.UNSUPPORTED_MODE,
          call,
          ErrorCode.ILLEGAL_OPERATION,
          "only the modes octet and netascii are served");
      return;
    }
    Transfer transfer = new Transfer(request, call, settings.terms(), source, journal);
    Optional<DropReason> refusal = inFlight.enter(transfer);
    if (refusal.isEmpty()) {
      Thread.ofVirtual().name("transfer " + LogText.of(from)).start(() -> run(transfer));
      return;
    }
    if (refusal.get() == DropReason.DUPLICATE_REQUEST) {
      journal.dropped(refusal.get(), from, request.filename());
      return;
    }
    refuse(refusal.get(), call, ErrorCode.NOT_DEFINED, "server busy");
  }

  private void run(Transfer transfer) {
    try {
      transfer.run();
    } finally {
      inFlight.leave(transfer);
    }
  }

  private void refuse(DropReason reason, Call call, ErrorCode code, String message) {
    journal.refused(reason, call, message);
    try {
      channel.send(new TftpPacket.Error(code, message).encode(), call.peer());
    } catch (IOException e) {
      // to the client it is one more packet lost
    }
  }

  /// Transfers under way.
  int inFlight() {
    return inFlight.size();
  }

  /// Takes no more requests and breaks off the transfers under way.
  @Override
  public void close() throws IOException {
    channel.close();
    inFlight.cancelAll(STOP_PATIENCE);
  }
}
