package dev.bootbus.dhcp;

import dev.bootbus.dhcp.wire.Bytes;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;

/// The UDP port that a server listens on.
public interface DhcpSocket extends AutoCloseable {

  /// Waits for the next datagram. Only one thread at a time may wait.
  ///
  /// @throws ClosedChannelException once the socket is closed
  Datagram receive() throws IOException;

  /// May be called from any thread.
  void send(Bytes payload, Destination destination) throws IOException;

  /// Lets a waiting [#receive] end soon.
  @Override
  void close();
}
