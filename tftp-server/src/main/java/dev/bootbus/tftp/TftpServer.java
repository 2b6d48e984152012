package dev.bootbus.tftp;

import dev.bootbus.content.ContentSource;
import dev.bootbus.tftp.Outcome.Ending;
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
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// The event loop: waits for packets, for what other threads have ready, and for deadlines, and
/// leaves each read to its [Transfer].
final class TftpServer implements AutoCloseable {
  /// @param maxTransfers under way at once
  /// @param maxPerPeer of these for one address
  /// @param maxRate requests of one address in a second; 0 for any number
  record Settings(
      Network.Settings network,
      Transfer.Terms terms,
      int maxTransfers,
      int maxPerPeer,
      int maxRate) {}

  private record Posted(Transfer transfer, Runnable task) {}

  /// RFC 1350 §1; RFC 1783 writes binary for octet in its example.
  private static final Set<String> MODES = Set.of("octet", "binary", "netascii");

  private static final Duration STOP_PATIENCE = Duration.ofSeconds(1);
  private static final Duration TROUBLE_PAUSE = Duration.ofMillis(100);

  /// Of 256 packets or more each.
  private static final int MAX_UNHEARD_TURNS = 64;

  private final Settings settings;
  private final Journal journal;
  private final Network network;
  private final InFlight inFlight;
  private final RateLimit rateLimit;
  private final Timers timers = new Timers();
  private final BlockSizes blockSizes = new BlockSizes();
  private final Transfer.Surroundings surroundings = new Loop();

  /// At most two of each transfer: its content was found, and more of it has arrived.
  private final Queue<Posted> posted = new ConcurrentLinkedQueue<>();

  private final CountDownLatch stopped = new CountDownLatch(1);
  private int unheardTurns;
  private volatile boolean serving;
  private volatile boolean draining;
  private volatile boolean closing;

  private TftpServer(Settings settings, Journal journal, Network network) {
    this.settings = settings;
    this.journal = journal;
    this.network = network;
    this.inFlight =
        new InFlight(
            settings.maxTransfers(), settings.maxPerPeer(), settings.network().singlePort());
    this.rateLimit =
        new RateLimit(settings.maxRate(), new SecureRandom().nextLong(), System.nanoTime());
  }

  /// @throws IOException if the port cannot be had
  static TftpServer bind(Settings settings, Journal journal) throws IOException {
    return new TftpServer(settings, journal, Network.open(settings.network()));
  }

  int port() {
    return network.port();
  }

  Network.Engine engine() {
    return network.engine();
  }

  /// Serves until [#close].
  void serve(ContentSource source) {
    serving = true;
    try (network) {
      while (!closing && !(draining && inFlight.size() == 0)) {
        turn(source);
      }
      inFlight.endAll(Ending.STOPPED, "the server was stopped");
    } finally {
      stopped.countDown();
    }
  }

  private void turn(ContentSource source) {
    boolean heardAll = true;
    try {
      heardAll =
          network.poll(
              timers.nanosLeft(System.nanoTime()), (packet, from) -> handle(packet, from, source));
    } catch (IOException e) {
      journal.trouble("cannot receive: " + e.getMessage());
      LockSupport.parkNanos(TROUBLE_PAUSE.toNanos());
    }
    for (Posted next = posted.poll(); next != null; next = posted.poll()) {
      try {
        next.task().run();
      } catch (RuntimeException e) {
        next.transfer().bug(e);
      }
    }
    // whose ACK waits to be read is not silent, though the server may have been late to look
    unheardTurns = heardAll ? 0 : unheardTurns + 1;
    if (heardAll || unheardTurns > MAX_UNHEARD_TURNS) {
      unheardTurns = 0;
      timers.fire(System.nanoTime());
    }
  }

  /// What transfers see of it.
  private final class Loop implements Transfer.Surroundings {
    @Override
    public Network network() {
      return network;
    }

