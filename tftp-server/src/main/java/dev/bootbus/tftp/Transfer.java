package dev.bootbus.tftp;

import dev.bootbus.content.Asker;
import dev.bootbus.content.BootPath;
import dev.bootbus.content.Content;
import dev.bootbus.content.ContentSource;
import dev.bootbus.content.ContentSource.Answer;
import dev.bootbus.runtime.LogText;
import dev.bootbus.schema.FileRequest;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.tftp.Bytes.UnreadableException;
import dev.bootbus.tftp.Network.Port;
import dev.bootbus.tftp.Outcome.Ending;
import dev.bootbus.tftp.Outcome.Traffic;
import dev.bootbus.tftp.Sender.Action;
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
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// One read, from the request to the last ACK: does what [Sender] decides, and tells it what was
/// heard. All of it happens on the event loop, but for the search for the content, which may take a
/// while and has a thread of its own.
final class Transfer extends Timers.Timed implements Port.Listener {
  /// What is the same for every transfer.
  ///
  /// @param maxResends of one window without any progress
  record Terms(Negotiation.Limits limits, Rollover rollover, int maxResends) {}

  /// What a transfer needs of the server around it.
  interface Surroundings {
    Network network();

    Timers timers();

    BlockSizes blockSizes();

    /// Has the loop run this soon. For any thread.
    void onLoop(Transfer transfer, Runnable task);

    /// Is told once.
    void over(Transfer transfer);
  }

  /// Strangers who get an answer, so that nobody can use the port to bounce packets.
  private static final int MAX_STRANGERS = 16;

  /// Of an error text: as long as a block without options, for which every client has room.
  private static final int MAX_TEXT = 511;

  private static final int RING_WINDOWS = 2;

  private final ReadRequest request;
  private final Call call;
  private final Terms terms;
  private final Surroundings surroundings;
  private final Journal journal;
  private final long begin = System.nanoTime();
  private final AtomicBoolean arrivalTold = new AtomicBoolean();

  private @Nullable Thread search;
  private @Nullable Port port;
  private @Nullable Bytes bytes;
  private @Nullable Sender sender;
  private @Nullable Negotiation agreed;
  private boolean over;
  private boolean begun;
  private boolean full;
  private long next = 1;
  private long last;
  private long highest;
  private long resent;
  private int strangers;

  Transfer(
      ReadRequest request, Call call, Terms terms, Surroundings surroundings, Journal journal) {
    this.request = request;
    this.call = call;
    this.terms = terms;
    this.surroundings = surroundings;
    this.journal = journal;
  }

  ReadRequest request() {
    return request;
  }

  InetSocketAddress peer() {
    return call.peer();
  }

  boolean isOver() {
    return over;
  }

  /// Whether the client answered before, and leaves the latest window without an answer.
  boolean isStalled() {
    return sender != null && sender.isStalled();
  }

  void start(ContentSource source) {
    search = Thread.ofVirtual().name("open " + LogText.of(peer())).start(() -> open(source));
  }

