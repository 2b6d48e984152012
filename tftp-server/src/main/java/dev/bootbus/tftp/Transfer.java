package dev.bootbus.tftp;

import dev.bootbus.content.Asker;
import dev.bootbus.content.BootPath;
import dev.bootbus.content.Content;
import dev.bootbus.content.ContentSource;
import dev.bootbus.content.ContentSource.Answer.Denied;
import dev.bootbus.content.ContentSource.Answer.Directory;
import dev.bootbus.content.ContentSource.Answer.Found;
import dev.bootbus.content.ContentSource.Answer.Missing;
import dev.bootbus.content.ContentSource.Answer.NotReady;
import dev.bootbus.content.ContentSource.Answer.Unavailable;
import dev.bootbus.schema.FileRequest;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.tftp.Outcome.Ending;
import dev.bootbus.tftp.Outcome.Traffic;
import dev.bootbus.tftp.wire.ErrorCode;
import dev.bootbus.tftp.wire.TftpPacket.ReadRequest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// One read, from the request to the last ACK: one thread, one socket, one line in the log.
final class Transfer implements Runnable {
  /// What is the same for every transfer.
  ///
  /// @param local address to send from; where it is a wildcard, the kernel chooses by its routes
  /// @param maxResends of one window without any progress
  record Terms(InetAddress local, Negotiation.Limits limits, int maxResends) {}

  /// Spares a system call for most blocks, and 1,000 transfers at once still need only 16 MiB.
  private static final int READ_AHEAD = 16 * 1024;

  private final ReadRequest request;
  private final Call call;
  private final Terms terms;
  private final ContentSource source;
  private final Journal journal;

  private volatile @Nullable Thread runner;
  private volatile @Nullable Outcome cancelled;
  private volatile @Nullable Conversation conversation;

  Transfer(ReadRequest request, Call call, Terms terms, ContentSource source, Journal journal) {
    this.request = request;
    this.call = call;
    this.terms = terms;
    this.source = source;
    this.journal = journal;
  }

  ReadRequest request() {
    return request;
  }

  InetSocketAddress peer() {
    return call.peer();
  }

  /// Whether the client answered before, and leaves the latest window without an answer.
  boolean isStalled() {
    Conversation current = conversation;
    return current != null && current.isStalled();
  }

  /// Ends the transfer from outside, without a word to the client.
  ///
  /// @param detail for the log
  void cancel(Ending ending, String detail) {
    cancelled = new Outcome(ending, detail, Traffic.NONE);
    Thread thread = runner;
    if (thread != null) {
      thread.interrupt();
    }
  }

  /// Returns when the transfer is over.
  @Override
  public void run() {
    long start = System.nanoTime();
    Thread self = Thread.currentThread();
    runner = self;
    if (cancelled != null) {
      self.interrupt();
    }
    Outcome outcome = transfer();
    Outcome why = cancelled;
    if (why != null && outcome.ending() != Ending.SENT) {
      // the interrupt closed the socket, or broke off whatever was waited for
      outcome = brokenOff(why.ending(), why.detail());
    }
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    Conversation current = conversation;
    journal.ended(call, outcome, current != null && current.hasBegun(), time);
  }

  private Outcome transfer() {
    try (TransferSocket socket = TransferSocket.open(terms.local(), peer(), journal)) {
      return answer(socket);
    } catch (IOException e) {
      return brokenOff(Ending.SOCKET_FAILED, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      journal.bug(request.encode(), peer(), e);
      return brokenOff(Ending.BUG, e.toString());
    }
  }

  private Outcome answer(TransferSocket socket) throws IOException {
    BootPath path;
    try {
      path = BootPath.ofTftp(request.filename());
    } catch (BootPath.RefusedException e) {
      String reason = String.valueOf(e.getMessage());
      return refuse(socket, Ending.DENIED, ErrorCode.ACCESS_VIOLATION, reason);
    }
    return switch (source.open(path, asker())) {
      case Found(var content) -> {
        try (content) {
          yield send(socket, content);
        }
      }
      case Missing(var reason) ->
          refuse(socket, Ending.NOT_FOUND, ErrorCode.FILE_NOT_FOUND, reason);
      case Denied(var reason) -> refuse(socket, Ending.DENIED, ErrorCode.ACCESS_VIOLATION, reason);
      case Directory _ ->
          refuse(
              socket, Ending.DENIED, ErrorCode.ACCESS_VIOLATION, "/" + path + " is a directory.");
      case NotReady(var reason, _) ->
          refuse(socket, Ending.UNAVAILABLE, ErrorCode.NOT_DEFINED, reason);
      case Unavailable(_, var reason) ->
          refuse(socket, Ending.UNAVAILABLE, ErrorCode.NOT_DEFINED, reason);
    };
  }

  private Outcome send(TransferSocket socket, Content content) throws IOException {
    boolean text = request.mode().equalsIgnoreCase("netascii");
    // every line makes netascii longer
    OptionalLong size = text ? OptionalLong.empty() : content.size();
    InputStream raw = new BufferedInputStream(content.from(0), READ_AHEAD);
    InputStream bytes = text ? new Netascii(raw) : raw;
    Negotiation agreed = Negotiation.of(request.options(), size, terms.limits());
    BlockWindow window = new BlockWindow(size, bytes, agreed.blksize(), agreed.windowsize());
    Sender sender = new Sender(agreed, terms.limits().patience(), terms.maxResends());
    Conversation current = new Conversation(socket, window, agreed, sender);
    conversation = current;
    return current.run(() -> journal.started(call, agreed));
  }

  private Asker asker() {
    return new Asker(FileRequest.Protocol.TFTP, peer().getAddress(), MacAddress.NONE, call.trace());
  }

  private static Outcome refuse(
      TransferSocket socket, Ending ending, ErrorCode code, String reason) {
    socket.sendError(code, reason);
    return new Outcome(ending, reason, Traffic.NONE);
  }

  private Outcome brokenOff(Ending ending, String detail) {
    Conversation current = conversation;
    return new Outcome(ending, detail, current == null ? Traffic.NONE : current.traffic());
  }
}
