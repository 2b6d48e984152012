package dev.bootbus.tftp;

import static jdk.net.ExtendedSocketOptions.IP_DONTFRAGMENT;

import dev.bootbus.tftp.wire.ErrorCode;
import dev.bootbus.tftp.wire.MalformedPacketException;
import dev.bootbus.tftp.wire.TftpPacket;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.Optional;

/// The server's end of one transfer. Its port is the transfer identifier (RFC 1350 §4), so packets
/// from anyone but the client are turned away here.
final class TransferSocket implements AutoCloseable {
  /// Room for an ERROR with a long text; ACKs have 4 bytes.
  private static final int BUFFER = 600;

  /// Of an error text: as long as a block without options, for which every client has room.
  private static final int MAX_TEXT = 511;

  /// Strangers who get an answer, so that nobody can use the port to bounce packets.
  private static final int MAX_STRANGERS = 16;

  private static final Duration SHORTEST_WAIT = Duration.ofMillis(1);

  private final DatagramChannel channel;
  private final InetSocketAddress peer;
  private final Journal journal;
  private final DatagramPacket incoming = new DatagramPacket(new byte[BUFFER], BUFFER);
  private int strangers;
  private String trouble = "";

  private TransferSocket(DatagramChannel channel, InetSocketAddress peer, Journal journal) {
    this.channel = channel;
    this.peer = peer;
    this.journal = journal;
  }

  static TransferSocket open(InetAddress local, InetSocketAddress peer, Journal journal)
      throws IOException {
    return new TransferSocket(bound(new InetSocketAddress(local, 0)), peer, journal);
  }

  /// A channel on that address and port, or on any free port if that is 0.
  static DatagramChannel bound(InetSocketAddress local) throws IOException {
    boolean ipv4 = local.getAddress() instanceof Inet4Address;
    DatagramChannel channel =
        DatagramChannel.open(ipv4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
    try {
      if (channel.supportedOptions().contains(IP_DONTFRAGMENT)) {
        // Linux sets DF unless told otherwise, and then full blocks vanish in a tunnel on the way
        channel.setOption(IP_DONTFRAGMENT, false);
      }
      return channel.bind(local);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /// Sends to the client. A packet that cannot be sent counts as lost on the way, as the reasons
  /// pass: a link that is down, a full queue or connection table.
  void send(ByteBuffer packet) {
    try {
      channel.send(packet, peer);
    } catch (IOException e) {
      trouble = String.valueOf(e.getMessage());
    }
  }

  /// Tells the client why it gets nothing, or nothing more.
  void sendError(ErrorCode code, String text) {
    String shown = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text;
    send(new TftpPacket.Error(code, shown.replaceAll("\\p{Cntrl}", " ")).encode());
  }

  /// The client sent a packet that has no place in a read.
  void outOfPlace(TftpPacket packet) {
    journal.dropped(
        DropReason.OUT_OF_PLACE, peer, packet.getClass().getSimpleName() + " during a transfer");
  }

  /// Why a packet could not be sent lately, or the empty string.
  String trouble() {
    return trouble;
  }

  /// The next packet from the client, or nothing if none comes in time.
  ///
  /// @param deadline by [System#nanoTime]
  Optional<TftpPacket> listen(long deadline) throws IOException {
    while (true) {
      Duration left = Duration.ofNanos(deadline - System.nanoTime());
      if (left.compareTo(SHORTEST_WAIT) < 0) {
        return Optional.empty();
      }
      channel.socket().setSoTimeout((int) left.toMillis());
      try {
        incoming.setLength(BUFFER);
        channel.socket().receive(incoming);
      } catch (SocketTimeoutException e) {
        return Optional.empty();
      }
      Optional<TftpPacket> packet = accept();
      if (packet.isPresent()) {
        return packet;
      }
    }
  }

  private Optional<TftpPacket> accept() {
    InetSocketAddress from = (InetSocketAddress) incoming.getSocketAddress();
    try {
      ByteBuffer bytes = ByteBuffer.wrap(incoming.getData(), 0, incoming.getLength());
      TftpPacket packet = TftpPacket.decode(bytes);
      if (from.equals(peer)) {
        return Optional.of(packet);
      }
      turnAway(packet, from);
    } catch (MalformedPacketException e) {
      journal.dropped(DropReason.MALFORMED, from, String.valueOf(e.getMessage()));
    }
    return Optional.empty();
  }

  /// RFC 1350 §4: the stranger gets an ERROR, and the transfer goes on.
  private void turnAway(TftpPacket packet, InetSocketAddress from) {
    journal.dropped(
        DropReason.FOREIGN_TRANSFER_ID, from, "transfer belongs to " + LogText.of(peer));
    strangers++;
    if (packet instanceof TftpPacket.Error || strangers > MAX_STRANGERS) {
      return;
    }
    TftpPacket answer = new TftpPacket.Error(ErrorCode.UNKNOWN_TRANSFER_ID, "unknown transfer id");
    try {
      channel.send(answer.encode(), from);
    } catch (IOException e) {
      // the stranger does without
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
