package dev.bootbus.probe.fetch;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import dev.bootbus.tftp.wire.ErrorCode;
import dev.bootbus.tftp.wire.TftpPacket;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/// One request on a socket of its own, until the file is here or nothing comes any more.
final class TftpAttempt implements AutoCloseable {
  /// Strangers on our port that are told so; more are dropped in silence.
  private static final int MOST_STRANGERS_ANSWERED = 16;

  private static final int LARGEST_DATAGRAM = 65_507;

  /// How an attempt ends.
  sealed interface End {
    /// @param agreed what the transfer ran with
    record Done(Agreed agreed, boolean rolledToOne) implements End {}

    /// The OACK to a request for the size, or a first block instead of it.
    record Sized(Agreed agreed) implements End {}

    record Failed(Finding finding) implements End {}

    /// Nothing came any more.
    record Stuck(Stall stall) implements End {}

    record OutOfTime() implements End {}
  }

  private final TftpFetcher.Settings settings;
  private final InetSocketAddress server;
  private final Receiving receiving;
  private final Optional<Intake> intake;
  private final DatagramSocket socket;
  private final byte[] bytes;
  private InetSocketAddress sender;
  private Optional<SocketAddress> transfer = Optional.empty();
  private Optional<InetAddress> stranger = Optional.empty();
  private int strangersAnswered;

  /// @param intake none to ask for the size alone
  TftpAttempt(
      TftpFetcher.Settings settings,
      InetSocketAddress server,
      String filename,
      TftpProfile asked,
      Optional<Intake> intake)
      throws IOException {
    this.settings = settings;
    this.server = server;
    this.sender = server;
    this.intake = intake;
    this.receiving = new Receiving(filename, asked, intake.isEmpty());
    int blksize = asked.blksize().orElse(TftpProfile.PLAIN_BLOCK);
    // one byte more than agreed on, to see that it is too much
    this.bytes =
        new byte[Math.min(LARGEST_DATAGRAM, Math.max(blksize, TftpProfile.PLAIN_BLOCK) + 5)];
    this.socket = new DatagramSocket(new InetSocketAddress(settings.from().orElse(null), 0));
    int window = asked.windowsize().orElse(1);
    if (window > 16) {
      socket.setReceiveBufferSize(Math.min(8 << 20, 2 * window * (blksize + 512)));
    }
  }

  /// @param deadline of [System#nanoTime]
  End run(long deadline) throws InterruptedException {
    try {
      int tries = 0;
      while (true) {
        TftpPacket packet = receiving.again();
        send(packet, transfer.orElse(server));
        long wait = Math.min(deadline, System.nanoTime() + patience(tries).toNanos());
        long before = receiving.progress();
        Optional<End> end = receive(wait, deadline);
        if (end.isPresent()) {
          return end.get();
        }
        if (System.nanoTime() - deadline >= 0) {
          return new End.OutOfTime();
        }
        tries = receiving.progress() > before ? 0 : tries + 1;
        if (tries == settings.tries()) {
          return new End.Stuck(stall());
        }
      }
    } catch (IOException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      return new End.Failed(
          new Finding(
              Cause.HOST_UNREACHABLE,
              server.getAddress().getHostAddress() + ": " + e.getMessage()));
    }
  }

  Stall stall() {
    return new Stall(
        receiving.agreed(),
        receiving.blocks(),
        receiving.repeats(),
        receiving.unreadable(),
        stranger);
  }

  private Duration patience(int tries) {
    Optional<Integer> agreed = receiving.agreed().flatMap(Agreed::seconds);
    if (agreed.isPresent()) {
      return Duration.ofSeconds(agreed.get());
    }
    return settings.timeout().multipliedBy(1L << Math.min(tries, 1));
  }

