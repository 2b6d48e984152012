package dev.bootbus.dhcp;

import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MalformedPacketException;
import dev.bootbus.schema.Traceparent;

/// A client's packet on its way to its outcome.
///
/// @param trace what the question to the backend, the events and the log line have in common
record Packet(Datagram datagram, Client client, Traceparent trace) {
  private static final double NANOS_PER_SECOND = 1e9;

  static Packet of(Datagram datagram) throws MalformedPacketException {
    Client client = Client.of(DhcpMessage.decode(datagram.payload()));
    return new Packet(datagram, client, Traceparent.fresh());
  }

  /// Since it arrived.
  long nanos() {
    return System.nanoTime() - datagram.nanoTime();
  }

  /// The same in seconds.
  double seconds() {
    return nanos() / NANOS_PER_SECOND;
  }
}
