package dev.bootbus.dhcp;

import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MalformedPacketException;
import dev.bootbus.runtime.tracing.Step;
import dev.bootbus.schema.Traceparent;
import java.util.function.Function;

/// A client's packet on its way to its outcome.
///
/// @param step of its trace, which the question to the backend, the events and the log line have in
///     common
record Packet(Datagram datagram, Client client, Step step) {
  private static final double NANOS_PER_SECOND = 1e9;

  /// @param steps says which step of which trace a client's packet is
  static Packet of(Datagram datagram, Function<Client, Step> steps)
      throws MalformedPacketException {
    Client client = Client.of(DhcpMessage.decode(datagram.payload()));
    return new Packet(datagram, client, steps.apply(client));
  }

  Traceparent trace() {
    return step.own();
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
