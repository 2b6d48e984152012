package dev.bootbus.dhcp;

import dev.bootbus.dhcp.wire.Bytes;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.List;

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
  /// [Destination.LinkLayer].
  default boolean sendsFrames() {
    return false;
  }

  /// May be called from any thread.
  void send(Bytes payload, Destination destination) throws IOException;

  /// Lets a waiting [#receive] end soon.
  @Override
  void close();
}
