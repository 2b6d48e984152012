package dev.bootbus.dhcp;

import dev.bootbus.dhcp.ConflictCheck.Verdict;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.schema.MacAddress;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// The UDP port that a server listens on.
public interface DhcpSocket extends AutoCloseable {

  /// Waits for the next datagram, and takes those that are there beside it, up to a few dozen. Only
  /// one thread at a time may wait.
  ///
  /// @throws ClosedChannelException once the socket is closed
  List<Datagram> receive() throws IOException;

  /// How many datagrams were lost because they came faster than they were received; 0 where the
  /// system does not tell.
  default long dropped() {
    return 0;
  }

  /// Whether a client without an address gets what is sent to it alone, and not a broadcast; see
  /// [Destination.LinkLayer]. Whether the link can be [probed][#probe] is the same question.
  default boolean sendsFrames() {
    return false;
  }

  /// Asks the link whether an address is in use, where [#sendsFrames]; returns at once.
  ///
  /// @param client who is to have the address, and so may have it
  /// @param patience how long anybody else has for an answer
  default CompletionStage<Verdict> probe(
      Inet4Address address, MacAddress client, Duration patience) {
    return CompletableFuture.completedFuture(
        new Verdict.Unknown(DropReason.SEND_FAILED, "no ARP on this socket"));
  }

  /// May be called from any thread.
  void send(Bytes payload, Destination destination) throws IOException;

  /// Lets a waiting [#receive] end soon.
  @Override
  void close();
}