    @Override
    public Timers timers() {
      return timers;
    }

    @Override
    public BlockSizes blockSizes() {
      return blockSizes;
    }

    @Override
    public void onLoop(Transfer transfer, Runnable task) {
      posted.add(new Posted(transfer, task));
      network.wake();
    }

    @Override
    public void over(Transfer transfer) {
      inFlight.leave(transfer);
    }
  }

  private void handle(ByteBuffer datagram, InetSocketAddress from, ContentSource source) {
    try {
      switch (TftpPacket.decode(datagram)) {
        case ReadRequest request -> read(request, from, source);
        case WriteRequest request ->
            refuse(
                DropReason.WRITE_REQUEST,
                journal.call(request.filename(), from),
                ErrorCode.ACCESS_VIOLATION,
                "this server is read only");
        case Data other -> inTransfer(other, from);
        case Ack other -> inTransfer(other, from);
        case OptionAck other -> inTransfer(other, from);
        case TftpPacket.Error other -> inTransfer(other, from);
      }
    } catch (MalformedPacketException e) {
      journal.dropped(DropReason.MALFORMED, from, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      journal.bug(datagram.rewind(), from, e);
    }
  }

  private void inTransfer(TftpPacket packet, InetSocketAddress from) {
    Transfer transfer = settings.network().singlePort() ? inFlight.of(from) : null;
    if (transfer == null) {
      journal.dropped(DropReason.OUT_OF_PLACE, from, "not a request");
      return;
    }
    try {
      transfer.heard(packet);
    } catch (RuntimeException e) {
      transfer.bug(e);
    }
  }

  private void read(ReadRequest request, InetSocketAddress from, ContentSource source) {
    if (!rateLimit.admits(from.getAddress(), System.nanoTime())) {
      // no answer: its address may be forged, to have many answers sent there
      journal.dropped(DropReason.TOO_MANY_REQUESTS, from, request.filename());
      return;
    }
    if (draining) {
      // no answer: the client asks again, and then another server may be there
      journal.dropped(DropReason.STOPPING, from, request.filename());
      return;
    }
    Call call = journal.call(request.filename(), from);
    if (!MODES.contains(request.mode().toLowerCase(Locale.ROOT))) {
      refuse(
          DropReason.UNSUPPORTED_MODE,
          call,
          ErrorCode.ILLEGAL_OPERATION,
          "only the modes octet and netascii are served");
      return;
    }
    Transfer transfer = new Transfer(request, call, settings.terms(), surroundings, journal);
    Optional<DropReason> refusal = inFlight.enter(transfer);
    if (refusal.isEmpty()) {
      transfer.start(source);
      return;
    }
    if (refusal.get() == DropReason.DUPLICATE_REQUEST) {
      journal.dropped(refusal.get(), from, request.filename());
      return;
    }
    refuse(refusal.get(), call, ErrorCode.NOT_DEFINED, "server busy");
  }

  private void refuse(DropReason reason, Call call, ErrorCode code, String message) {
    journal.refused(reason, call, message);
    network.answer(new TftpPacket.Error(code, message).encode(), call.peer());
  }

  /// Transfers under way.
  int inFlight() {
    return inFlight.size();
  }

  /// Why nobody is served.
  Optional<String> trouble() {
    return serving && stopped.getCount() > 0
        ? Optional.empty()
        : Optional.of("port " + settings.network().address().getPort() + " is not served");
  }

  /// Takes no more requests, and ends when the transfers under way have.
  ///
  /// @param left after which they are broken off
  void close(Duration left) {
    draining = true;
    network.wake();
    try {
      boolean _ = serving && stopped.await(left.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    close();
  }

  /// Takes no more requests and breaks off the transfers under way.
  @Override
  public void close() {
    closing = true;
    if (stopped.getCount() == 0) {
      return;
    }
    if (!serving) {
      network.close();
      return;
    }
    network.wake();
    try {
      boolean _ = stopped.await(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