  private void open(ContentSource source) {
    Answer answer;
    try {
      BootPath path = BootPath.ofTftp(request.filename());
      answer = source.open(path, asker());
      if (answer instanceof Answer.Directory) {
        answer = new Answer.Denied("/" + path + " is a directory.");
      }
    } catch (BootPath.RefusedException e) {
      answer = new Answer.Denied(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      surroundings.onLoop(this, () -> bug(e));
      return;
    }
    Answer known = answer;
    surroundings.onLoop(this, () -> answered(known));
  }

  private Asker asker() {
    return new Asker(FileRequest.Protocol.TFTP, peer().getAddress(), MacAddress.NONE, call.trace());
  }

  private void answered(Answer answer) {
    if (over) {
      if (answer instanceof Answer.Found(var content)) {
        closeApart(content);
      }
      return;
    }
    try {
      port = surroundings.network().connect(peer(), this);
    } catch (IOException e) {
      if (answer instanceof Answer.Found(var content)) {
        closeApart(content);
      }
      end(Ending.SOCKET_FAILED, String.valueOf(e.getMessage()));
      return;
    }
    switch (answer) {
      case Answer.Found(var content) -> begin(content);
      case Answer.Missing(var reason) -> refuse(Ending.NOT_FOUND, ErrorCode.FILE_NOT_FOUND, reason);
      case Answer.Denied(var reason) -> refuse(Ending.DENIED, ErrorCode.ACCESS_VIOLATION, reason);
      case Answer.Directory(var folder) ->
          refuse(Ending.DENIED, ErrorCode.ACCESS_VIOLATION, folder + " is a directory.");
      case Answer.NotReady(var reason, _) ->
          refuse(Ending.UNAVAILABLE, ErrorCode.NOT_DEFINED, reason);
      case Answer.Unavailable(_, var reason) ->
          refuse(Ending.UNAVAILABLE, ErrorCode.NOT_DEFINED, reason);
    }
  }

  /// Closing may take a while where the content is a connection.
  private static void closeApart(Content content) {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                content.close();
              } catch (IOException e) {
                // it was only read
              }
            });
  }

  private void begin(Content content) {
    boolean text = request.mode().toLowerCase(Locale.ROOT).equals("netascii");
    // every line makes netascii longer
    OptionalLong size = text ? OptionalLong.empty() : content.size();
    Negotiation bargain = Negotiation.of(request.options(), size, limits());
    agreed = bargain;
    bytes = bytes(content, text, size, bargain);
    sender = new Sender(bargain, terms.rollover(), terms.limits().patience(), terms.maxResends());
    supply(sender);
    act(sender.start(now()));
  }

  /// Less than the operator allows, where the way to this client takes less.
  private Negotiation.Limits limits() {
    int way = port().largestPayload() - Burst.HEADER;
    int proven = surroundings.blockSizes().largest(peer().getAddress(), now());
    return terms.limits().capped(Math.min(way, proven));
  }

  private Bytes bytes(Content content, boolean text, OptionalLong size, Negotiation bargain) {
    return switch (content) {
      case Content.OpenFile file when !text -> new Bytes.OfFile(file);
      case Content.Written(var written, _) when !text -> new Bytes.OfText(written);
      case Content.OpenFile _, Content.Written _, Content.Streamed _ -> {
        Pump pump =
            new Pump(
                content,
                () -> text ? Netascii.of(content.from(0)) : content.from(0),
                size,
                RING_WINDOWS * bargain.windowsize() * bargain.blksize(),
                this::tellArrival);
        pump.start();
        yield pump;
      }
    };
  }

  /// On the pump's thread. Once is enough until the loop has looked.
  private void tellArrival() {
    if (!arrivalTold.getAndSet(true)) {
      surroundings.onLoop(this, this::arrived);
    }
  }

  private void arrived() {
    arrivalTold.set(false);
    if (!over && sender != null) {
      act(supply(sender));
    }
  }

  /// A block that is not full is the last one, so after a full last block comes an empty one (RFC
  /// 1350 §6).
  private Action supply(Sender to) {
    boolean whole = bytes().hasEnded();
    long blocks = bytes().arrived() / agreed().blksize();
    return to.supplied(whole ? blocks + 1 : blocks, whole, now());
  }

  @Override
  public void heard(ByteBuffer packet) {
    try {
      heard(TftpPacket.decode(packet));
    } catch (MalformedPacketException e) {
      journal.dropped(DropReason.MALFORMED, peer(), String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      bug(e);
    }
  }

  /// A packet from the client that is no request.
  void heard(TftpPacket packet) {
    if (over || sender == null) {
      return;
    }
    switch (packet) {
      case Ack(var block) -> {
        act(sender.acknowledged(block, now()));
        if (!over) {
          bytes().forget(sender.acked() * agreed().blksize());
        }
      }
      case TftpPacket.Error(var code, var message) ->
          end(Ending.ABORTED_BY_CLIENT, "error " + code.value() + ": " + message);
      case ReadRequest _, WriteRequest _, Data _, OptionAck _ ->
          journal.dropped(
              DropReason.OUT_OF_PLACE,
              peer(),
              packet.getClass().getSimpleName() + " during a transfer");
    }
  }

  /// RFC 1350 §4: the stranger gets an ERROR, and the transfer goes on.
  @Override
  public void stranger(ByteBuffer packet, InetSocketAddress from) {
    try {
      TftpPacket decoded = TftpPacket.decode(packet);
      journal.dropped(
          DropReason.FOREIGN_TRANSFER_ID, from, "transfer belongs to " + LogText.of(peer()));
      strangers++;
      if (!over && !(decoded instanceof TftpPacket.Error) && strangers <= MAX_STRANGERS) {
        TftpPacket answer =
            new TftpPacket.Error(ErrorCode.UNKNOWN_TRANSFER_ID, "unknown transfer id");
        port().answer(answer.encode(), from);
      }
    } catch (MalformedPacketException e) {
      journal.dropped(DropReason.MALFORMED, from, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      bug(e);
    }
  }

  @Override
  void expired() {
    if (over || sender == null) {
      return;
    }
    try {
      Action action = sender.silence();
      if (sender.isHeard() && sender.acked() == 0 && sender.resends() == BlockSizes.PROOF) {
        surroundings.blockSizes().lost(peer().getAddress(), agreed().blksize(), now());
      }
      act(action);
    } catch (RuntimeException e) {
      bug(e);
    }
  }

  @Override
  public void writable() {
    full = false;
    try {
      flush();
    } catch (RuntimeException e) {
      bug(e);
    }
  }

  private void act(Action action) {
    Sender by = sender();
    switch (action) {
      case Action.SendOptionAck() -> port().send(new OptionAck(agreed().accepted()).encode());
      case Action.Send(var first, var to) -> {
        if (!begun) {
          begun = true;
          journal.started(call, agreed());
        }
        next = first;
        last = to;
        flush();
      }
      case Action.Wait() -> {}
      case Action.Done() -> end(Ending.SENT, "");
      case Action.GiveUp() -> end(Ending.NO_ACK, whatWasMissed(by));
    }
    if (over) {
      return;
    }
    if (by.isStarved() && !bytes().failure().isEmpty()) {
      unreadable("cannot read on: " + bytes().failure());
    } else if (by.isIdle()) {
      surroundings.timers().cancel(this);
    } else if (!(action instanceof Action.Wait)) {
      surroundings.timers().set(this, now() + by.patience().toNanos());
    }
  }

  /// Sends what is to be sent until the system takes no more for now.
  private void flush() {
    try {
      while (!over && !full && next <= last) {
        int count = fill(surroundings.network().burst());
        int taken = port().send(surroundings.network().burst());
        resent += Math.clamp(highest - next + 1, 0, taken);
        next += taken;
        highest = Math.max(highest, next - 1);
        full = taken < count;
      }
    } catch (UnreadableException e) {
      unreadable("cannot read on: " + e.getMessage());
    }
  }

  private int fill(Burst burst) throws UnreadableException {
    int blksize = agreed().blksize();
    int count = (int) Math.min(last - next + 1, Burst.capacity(blksize));
    ByteBuffer payload = burst.begin(blksize);
    long offset = (next - 1) * blksize;
    payload.limit((int) Math.min((long) count * blksize, bytes().arrived() - offset));
    bytes().read(offset, payload);
    for (int i = 0; i < count; i++) {
      burst.add(terms.rollover().onTheWire(next + i));
    }
    return count;
  }

  private void unreadable(String reason) {
    refuse(Ending.READ_FAILED, ErrorCode.NOT_DEFINED, reason);
  }

  /// Tells the client why it gets nothing, or nothing more.
  private void refuse(Ending ending, ErrorCode code, String reason) {
    String shown = reason.length() > MAX_TEXT ? reason.substring(0, MAX_TEXT) : reason;
    port().send(new TftpPacket.Error(code, shown.replaceAll("\\p{Cntrl}", " ")).encode());
    end(ending, reason);
  }

  /// What an operator should know of a client that fell silent.
  private String whatWasMissed(Sender by) {
    String missed = "no ACK after block " + by.acked();
    if (!by.isHeard()) {
      missed = "the client never answered; is there a firewall or NAT on the way?";
    } else if (by.acked() == 0) {
      missed = "no ACK of block 1; is blksize " + agreed().blksize() + " too large for the way?";
    }
    return port().trouble().isEmpty() ? missed : missed + " (" + port().trouble() + ")";
  }

  /// An error of the program.
  void bug(RuntimeException e) {
    journal.bug(request.encode(), peer(), e);
    end(Ending.BUG, e.toString());
  }

  /// Ends the transfer, without a word to the client.
  ///
  /// @param detail for the log
  void end(Ending ending, String detail) {
    if (over) {
      return;
    }
    over = true;
    surroundings.timers().cancel(this);
    if (search != null) {
      search.interrupt();
    }
    if (port != null) {
      port.close();
    }
    if (bytes != null) {
      bytes.close();
    }
    Duration time = Duration.ofNanos(now() - begin);
    journal.ended(call, new Outcome(ending, detail, traffic()), begun, time);
    surroundings.over(this);
  }

  private Traffic traffic() {
    if (agreed == null || bytes == null) {
      return Traffic.NONE;
    }
    long sent = Math.min(highest * agreed.blksize(), bytes.arrived());
    return new Traffic(sent, agreed.blksize(), agreed.windowsize(), resent);
  }

  private static long now() {
    return System.nanoTime();
  }

  private Port port() {
    return present(port);
  }

  private Bytes bytes() {
    return present(bytes);
  }

  private Sender sender() {
    return present(sender);
  }

  private Negotiation agreed() {
    return present(agreed);
  }

  private static <T> T present(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("nothing has been agreed on yet");
    }
    return value;
  }
}