  /// Takes packets for as long as the next ones come in time. Empty when it is time to send again.
  private Optional<End> receive(long wait, long deadline) throws IOException, InterruptedException {
    long until = wait;
    while (true) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      // rounded up: a wait of no milliseconds would count as one in which nothing came
      long left = Math.ceilDiv(until - System.nanoTime(), TimeUnit.MILLISECONDS.toNanos(1));
      if (left <= 0) {
        return Optional.empty();
      }
      DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
      socket.setSoTimeout((int) Math.min(left, Integer.MAX_VALUE));
      try {
        socket.receive(packet);
      } catch (SocketTimeoutException _) {
        return Optional.empty();
      }
      sender = (InetSocketAddress) packet.getSocketAddress();
      if (lost() || !isOfTransfer(sender)) {
        continue;
      }
      long before = receiving.progress();
      Optional<End> end = step(ByteBuffer.wrap(bytes, 0, packet.getLength()));
      if (end.isPresent()) {
        return end;
      }
      if (receiving.progress() > before) {
        transfer = Optional.of(packet.getSocketAddress());
        until = Math.min(deadline, System.nanoTime() + patience(0).toNanos());
      }
    }
  }

  /// RFC 1350 §4: the first answer tells the server's transfer id, its port. Packets from another
  /// are told so and change nothing.
  private boolean isOfTransfer(InetSocketAddress from) throws IOException {
    if (transfer.isPresent()) {
      if (transfer.get().equals(from)) {
        return true;
      }
    } else if (from.getAddress().equals(server.getAddress())) {
      return true;
    } else {
      stranger = Optional.of(from.getAddress());
    }
    if (strangersAnswered < MOST_STRANGERS_ANSWERED) {
      strangersAnswered++;
      send(new TftpPacket.Error(ErrorCode.UNKNOWN_TRANSFER_ID, "not my transfer"), from);
    }
    return false;
  }

  private Optional<End> step(ByteBuffer datagram) throws IOException {
    return switch (receiving.packet(datagram)) {
      case Receiving.Step.Ignore _ -> Optional.empty();
      case Receiving.Step.Reply(var reply) -> {
        Optional<End> end = announcedTooMuch();
        if (end.isEmpty()) {
          send(reply, sender);
        }
        yield end;
      }
      case Receiving.Step.Take(var payload, var reply, var last) -> take(payload, reply, last);
      case Receiving.Step.Sized(var reply) -> {
        send(reply, sender);
        yield Optional.of(new End.Sized(receiving.agreed().orElseThrow()));
      }
      case Receiving.Step.Stop(var reply, var finding) -> {
        if (reply.isPresent()) {
          send(reply.get(), sender);
        }
        yield Optional.of(new End.Failed(finding));
      }
    };
  }

  private Optional<End> take(ByteBuffer payload, Optional<TftpPacket> reply, boolean last)
      throws IOException {
    Intake file = intake.orElseThrow();
    if (file.overflows(payload.remaining())) {
      return tooMuch("still sending after " + file.size() + " bytes");
    }
    if (reply.isPresent()) {
      send(reply.get(), sender);
    }
    file.take(payload);
    if (!last) {
      return Optional.empty();
    }
    Agreed agreed = receiving.agreed().orElseThrow();
    if (agreed.tsize().orElse(file.size()) != file.size()) {
      return Optional.of(
          new End.Failed(
              new Finding(
                  Cause.TFTP_SIZE_WRONG,
                  "tsize=%d, %d bytes came".formatted(agreed.tsize().getAsLong(), file.size()))));
    }
    return Optional.of(new End.Done(agreed, receiving.rolledToOne()));
  }

  private Optional<End> announcedTooMuch() throws IOException {
    long size = receiving.agreed().orElseThrow().tsize().orElse(0);
    if (size > 0) {
      intake.ifPresent(file -> file.expect(size));
    }
    return intake.isPresent() && size > intake.get().most()
        ? tooMuch("tsize=" + size)
        : Optional.empty();
  }

  private Optional<End> tooMuch(String what) throws IOException {
    send(new TftpPacket.Error(ErrorCode.DISK_FULL, "too large"), sender);
    return Optional.of(
        new End.Failed(
            new Finding(
                Cause.FETCH_TOO_LARGE,
                "%s, %d are the limit".formatted(what, intake.orElseThrow().most()))));
  }

  private void send(TftpPacket packet, SocketAddress to) throws IOException {
    if (lost()) {
      return;
    }
    ByteBuffer datagram = packet.encode();
    socket.send(
        new DatagramPacket(datagram.array(), datagram.arrayOffset(), datagram.remaining(), to));
  }

  private boolean lost() {
    return settings.drop() > 0 && ThreadLocalRandom.current().nextInt(100) < settings.drop();
  }

  /// Tells the server that nobody listens any more, if the transfer has begun.
  void abort() throws IOException {
    if (transfer.isPresent()) {
      send(new TftpPacket.Error(ErrorCode.NOT_DEFINED, "given up"), transfer.get());
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
